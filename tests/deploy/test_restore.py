"""`front-desk restore`: the drill, the real thing, and every way in which it must leave all as it was."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from deploy.cli import record, restore, trial
from deploy.cli.installation import CommandFailed
from deploy.preflight import hold
from tests.deploy.installed import SECRET, Installed, only, state_of
from tests.deploy.test_backup import age_key
from web import schema
from web.core.encryption import Encryption
from web.notifications.push.vapid import VapidKey

pytestmark = pytest.mark.thorough  # each runs the web half's own commands

ANNA, BERT, CLEO = "Anna has pain", "Bert wants a crown", "Cleo came later"


def saved(installed: Installed, *more: str) -> Path:
    folder = installed.folder / "saved"
    assert installed.runs("backup", "--to", folder, *more) == 0
    return only(folder, "front-desk-*.tar.gz*")


@pytest.fixture
def without_a_chat(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the step that starts the web half; it takes seconds and has its own tests."""
    monkeypatch.setattr(trial, "_open_a_chat", lambda *_: None)


def test_a_drill_checks_all_opens_a_chat_and_leaves_no_trace(installed: Installed, capsys) -> None:
    installed.chats("anna", ANNA)
    backup = saved(installed)
    before = state_of(installed)
    assert installed.runs("restore", "--try", backup) == 0
    told = capsys.readouterr()
    for part in ("each whole", "The key belongs to it", "1 conversations, 1 messages", "not been altered"):
        assert part in told.err
    assert "A chat was opened and a message was stored." in told.err
    assert "can be restored" in told.out
    assert state_of(installed) == before
    assert installed.rows(schema.audit)[-1]["did"] != "record.restored"


def test_a_restore_brings_back_what_was_saved_and_keeps_what_was_there(installed: Installed, capsys) -> None:
    installed.chats("anna", ANNA)
    backup = saved(installed)
    model = installed.var / "releases" / "r1" / "model.tar.gz"
    kept = model.read_bytes()
    installed.chats("cleo", CLEO)
    key = installed.var / "second-factor.key"
    key.unlink()
    shutil.rmtree(model.parent)
    (installed.var / "releases" / "published").write_text("r0\n", encoding="utf-8")
    assert installed.runs("restore", backup) == 0
    assert installed.words() == [ANNA]
    assert model.read_bytes() == kept
    assert (installed.var / "releases" / "published").read_text(encoding="utf-8") == "r1\n"
    assert Encryption(key).open(installed.sealed, owner="nina") == SECRET
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert installed.rows(schema.sessions) == []
    assert installed.rows(schema.audit)[-1]["did"] == "record.restored"
    before = only(installed.var, "before-restore-*")
    assert str(before) in capsys.readouterr().out
    (kept_record,) = [path for path in before.iterdir() if path.suffix in (".sqlite3", ".pgdump")]
    assert kept_record.suffix == ".pgdump" or CLEO.encode() in kept_record.read_bytes()
    assert not list(installed.var.glob(".restore-*"))
    # And once more, from a backup of the restored: it is an ordinary record.
    assert installed.runs("backup", "--to", installed.folder / "again") == 0


@pytest.mark.usefixtures("without_a_chat")
def test_what_a_visitor_deleted_since_stays_deleted(installed: Installed, capsys) -> None:
    installed.chats("anna", ANNA)
    installed.chats("bert", BERT)
    installed.chats("dora", "over its time", days_ago=90)
    backup = saved(installed)
    installed.deletes("bert")
    installed.forgets_wholly("dora")
    assert installed.runs("restore", backup) == 0
    assert installed.words() == [ANNA]
    stones = {row["id"]: row["deleted_by"] for row in installed.rows(schema.conversations)}
    assert stones == {"anna": None, "bert": "visitor"}
    assert "1 chats that visitors deleted since, 1 whose time was over" in capsys.readouterr().err
    if installed.url.startswith("sqlite"):
        assert BERT.encode() not in (installed.var / "front-desk.sqlite3").read_bytes()


@pytest.mark.usefixtures("without_a_chat")
def test_a_record_that_does_not_go_on_from_the_backup_takes_nothing_out(on_sqlite: Installed) -> None:
    """A new installation after a loss knows no old chats; that is no reason to throw them away."""
    on_sqlite.chats("anna", ANNA)
    backup = saved(on_sqlite)
    (on_sqlite.var / "front-desk.sqlite3").unlink()
    on_sqlite.works(on_sqlite.first_start())
    assert on_sqlite.runs("restore", backup) == 0
    assert on_sqlite.words() == [ANNA]


