"""What the service sends is small by itself, and what a browser has it does not get again."""

from __future__ import annotations

import gzip
import re

import pytest

from tests.web.conftest import signed_in
from web.http.files import FOR_EVER, version_of_files

pytestmark = pytest.mark.parametrize("record", ["sqlite"])
PACKED = {"accept-encoding": "gzip"}
PUBLIC = ("/widget.js", "/widget/chat.js", "/widget/chat.css", "/chat", "/static/theme.css")
LOADER_BYTES, CHAT_BYTES = 5 * 1024, 35 * 1024  # what docs/clinics.md promises


async def on_the_wire(http, path: str) -> bytes:
    """The bytes as they are sent, for somebody who takes gzip."""
    async with http.stream("GET", path, headers=PACKED) as answer:
        assert answer.headers["content-encoding"] == "gzip", path
        assert answer.headers["vary"] == "accept-encoding"
        return b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize("path", PUBLIC)
async def test_public_text_is_packed_for_who_takes_it_and_plain_for_others(http, path):
    packed = await on_the_wire(http, path)
    plain = await http.get(path, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content
    refused = await http.get(path, headers={"accept-encoding": "br, gzip;q=0"})
    assert "content-encoding" not in refused.headers


async def test_loader_and_chat_are_as_small_as_promised_without_any_proxy(http):
    loader = await on_the_wire(http, "/widget.js")
    assert len(loader) <= LOADER_BYTES
    chat = [await on_the_wire(http, path) for path in ("/chat", "/widget/chat.js", "/widget/chat.css")]
    assert sum(map(len, chat)) <= CHAT_BYTES


@pytest.mark.parametrize("path", PUBLIC)
async def test_who_has_it_is_told_so(http, path):
    first = await http.get(path)
    again = await http.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = await http.get(path, headers={"if-none-match": 'W/"another"'})
    assert (other.status_code, other.content) == (200, first.content)


async def test_the_files_of_a_page_are_kept_for_a_year_by_their_version(http):
    page = (await http.get("/")).text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert files
    for path in files:
        assert path.startswith(f"/static/{version_of_files()}/")
        answer = await http.get(path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER)
    plain = await http.get("/static/theme.css")
    assert plain.headers["cache-control"] == "no-cache"


def test_other_files_have_another_version(tmp_path, record):
    (tmp_path / "a.css").write_text("a", encoding="utf-8")
    one = version_of_files(tmp_path)
    version_of_files.cache_clear()
    (tmp_path / "a.css").write_text("b", encoding="utf-8")
    assert version_of_files(tmp_path) != one


async def test_pages_with_secrets_are_never_packed(service):
    async with signed_in(service, "nurse") as nurse:
        for path in ("/desk", "/account/"):
            answer = await nurse.get(path, headers=PACKED)
            assert answer.status_code == 200
            assert "content-encoding" not in answer.headers
            assert "etag" not in answer.headers


async def test_a_file_that_is_not_there_and_a_way_out_of_the_folder_stay_shut(http):
    version = version_of_files()
    for path in (
        f"/static/{version}/none.css",
        f"/static/{version}/../../settings.py",
        f"/static/{version}/",
    ):
        assert (await http.get(path)).status_code == 404
