"""What names a person: sealed with a key outside of the record, found by hashes, sealed anew by command."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tests.postgres import newest_bin
from tests.web.conftest import NOW, Visitor, async_fixture
from tests.web.stand_in_bot import callback, reply
from web import migrations, rotation, schema
from web.accounts.staff import Person
from web.chat import callbacks
from web.core.db import Database
from web.core.errors import KeyProblem
from web.core.keys.record_keys import RecordKeys, is_sealed
from web.desk import flagged_answers, notes, search
from web.schema.sealed import UNREADABLE

NAME, PHONE, EMAIL = "Zebulontia", "+15552018834", "zebulontia@mail.example"
WISH, TIME, STAFF_NOTE = "ask for quillfeather", "after quartertwilight", "prefers marmalade mornings"
HIDDEN = (NAME, "5552018834", EMAIL, "quillfeather", "quartertwilight", "marmalade")
BY = Person("n1", "Nina Nurse")


async def leaves_a_request(visitor: Visitor, bot, **fields) -> None:
    """A visitor says who they are, and the bot reads it back and asks for the call."""
    left = {"first_name": NAME, "phone": PHONE, "email": EMAIL, "note": WISH, "best_time": TIME, **fields}
    known = {"event": "slot", "name": "callback_details", "value": left}
    bot.says(
        reply("utter_callback_sent", (), first_name=str(left["first_name"])),
        requests=(callback(**left),),
        events=(known,),
    )
    await visitor.asks(f"I am {NAME}, (555) 201-8834 or {EMAIL}")


@async_fixture
async def request_and_notes(service, visitor, bot):
    await leaves_a_request(visitor, bot)
    (row,) = await service.rows(schema.callbacks)
    said = next(row for row in await service.rows(schema.messages) if row["utterance"])
    async with service.db.write() as tx:
        await callbacks.move(tx, row["id"], "called", by="n1", now=NOW, note=STAFF_NOTE)
        await notes.write(tx, visitor.id, f"{NAME} {STAFF_NOTE}", by=BY, now=NOW)
        await flagged_answers.mark(
            tx, visitor.id, said["id"], right_answer=None, remark=STAFF_NOTE, by=BY, now=NOW
        )
    return service


def raw_of(service) -> bytes:
    """Every byte of a record on SQLite, its log too."""
    file = Path(service.db.url.database)
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


async def everything_in(service) -> bytes:
    """A copy of the record as it leaves the machine: SQLite's files, or a dump of PostgreSQL."""
    if service.db.has_traces:  # as the sweep does once a second
        await service.db.wipe_traces()
    if service.db.is_sqlite:
        return raw_of(service)
    url = service.db.url.set(drivername="postgresql").render_as_string(hide_password=False)
    dump = await asyncio.create_subprocess_exec(newest_bin() / "pg_dump", url, stdout=subprocess.PIPE)
    return (await dump.communicate())[0]


async def test_a_copy_of_the_record_shows_no_name_and_no_number(request_and_notes):
    copy = await everything_in(request_and_notes)
    assert b"Nina Nurse" in copy  # it is a copy of this record, and staff stand in it
    for words in HIDDEN:
        assert words.encode() not in copy, words


async def test_who_reads_and_writes_sees_plain_words(request_and_notes, visitor):
    (row,) = await request_and_notes.rows(schema.callbacks)
    assert (row["first_name"], row["phone"], row["email"]) == (NAME, PHONE, EMAIL)
    assert (row["note"], row["best_time"]) == (WISH, TIME)
    assert [each["note"] for each in await request_and_notes.rows(schema.callback_events)] == ["", STAFF_NOTE]
    assert [each["text"] for each in await request_and_notes.rows(schema.notes)] == [f"{NAME} {STAFF_NOTE}"]
    said = (await visitor.reads())["messages"]
    assert said[0]["text"].startswith(f"I am {NAME}")


async def test_other_words_of_the_chat_stay_open_for_the_search(service, visitor, bot):
    await visitor.asks("does it hurt much")
    await leaves_a_request(visitor, bot)
    texts = [row.text async for row in raw_rows(service, "SELECT text FROM messages ORDER BY seq")]
    assert texts[0] == "does it hurt much"
    assert NAME not in " ".join(texts)


async def raw_rows(service, statement):
    async with service.db.read() as tx:
        for row in await tx.execute(text(statement)):
            yield row