@pytest.mark.usefixtures("without_a_chat")
def test_a_record_that_cannot_be_read_is_replaced_and_it_is_said(on_sqlite: Installed, capsys) -> None:
    on_sqlite.chats("anna", ANNA)
    backup = saved(on_sqlite)
    record = on_sqlite.var / "front-desk.sqlite3"
    record.write_bytes(b"noise" * 10_000)
    record.with_name(f"{record.name}-wal").write_bytes(b"old log")
    assert on_sqlite.runs("restore", backup) == 0
    assert "deletions since the backup are not known" in capsys.readouterr().err
    assert on_sqlite.words() == [ANNA]
    assert (only(on_sqlite.var, "before-restore-*") / record.name).read_bytes()[:5] == b"noise"
    record.unlink()
    assert on_sqlite.runs("restore", backup) == 0
    assert on_sqlite.words() == [ANNA]


@pytest.mark.usefixtures("without_a_chat")
def test_an_old_log_is_not_read_into_the_restored_record(on_sqlite: Installed) -> None:
    """What another program left in the write-ahead log belongs to the old file."""
    on_sqlite.chats("anna", ANNA)
    backup = saved(on_sqlite)
    record = on_sqlite.var / "front-desk.sqlite3"
    other = sqlite3.connect(record)
    other.execute("UPDATE messages SET text = 'changed'")
    other.commit()
    assert record.with_name(f"{record.name}-wal").stat().st_size
    assert on_sqlite.runs("restore", backup) == 0
    assert on_sqlite.words() == [ANNA]
    other.close()
    assert on_sqlite.words() == [ANNA]


@pytest.mark.parametrize("share", [0.0, 0.001, 0.3, 0.9, 0.9999])
def test_a_backup_that_was_cut_changes_nothing(on_sqlite: Installed, share: float, capsys) -> None:
    on_sqlite.chats("anna", ANNA)
    backup = saved(on_sqlite)
    whole = backup.read_bytes()
    backup.write_bytes(whole[: int(len(whole) * share)])
    before = state_of(on_sqlite)
    for more in ([], ["--try"]):
        assert on_sqlite.runs("restore", *more, backup) == 1
        assert "cut off" in capsys.readouterr().err
    assert state_of(on_sqlite) == before


def test_a_byte_that_was_changed_is_found(on_sqlite: Installed, capsys) -> None:
    (on_sqlite.var / "releases" / "r1" / "model.tar.gz").write_bytes(os.urandom(200_000))
    backup = saved(on_sqlite)
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 1
    backup.write_bytes(data)
    assert on_sqlite.runs("restore", "--try", backup) == 1
    told = capsys.readouterr().err
    assert "cut off or is no backup" in told or "is not what was put in" in told


def test_what_opens_another_backup_does_not_open_this_one(on_sqlite: Installed, tmp_path, capsys) -> None:
    reader, identity = age_key(tmp_path)
    (tmp_path / "other").mkdir()
    _, wrong = age_key(tmp_path / "other")
    backup = saved(on_sqlite, "--encrypt", reader)
    before = state_of(on_sqlite)
    capsys.readouterr()
    assert on_sqlite.runs("restore", backup, "--identity", wrong) == 1
    assert "could not be decrypted: age: error: no identity matched" in capsys.readouterr().err
    assert on_sqlite.runs("restore", backup) == 1
    assert "name your key file with --identity" in capsys.readouterr().err
    assert on_sqlite.runs("restore", backup, "--identity", tmp_path / "gone") == 1
    assert "could not be decrypted" in capsys.readouterr().err
    assert state_of(on_sqlite) == before
    backup.write_bytes(backup.read_bytes()[:-20])
    assert on_sqlite.runs("restore", backup, "--identity", identity) == 1
    assert state_of(on_sqlite) == before


@pytest.mark.usefixtures("without_a_chat")
def test_an_encrypted_backup_comes_back_with_its_key(on_sqlite: Installed, tmp_path) -> None:
    reader, identity = age_key(tmp_path)
    on_sqlite.chats("anna", ANNA)
    backup = saved(on_sqlite, "--encrypt", reader)
    on_sqlite.deletes_all()
    (on_sqlite.var / "second-factor.key").unlink()
    assert on_sqlite.runs("restore", backup, "--identity", identity) == 0
    assert on_sqlite.words() == [ANNA]
    assert Encryption(on_sqlite.var / "second-factor.key").open(on_sqlite.sealed, owner="nina") == SECRET


