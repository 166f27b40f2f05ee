"""`front-desk backup`: whole while it is written to, for one reader alone, and nothing half-done."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from deploy.cli import backup
from deploy.cli.archive import BackupDamaged, unpack
from tests.deploy.installed import Installed, only, state_of

INSERT = (
    "INSERT INTO messages (id, conversation_id, seq, author, kind, language, text, details, created_at)"
    " VALUES (?, 'anna', ?, 'visitor', 'text', 'en', ?, '{}', '2026-01-01 00:00:00')"
)


def unpacked(path: Path, to: Path) -> Path:
    with path.open("rb") as file:
        unpack(file, to)
    return to


def age_key(folder: Path) -> tuple[str, Path]:
    """A new pair: who may read, and the file that opens."""
    path = folder / "key.txt"
    done = subprocess.run(["age-keygen", "-o", path], check=True, capture_output=True, text=True)
    return done.stderr.split()[-1], path


def test_a_backup_prints_its_name_alone_and_is_for_its_owner_alone(installed: Installed, capsys) -> None:
    installed.chats("anna", "is it open")
    assert installed.runs("backup", "--to", installed.folder / "saved") == 0
    told = capsys.readouterr()
    path = Path(told.out.strip())
    assert path == only(installed.folder / "saved", "front-desk-*.tar.gz")
    assert "not encrypted and holds what visitors wrote" in told.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_backup_holds_record_release_settings_and_clinic_files_and_not_the_key(
    installed: Installed,
) -> None:
    assert installed.runs("backup", "--to", installed.folder / "saved") == 0
    path = only(installed.folder / "saved", "*.tar.gz")
    with tarfile.open(path) as tar:
        names = set(tar.getnames())
    expected = {
        "settings",
        "clinic/clinic.yml",
        "clinic/widget.yml",
        "releases/r1/model.tar.gz",
        "manifest.json",
    }
    assert expected <= names
    assert names & {"record.sqlite3", "record.pgdump"}
    key = (installed.var / "second-factor.key").read_bytes()
    assert not [name for name in names if "key" in name]
    assert only(installed.folder / "saved" / "keys", "*.key").read_bytes() == key


def test_what_is_written_meanwhile_is_wholly_in_a_backup_or_not_at_all(
    on_sqlite: Installed, tmp_path
) -> None:
    """A writer stores messages in pairs, without a pause; a backup in the middle has no half pair."""
    on_sqlite.chats("anna")
    is_over, wrote = threading.Event(), threading.Event()

    def write() -> None:
        with closing(sqlite3.connect(on_sqlite.var / "front-desk.sqlite3", timeout=30)) as record:
            record.isolation_level = None
            number = 0
            while not is_over.is_set():
                record.execute("BEGIN IMMEDIATE")
                for side in "ab":
                    number += 1
                    record.execute(INSERT, (f"m{number}", number, side * 500))
                record.execute("COMMIT")
                wrote.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert wrote.wait(30)
        for number in range(4):
            assert on_sqlite.runs("backup", "--to", tmp_path / f"saved{number}") == 0
    finally:
        is_over.set()
        writer.join()
    counts = []
    for number in range(4):
        folder = unpacked(only(tmp_path / f"saved{number}", "*.tar.gz"), tmp_path / f"open{number}")
        with closing(sqlite3.connect(folder / "record.sqlite3")) as record:
            pairs = dict(record.execute("SELECT substr(text, 1, 1), count(*) FROM messages GROUP BY 1"))
        assert pairs["a"] == pairs["b"]
        counts.append(pairs["a"])
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]  # it really went on in between


@pytest.mark.parametrize("with_option", [True, False])
def test_an_encrypted_backup_opens_with_its_key_alone(on_sqlite: Installed, tmp_path, with_option) -> None:
    reader, identity = age_key(tmp_path)
    on_sqlite.chats("anna", "Walburga has pain")
    if with_option:
        asked = ["--encrypt", reader]
    else:
        on_sqlite.configure(FRONT_DESK_BACKUP_RECIPIENT=reader)
        asked = []
    assert on_sqlite.runs("backup", "--to", tmp_path / "saved", *asked) == 0
    path = only(tmp_path / "saved", "*.tar.gz.age")
    assert b"Walburga" not in path.read_bytes()
    opened = subprocess.run(["age", "-d", "-i", identity, path], check=True, capture_output=True)
    (tmp_path / "open.tar.gz").write_bytes(opened.stdout)
    assert (
        b"Walburga" in (unpacked(tmp_path / "open.tar.gz", tmp_path / "open") / "record.sqlite3").read_bytes()
    )
    assert only(tmp_path / "saved" / "keys", "*.key.age")


def test_gpg_is_taken_for_everything_that_is_no_age_recipient(
    on_sqlite: Installed, tmp_path, monkeypatch
) -> None:
    home = tmp_path / "gpg"
    home.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(home))
    make = [
        "gpg",
        "--batch",
        "--passphrase",
        "",
        "--quick-generate-key",
        "ops@clinic.example",
        "default",
        "default",
    ]
    subprocess.run(make, check=True, capture_output=True)
    try:
        assert on_sqlite.runs("backup", "--to", tmp_path / "saved", "--encrypt", "ops@clinic.example") == 0
        path = only(tmp_path / "saved", "*.tar.gz.gpg")
        assert on_sqlite.runs("backup", "--to", tmp_path / "other", "--encrypt", "no@clinic.example") == 1
        assert not list((tmp_path / "other").glob("front*"))
        opened = subprocess.run(["gpg", "--batch", "--decrypt", path], check=True, capture_output=True)
        assert opened.stdout[:2] == b"\x1f\x8b"
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], check=False)


def test_a_recipient_that_cannot_be_used_ends_in_a_sentence(on_sqlite: Installed, tmp_path, capsys) -> None:
    before = state_of(on_sqlite)
    for wrong in ("age1wrong", "--output=/tmp/x"):
        assert on_sqlite.runs("backup", "--to", tmp_path / "saved", f"--encrypt={wrong}") == 1
        assert "could not encrypt" in capsys.readouterr().err
    assert on_sqlite.runs("backup", "--to", tmp_path / "saved", "--encrypt") == 1
    assert "For whom?" in capsys.readouterr().err
    assert not [path for path in (tmp_path / "saved").rglob("*") if path.is_file()]
    assert state_of(on_sqlite) == before


def test_older_backups_go_when_there_are_too_many_and_their_keys_with_them(
    on_sqlite: Installed, tmp_path
) -> None:
    saved = tmp_path / "saved"
    (saved / "keys").mkdir(parents=True)
    for day in range(1, 6):
        (saved / f"front-desk-2026010{day}T000000Z.tar.gz").touch()
        (saved / "keys" / f"front-desk-2026010{day}T000000Z.key").touch()
    (saved / "front-desk-notes.txt").touch()
    assert on_sqlite.runs("backup", "--to", saved, "--keep", "3") == 0
    left = sorted(path.name for path in saved.glob("*.tar.gz"))
    assert len(left) == 3
    assert left[0] == "front-desk-20260104T000000Z.tar.gz"
    assert len(list((saved / "keys").iterdir())) == 3
    assert (saved / "front-desk-notes.txt").exists()


def test_a_full_disk_ends_in_a_sentence_and_earlier_backups_stay(
    on_sqlite: Installed, small_disk, capsys
) -> None:
    saved = small_disk / "saved"
    assert on_sqlite.runs("backup", "--to", saved) == 0
    (earlier,) = saved.glob("*.tar.gz")
    whole = earlier.read_bytes()
    (on_sqlite.var / "releases" / "r1" / "model.tar.gz").write_bytes(os.urandom(40_000_000))
    capsys.readouterr()
    before = state_of(on_sqlite)
    assert on_sqlite.runs("backup", "--to", saved) == 1
    assert "No backup was made" in capsys.readouterr().err
    assert [path.read_bytes() for path in saved.glob("*.tar.gz")] == [whole]
    assert not list(saved.glob(".*"))
    assert state_of(on_sqlite) == before


def test_a_disk_that_fills_up_in_the_middle_leaves_nothing(
    on_sqlite: Installed, small_disk, capsys, monkeypatch
) -> None:
    monkeypatch.setattr(backup, "_check_room", lambda *_: None)
    (on_sqlite.var / "releases" / "r1" / "model.tar.gz").write_bytes(os.urandom(40_000_000))
    reader, _ = age_key(on_sqlite.folder)
    for more in ([], ["--encrypt", reader]):
        assert on_sqlite.runs("backup", "--to", small_disk / "saved", *more) == 1
        assert "o space left on device" in capsys.readouterr().err
        assert not [path for path in (small_disk / "saved").rglob("*") if path.is_file()]
    assert not list(on_sqlite.var.glob(".backup-*"))


def test_a_backup_without_a_record_or_with_a_damaged_one_says_so(
    on_sqlite: Installed, tmp_path, capsys
) -> None:
    path = on_sqlite.var / "front-desk.sqlite3"
    path.write_bytes(b"noise" * 10_000)
    assert on_sqlite.runs("backup", "--to", tmp_path / "saved") == 1
    assert "could not be copied" in capsys.readouterr().err
    path.unlink()
    assert on_sqlite.runs("backup", "--to", tmp_path / "saved") == 1
    assert "There is no record" in capsys.readouterr().err
    assert not path.exists()


def test_one_that_broke_off_leaves_no_open_copy_after_the_next(on_sqlite: Installed, tmp_path) -> None:
    left = on_sqlite.var / ".backup-killed"
    left.mkdir()
    (left / "record.sqlite3").write_bytes(b"words")
    assert on_sqlite.runs("backup", "--to", tmp_path / "saved") == 0
    assert not list(on_sqlite.var.glob(".backup-*"))


def test_a_file_that_wants_to_leave_its_folder_is_refused(
    on_sqlite: Installed, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(backup, "_others", lambda *_: {"../outside": on_sqlite.settings})
    assert on_sqlite.runs("backup", "--to", tmp_path / "saved") == 0
    with pytest.raises(BackupDamaged, match="outside its folder"):
        unpacked(only(tmp_path / "saved", "*.tar.gz"), tmp_path / "open")
    assert not (tmp_path / "outside").exists()


def test_an_unreachable_postgresql_is_named_without_its_password(on_sqlite: Installed, capsys) -> None:
    on_sqlite.url = "postgresql://clinic:secret@127.0.0.1:1/records"
    on_sqlite.configure()
    assert on_sqlite.runs("backup") == 1
    told = capsys.readouterr().err
    assert "cannot be reached" in told
    assert "secret" not in told
