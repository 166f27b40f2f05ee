"""What the record keeps sealed: it opens with the installation's key, for its owner, and not otherwise."""

from __future__ import annotations

import base64
from concurrent.futures import ThreadPoolExecutor

import pytest

from web.core.encryption import Encryption
from web.core.errors import KeyProblem

SECRET = bytes(range(20))


@pytest.fixture
def encryption(tmp_path):
    return Encryption(tmp_path / "key")


def test_what_was_sealed_opens_for_its_owner_alone(encryption):
    one, other = (encryption.encrypt(SECRET, owner="nina") for _ in range(2))
    assert one != other
    assert len(one) == 64
    assert encryption.open(one, owner="nina") == SECRET
    with pytest.raises(KeyProblem):
        encryption.open(one, owner="sam")


def test_whatever_is_changed_does_not_open(encryption):
    raw = base64.urlsafe_b64decode(encryption.encrypt(SECRET, owner="nina"))
    for at in range(len(raw)):
        bent = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises(KeyProblem):
            encryption.open(base64.urlsafe_b64encode(bent).decode(), owner="nina")


@pytest.mark.parametrize("kept", ["", "A" * 32, "not sealed!", "é", "A" * 200])
def test_what_was_never_sealed_does_not_open(encryption, kept):
    encryption.encrypt(SECRET, owner="nina")
    with pytest.raises(KeyProblem):
        encryption.open(kept, owner="nina")


def test_the_key_is_for_this_user_alone_and_made_once(tmp_path):
    with ThreadPoolExecutor(8) as threads:
        made = list(
            threads.map(lambda _: Encryption(tmp_path / "key").encrypt(SECRET, owner="nina"), range(40))
        )
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600
    assert {Encryption(tmp_path / "key").open(each, owner="nina") for each in made} == {SECRET}


@pytest.mark.parametrize("harm", ["gone", "other", "broken", "open"])
def test_a_key_that_is_not_ours_alone_is_said(encryption, harm):
    kept = encryption.encrypt(SECRET, owner="nina")
    if harm == "gone":
        encryption.file.unlink()
    elif harm == "open":
        encryption.file.chmod(0o640)
    else:
        encryption.file.write_text({"other": "ab" * 32, "broken": "half a ke"}[harm])
    with pytest.raises(KeyProblem, match=str(encryption.file)):
        encryption.open(kept, owner="nina")