@pytest.mark.parametrize(
    ("words", "finds"),
    [
        ("(555) 201-8834", True),
        ("555.201.8834", True),
        ("+1 555 201 8834", True),
        ("ZEBULONTIA@mail.example", True),
        ("zebulontia", True),
        ("zebu", True),
        ("555 201 8835", False),
        ("201-8834", True),
    ],
)
async def test_a_request_is_found_by_its_number_address_or_name(request_and_notes, words, finds):
    async with request_and_notes.db.read() as tx:
        _, total = await search.find(tx, search.Search(words=words), zone=None)
        _, masked = await search.find(tx, search.Search(words=words), zone=None, is_masked=True)
    assert total == int(finds)
    assert masked == 0  # who is shown no names finds none


async def test_a_number_typed_once_more_is_known_though_it_is_sealed(service, bot, http):
    for _ in range(4):
        await leaves_a_request(await Visitor(http).opens_the_chat(), bot)
    assert len(await service.rows(schema.callbacks)) == 3


async def test_a_new_key_opens_all_and_the_earlier_one_nothing(request_and_notes, tmp_path):
    service = request_and_notes
    keys = RecordKeys(service.settings.record_key_file)
    earlier = keys.file.read_bytes()
    before = {
        table.name: await service.rows(table) for table in (schema.callbacks, schema.notes, schema.turns)
    }
    assert await rotation.rotate(service.db, keys, now=NOW) > 8
    after = {
        table.name: await service.rows(table) for table in (schema.callbacks, schema.notes, schema.turns)
    }
    for name in ("first_name", "phone", "email", "note", "best_time"):
        assert after["callbacks"][0][name] == before["callbacks"][0][name]
    assert (after["notes"], after["turns"]) == (before["notes"], before["turns"])
    async with service.db.read() as tx:
        assert (await search.find(tx, search.Search(words="(555) 201-8834"), zone=None))[1] == 1
    (key_name,) = keys.names()
    assert key_name.encode() not in earlier
    assert earlier.split()[0] not in await everything_in(service)
    last = (await service.rows(schema.audit))[-1]
    assert (last["did"], last["about"]) == ("record.key_rotated", "record")


async def test_a_rotation_that_was_broken_off_leaves_everything_open_and_goes_on(
    request_and_notes, monkeypatch
):
    service, keys = request_and_notes, RecordKeys(request_and_notes.settings.record_key_file)

    def stops(*_, **__):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(rotation, "_is_all_sealed_with", stops)
        with pytest.raises(OSError, match="No space"):
            await rotation.rotate(service.db, keys, now=NOW)
    assert len(keys.names()) == 2
    assert (await service.rows(schema.callbacks))[0]["phone"] == PHONE
    await rotation.rotate(service.db, keys, now=NOW)
    assert len(keys.names()) == 1
    assert (await service.rows(schema.callbacks))[0]["phone"] == PHONE


async def test_a_lost_key_is_said_and_the_desk_goes_on(request_and_notes, nurse, caplog):
    service = request_and_notes
    service.settings.record_key_file.unlink()
    page = await nurse.get("/desk/callbacks")
    assert page.status_code == 200
    assert UNREADABLE in page.text
    assert (await nurse.get("/desk")).status_code == 200
    async with service.db.read() as tx:
        await rotation.warn_of_lost_keys(tx, RecordKeys(service.settings.record_key_file))
    assert "cannot be read: put its file back from a backup" in caplog.text


def test_a_value_of_one_column_opens_in_no_other_and_a_changed_one_not_at_all(tmp_path):
    keys = RecordKeys(tmp_path / "record.key")
    sealed = keys.seal(PHONE, where="callbacks/phone")
    assert is_sealed(sealed)
    assert keys.open(sealed, where="callbacks/phone") == PHONE
    with pytest.raises(KeyProblem):
        keys.open(sealed, where="callbacks/email")
    with pytest.raises(KeyProblem):
        keys.open(sealed[:-3] + ("AAA" if not sealed.endswith("AAA") else "BBB"), where="callbacks/phone")
    with pytest.raises(KeyProblem):
        RecordKeys(tmp_path / "other.key").open(sealed, where="callbacks/phone")


def test_a_key_that_others_may_read_or_that_is_none_is_refused(tmp_path):
    keys = RecordKeys(tmp_path / "record.key")
    keys.seal("x", where="a.b")
    keys.file.chmod(0o640)
    with pytest.raises(KeyProblem, match="chmod 600"):
        keys.seal("x", where="a.b")
    keys.file.write_text("no key\n", encoding="ascii")
    keys.file.chmod(0o600)
    with pytest.raises(KeyProblem, match="holds no key"):
        keys.seal("x", where="a.b")