@pytest.mark.usefixtures("without_a_chat")
def test_another_backups_key_is_refused_and_a_lost_one_is_said(
    on_sqlite: Installed, tmp_path, capsys
) -> None:
    backup = saved(on_sqlite)
    other = tmp_path / "other.key"
    Encryption(other).encrypt(b"x", owner="y")
    before = state_of(on_sqlite)
    assert on_sqlite.runs("restore", backup, "--key", other) == 1
    assert "is not the key of this backup" in capsys.readouterr().err
    assert state_of(on_sqlite) == before
    shutil.rmtree(backup.parent / "keys")
    (on_sqlite.var / "second-factor.key").unlink()
    assert on_sqlite.runs("restore", backup) == 0
    assert "reset-second-factor --unreadable" in capsys.readouterr().err


@pytest.mark.parametrize(("option", "sentence"), [("--try", "no backup in"), ("", "Name its file")])
def test_without_a_backup_it_says_where_one_would_be(on_sqlite: Installed, capsys, option, sentence) -> None:
    assert on_sqlite.runs("restore", *filter(None, [option])) == 1
    said = capsys.readouterr().err
    assert sentence in said
    assert str(on_sqlite.var / "backups") in said


@pytest.mark.usefixtures("without_a_chat")
def test_on_a_new_machine_nothing_is_said_to_have_been_there(on_sqlite: Installed, capsys) -> None:
    backup = saved(on_sqlite)
    for path in [*on_sqlite.var.glob("*.key"), *on_sqlite.var.glob("front-desk.sqlite3*")]:
        path.unlink()
    shutil.rmtree(on_sqlite.var / "releases")
    assert on_sqlite.runs("restore", backup) == 0
    assert "What was here before" not in capsys.readouterr().out
    assert not list(on_sqlite.var.glob("before-restore-*"))


@pytest.mark.usefixtures("without_a_chat")
def test_a_backup_from_before_a_new_key_comes_back_with_its_own(on_sqlite: Installed) -> None:
    on_sqlite.chats("anna", ANNA)
    on_sqlite.wants_a_call("anna", "+15552018834")
    backup = saved(on_sqlite)
    earlier = (on_sqlite.var / "record.key").read_text(encoding="ascii")
    assert on_sqlite.runs("rotate-key") == 0
    assert (on_sqlite.var / "record.key").read_text(encoding="ascii") != earlier
    on_sqlite.chats("cleo", CLEO)
    assert on_sqlite.runs("restore", backup) == 0
    assert (on_sqlite.var / "record.key").read_text(encoding="ascii") == earlier
    assert [row["phone"] for row in on_sqlite.rows(schema.callbacks)] == ["+15552018834"]


@pytest.mark.usefixtures("without_a_chat")
def test_devices_that_are_notified_know_the_installation_after_a_restore(on_sqlite: Installed) -> None:
    key = on_sqlite.var / "push.key"
    known_by = VapidKey(key).public()
    backup = saved(on_sqlite)
    key.unlink()
    VapidKey(key).public()  # another one, made meanwhile
    assert on_sqlite.runs("restore", backup) == 0
    assert VapidKey(key).public() == known_by
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


@pytest.mark.usefixtures("without_a_chat")
def test_a_key_for_notifications_made_since_is_no_reason_to_miss_the_others(
    on_sqlite: Installed, capsys
) -> None:
    backup = saved(on_sqlite)
    shutil.rmtree(backup.parent / "keys")  # the keys themselves are in their place
    known_by = VapidKey(on_sqlite.var / "push.key").public()
    assert on_sqlite.runs("restore", backup) == 0
    assert "not beside it" not in capsys.readouterr().err
    assert VapidKey(on_sqlite.var / "push.key").public() == known_by


def test_while_front_desk_runs_nothing_is_restored(on_sqlite: Installed, capsys, without_a_chat) -> None:
    backup = saved(on_sqlite)
    with hold(on_sqlite.var):
        assert on_sqlite.runs("restore", backup) == 1
    assert "already runs" in capsys.readouterr().err
    assert not list(on_sqlite.var.glob("before-restore-*"))


