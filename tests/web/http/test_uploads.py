"""Memory for an upload is given to whom its door lets in, to a few at once, and is read within limits."""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
import zipfile

import pytest
from openpyxl import Workbook

from tests.web.conftest import ON_BOTH, signed_in
from web.studio import import_export, import_worker
from web.studio.import_export import NotATable

HUNGRY = """
from web.studio import import_worker
import_worker._limit_this_process()
try:
    bytearray(2 * import_worker.MAX_MEMORY_BYTES)
except MemoryError:
    print("refused")
"""


async def announces(service, cookie, path="/studio/import", body=b"", length=8_000_000):
    """Send the head of an upload, and a part of its body; the connection stays open."""
    host, port = service.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {path} HTTP/1.1\r\nhost: {host}:{port}\r\ncookie: front_desk_staff={cookie}\r\n"
    kind = "content-type: multipart/form-data; boundary=b\r\n"
    writer.write(f"{head}{kind}content-length: {length}\r\n\r\n".encode() + body)
    return reader, writer


async def status_of(reader):
    async with asyncio.timeout(60):
        return int((await reader.readline()).split()[1])


@pytest.mark.parametrize("path", ["/studio/import", "/studio/answers/parking", "/studio/import/take"])
async def test_an_invented_cookie_gets_no_room(service, path):
    reader, writer = await announces(service, "x" * 43, path)
    assert await status_of(reader) == 401  # at once: nobody waits for the body
    writer.close()


async def test_a_role_that_may_not_import_gets_no_room(service):
    async with signed_in(service, "clinician") as clinician:
        cookie = clinician.cookies["front_desk_staff"]
        reader, writer = await announces(service, cookie)
        assert await status_of(reader) == 403
        writer.close()


async def test_a_session_without_its_second_step_gets_no_room(services):
    service = await services.start(second_factor="required")
    async with signed_in(service, "owner") as owner:
        reader, writer = await announces(service, owner.cookies["front_desk_staff"])
        assert await status_of(reader) == 401
        writer.close()


async def test_only_so_many_upload_at_once_and_a_place_is_given_back(services):
    service = await services.start(limits={"max_uploads_at_once": 1})
    uploads = service.app.ctx.uploads
    async with signed_in(service, "owner") as owner:
        cookie = owner.cookies["front_desk_staff"]
        _, first = await announces(service, cookie)
        while not uploads._of:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
        reader, second = await announces(service, cookie)
        assert await status_of(reader) == 429
        second.close()
        first.close()
        while uploads._of:  # noqa: ASYNC110 - nothing announces it
            await asyncio.sleep(0.01)
        files = {"file": ("a.csv", b"title,questions\nParking," + b"where do I park " * 1_500)}
        answer = await owner.post("/studio/import", data={"form_token": owner.staff.form_token}, files=files)
        assert answer.status_code == 200
        assert not uploads._of


@pytest.mark.parametrize("record", ON_BOTH)
async def test_nobody_is_made_by_an_empty_form(administrator):
    assert (await administrator.posts("/people")).status_code == 400
    empty = await administrator.post("/people", headers={"x-form-token": administrator.staff.form_token})
    assert empty.status_code == 400


def workbook_with(cells):
    """A workbook whose one row has so many cells; it packs to almost nothing."""
    book, plain, packed = Workbook(write_only=True), io.BytesIO(), io.BytesIO()
    book.create_sheet("A").append(["title", "questions"])
    book.save(plain)
    with zipfile.ZipFile(plain) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in parts.namelist():
            part = parts.read(name)
            if name.endswith("sheet1.xml"):
                part = part.replace(b"</row>", b"<c/>" * cells + b"</row>")
            bomb.writestr(name, part)
    return packed.getvalue()


async def test_a_small_file_that_unpacks_to_a_large_one_is_refused():
    with pytest.raises(NotATable, match="unpacks to more"):
        await import_worker.read("answers.xlsx", workbook_with(2_000_000))


async def test_a_file_is_read_apart_as_it_is_read_here():
    rows = await import_worker.read("answers.csv", b"title,questions\nParking,where do I park\n")
    (row,) = rows
    assert row.answer is not None
    assert (row.place, row.answer.title, row.answer.questions) == ("row 2", "Parking", ("where do I park",))
    assert rows == import_export.read("answers.csv", b"title,questions\nParking,where do I park\n")


async def test_what_cannot_be_read_says_why():
    with pytest.raises(NotATable, match=r"Choose a file that ends in \.csv"):
        await import_worker.read("answers.exe", b"MZ")


def test_reading_takes_no_more_memory_than_it_may():
    done = subprocess.run([sys.executable, "-c", HUNGRY], capture_output=True, text=True)
    assert done.stdout.strip() == "refused", done.stderr