def test_comparing_a_sealed_column_is_a_mistake_and_said_at_once():
    with pytest.raises(TypeError, match="compare its hash"):
        _ = schema.callbacks.c.phone == PHONE
    assert str(schema.callbacks.c.phone.is_(None)) == "callbacks.phone IS NULL"


FORM_BEFORE = "0017"
OLD_ROWS = (
    "INSERT INTO conversations (id, token_hash, language, last_seq, events, created_at, updated_at) "
    "VALUES ('c1', 'h', 'en', 2, '[{\"name\": \"Zebulontia\"}]', :at, :at)",
    "INSERT INTO messages (id, conversation_id, seq, author, kind, language, text, details, created_at) "
    "VALUES ('m1', 'c1', 1, 'visitor', 'text', 'en', 'call Zebulontia at 555 201 8834', '{}', :at)",
    "INSERT INTO messages (id, conversation_id, seq, author, kind, language, text, details, created_at) "
    "VALUES ('m2', 'c1', 2, 'visitor', 'text', 'en', 'does it hurt', '{}', :at)",
    "INSERT INTO turns (id, conversation_id, message_id, seq, state, ask, soft_line, attempts, tell_by, "
    "created_at) VALUES ('t1', 'c1', 'm1', 1, 'done', '{\"text\": \"call Zebulontia\"}', :no, 1, :at, :at)",
    "INSERT INTO callbacks (id, conversation_id, message_id, state, reason, first_name, phone, note, "
    "best_time, language, created_at) VALUES ('b1', 'c1', 'm1', 'new', 'asked', 'Zebulontia', "
    "'+15552018834', 'ask for quillfeather', 'after quartertwilight', 'en', :at)",
    "INSERT INTO callback_events (id, conversation_id, callback_id, number, did, note, at) "
    "VALUES ('e1', 'c1', 'b1', 1, 'called', 'prefers marmalade mornings', :at)",
    "INSERT INTO notes (id, conversation_id, name, text, created_at) "
    "VALUES ('n1', 'c1', 'Nina', 'prefers marmalade mornings', :at)",
)


def _to(form: str, *, back: bool = False):
    def move(connection):
        config = Config()
        config.set_main_option("script_location", str(migrations.FOLDER))
        config.attributes["connection"] = connection
        (command.downgrade if back else command.upgrade)(config, form)

    return move


async def _all_rows(db: Database) -> dict[str, list[dict]]:
    async with db.read() as tx:
        names = ("callbacks", "callback_events", "notes", "messages", "turns", "conversations")
        return {
            name: [dict(row) for row in (await tx.execute(schema.metadata.tables[name].select())).mappings()]
            for name in names
        }


async def _plainly(db: Database, table: str) -> str:
    async with db.read() as tx:
        return str((await tx.execute(text(f"SELECT * FROM {table}"))).all())


async def test_a_record_of_an_earlier_version_is_sealed_and_can_go_back(empty, tmp_path):
    db = Database(empty, RecordKeys(tmp_path / "record.key"))
    async with db.write() as tx:
        await tx.run_sync(_to(FORM_BEFORE))
        for statement in OLD_ROWS:
            await tx.execute(text(statement), {"at": NOW, "no": False})
    await migrations.upgrade(db)
    rows = await _all_rows(db)
    for table in rows:
        stored = await _plainly(db, table)
        assert not [words for words in HIDDEN if words in stored], table
    (call,) = rows["callbacks"]
    assert (call["first_name"], call["phone"], call["note"]) == (NAME, PHONE, WISH)
    assert rows["notes"][0]["text"] == rows["callback_events"][0]["note"] == STAFF_NOTE
    said = sorted(row["text"] for row in rows["messages"])
    assert said == ["call Zebulontia at 555 201 8834", "does it hurt"]
    assert rows["turns"][0]["ask"] == {"text": "call Zebulontia"}
    assert rows["conversations"][0]["events"] == [{"name": NAME}]
    async with db.read() as tx:
        assert (await search.find(tx, search.Search(words="(555) 201-8834"), zone=None))[1] == 1
    async with db.write() as tx:
        await tx.run_sync(_to(FORM_BEFORE, back=True))
    stored = await _plainly(db, "callbacks")
    assert PHONE in stored
    for table in ("notes", "callback_events"):
        assert STAFF_NOTE in await _plainly(db, table)
    assert "call Zebulontia" in await _plainly(db, "turns")
    await db.close()