@pytest.mark.usefixtures("without_a_chat")
@pytest.mark.parametrize("step", ["_exchange", "replay", "_exchange_record"])
def test_a_step_that_fails_puts_everything_back(installed: Installed, step, monkeypatch, capsys) -> None:
    installed.chats("anna", ANNA)
    backup = saved(installed)
    installed.chats("cleo", CLEO)
    (installed.var / "releases" / "published").write_text("r0\n", encoding="utf-8")
    shutil.rmtree(installed.var / "releases" / "r1")
    (installed.var / "second-factor.key").unlink()
    before = state_of(installed)
    full = OSError(28, "No space left on device")
    real, calls = restore._exchange, [0]

    def fails_late(*arguments: object) -> None:
        calls[0] += 1
        if calls[0] > 3:
            raise full
        real(*arguments)  # type: ignore[arg-type]

    def fails(*_: object) -> None:
        raise CommandFailed("full") if step == "replay" else full

    if step == "_exchange":
        monkeypatch.setattr(restore, step, fails_late)
    elif step == "replay":
        monkeypatch.setattr(restore, step, fails)
    else:
        really = Path.replace

        def fails_for_the_record(path: Path, to: Path) -> Path:
            if path.parent.name.startswith(".restore-"):
                raise full
            return really(path, to)

        monkeypatch.setattr(Path, "replace", fails_for_the_record)
        monkeypatch.setattr(record, "put_into_postgres", fails)
        monkeypatch.setattr(restore, "try_out", lambda *_: None)
    assert installed.runs("restore", backup) == 1
    assert "full" in capsys.readouterr().err or step != "replay"
    monkeypatch.undo()
    assert state_of(installed) == before


@contextmanager
def full_disk(folder: Path) -> Iterator[None]:
    """Put a folder on a disk of 6 MB, with what is in it."""
    aside = folder.with_name("aside")
    folder.rename(aside)
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], check=True)
    try:
        shutil.copytree(aside, folder, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_disk_without_room_for_the_restore_ends_in_a_sentence(on_sqlite: Installed, capsys) -> None:
    on_sqlite.chats("anna", ANNA)
    model = on_sqlite.var / "releases" / "r1" / "model.tar.gz"
    small = model.read_bytes()
    model.write_bytes(os.urandom(9_000_000))
    backup = saved(on_sqlite)
    model.write_bytes(small)
    with full_disk(on_sqlite.var):
        before = state_of(on_sqlite)
        assert on_sqlite.runs("restore", backup) == 1
        assert "No space left on device" in capsys.readouterr().err
        assert state_of(on_sqlite) == before


@pytest.mark.usefixtures("without_a_chat")
def test_settings_of_the_backup_are_laid_beside_not_used(on_sqlite: Installed) -> None:
    backup = saved(on_sqlite)
    on_sqlite.configure(FRONT_DESK_PORT="8123")
    mine = on_sqlite.settings.read_bytes()
    assert on_sqlite.runs("restore", backup) == 0
    assert on_sqlite.settings.read_bytes() == mine
    assert b"8123" not in (on_sqlite.folder / "settings.from-backup").read_bytes()


def test_a_backup_of_the_other_database_is_refused(on_sqlite: Installed, capsys) -> None:
    backup = saved(on_sqlite)
    on_sqlite.url = "postgresql://clinic@127.0.0.1:1/records"
    on_sqlite.configure()
    assert on_sqlite.runs("restore", backup) == 1
    assert "on SQLite and DATABASE_URL names PostgreSQL" in capsys.readouterr().err


def test_a_backup_of_a_newer_version_is_refused_in_its_trial(on_sqlite: Installed, capsys) -> None:
    with closing(sqlite3.connect(on_sqlite.var / "front-desk.sqlite3")) as record:
        record.execute("UPDATE alembic_version SET version_num = '0099'")
        record.commit()
    backup = saved(on_sqlite)
    assert on_sqlite.runs("restore", "--try", backup) == 1
    assert "form 0099 by a newer version" in capsys.readouterr().err


@pytest.mark.usefixtures("without_a_chat")
def test_a_folder_that_leads_elsewhere_is_not_written_through(on_sqlite: Installed, tmp_path, capsys) -> None:
    on_sqlite.chats("anna", ANNA)
    backup = saved(on_sqlite)
    elsewhere = tmp_path / "elsewhere"
    shutil.rmtree(on_sqlite.var / "releases")
    elsewhere.mkdir()
    (on_sqlite.var / "releases").symlink_to(elsewhere)
    assert on_sqlite.runs("restore", backup) == 1
    assert "is a link to another place" in capsys.readouterr().err
    assert not list(elsewhere.iterdir())
    assert on_sqlite.words() == [ANNA]
