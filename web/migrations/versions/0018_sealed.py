"""What names a person is sealed: a callback's fields, staff notes, and messages that repeat a field."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from web.core.keys.record_keys import RecordKeys, is_sealed
from web.core.pii import tells
from web.schema.sealed import compared, keys_of

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# Their lengths before.
CALLBACK = {"first_name": 200, "phone": 40, "extension": 12, "email": 320, "note": 600, "best_time": 500}
HASHES = {"phone": "phone_hash", "email": "email_hash"}
ALWAYS_TEXT = (
    ("notes", "text"),
    ("wrong_answers", "question"),
    ("wrong_answers", "remark"),
    ("callback_events", "note"),
)
PLAIN_VALUES = (("conversations", "events"), ("turns", "ask"))
TELLING = ("first_name", "phone", "email")
MARK = "\x1asealed "  # before a sealed message


def upgrade() -> None:
    """Make room, then seal what is there."""
    for name in CALLBACK:
        _change_type("callbacks", name, sa.Text())
    for name in HASHES.values():
        op.add_column("callbacks", sa.Column(name, sa.String(length=400), nullable=True))
        op.create_index(op.f(f"ix_callbacks_{name}"), "callbacks", [name])
    with op.batch_alter_table("callback_events") as table:
        table.alter_column("note", existing_type=sa.String(500), type_=sa.Text(), existing_nullable=False)
    bind = op.get_bind()
    _mark_messages(bind, lambda text: MARK + keys_of(bind.dialect).seal(text, where="messages/text"))
    for row in _rows(bind, "callbacks", *CALLBACK):
        _set(bind, "callbacks", row["id"], {
            **{name: _sealed(bind, f"callbacks/{name}", row[name]) for name in CALLBACK},
            **{HASHES[name]: _hash(bind, HASHES[name], row[name]) for name in HASHES},
        })  # fmt: skip
    for name, column in ALWAYS_TEXT:
        for row in _rows(bind, name, column):
            _set(bind, name, row["id"], {column: _sealed(bind, f"{name}/{column}", row[column])})
    for name, column in PLAIN_VALUES:
        _change_json(bind, name, column, lambda text, where: json.dumps(_sealed(bind, where, text)))


def downgrade() -> None:
    """Open it, and take the room away."""
    bind = op.get_bind()
    for name, column in PLAIN_VALUES:
        _change_json(bind, name, column, lambda text, where: _opened(bind, where, json.loads(text)))
    for name, column in ALWAYS_TEXT:
        for row in _rows(bind, name, column):
            _set(bind, name, row["id"], {column: _opened(bind, f"{name}/{column}", row[column])})
    for row in _rows(bind, "callbacks", *CALLBACK):
        opened = {name: _opened(bind, f"callbacks/{name}", row[name]) for name in CALLBACK}
        _set(bind, "callbacks", row["id"], opened)
    for row in _rows(bind, "messages", "text"):
        if row["text"].startswith(MARK):
            text = _opened(bind, "messages/text", row["text"].removeprefix(MARK))
            _set(bind, "messages", row["id"], {"text": text})
    with op.batch_alter_table("callback_events") as table:
        table.alter_column("note", existing_type=sa.Text(), type_=sa.String(500), existing_nullable=False)
    for name in HASHES.values():
        op.drop_index(op.f(f"ix_callbacks_{name}"), "callbacks")
        op.drop_column("callbacks", name)
    for name, length in CALLBACK.items():
        _change_type("callbacks", name, sa.String(length))


def _change_type(table: str, name: str, to: sa.types.TypeEngine[Any]) -> None:
    """Change a column's type; SQLite has no word for it, and events go with a table that is made anew."""
    if op.get_bind().dialect.name != "sqlite":
        op.alter_column(table, name, type_=to)
        return
    op.add_column(table, sa.Column(f"{name}_new", to, nullable=True))
    op.execute(f"UPDATE {table} SET {name}_new = {name}")
    op.drop_column(table, name)
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {name}_new TO {name}")


def _mark_messages(bind: sa.Connection, seal: Callable[[str], str]) -> None:
    """Seal the messages of a conversation with a callback that repeat its name, number or address."""
    details: dict[str, list[str]] = {}
    for row in _rows(bind, "callbacks", "conversation_id", *TELLING):
        known = details.setdefault(row["conversation_id"], [])
        known += [row[name] for name in TELLING if row[name]]
    table = _table("messages", "conversation_id", "text")
    for conversation_id, known in details.items():
        found = bind.execute(sa.select(table).where(table.c.conversation_id == conversation_id)).mappings()
        for row in found.all():
            if tells(row["text"], known):
                _set(bind, "messages", row["id"], {"text": seal(row["text"])})


def _change_json(
    bind: sa.Connection, name: str, column: str, change: Callable[[str, str], str | None]
) -> None:
    """Change values that stand as JSON, by their text; an empty one stays."""
    table, where = _table(name, column), f"{name}/{column}"
    text = sa.cast(table.c[column], sa.Text).label("text")
    for row in bind.execute(sa.select(table.c.id, text)).mappings().all():
        if row["text"] not in ("[]", "{}", "null", '""', None):
            value = sa.type_coerce(json.loads(change(row["text"], where) or "null"), sa.JSON)
            bind.execute(sa.update(table).where(table.c.id == row["id"]).values({column: value}))


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, sa.column("id"), *(sa.column(each) for each in columns))


def _rows(bind: sa.Connection, name: str, *columns: str) -> list[sa.RowMapping]:
    return list(bind.execute(sa.select(_table(name, *columns))).mappings())


def _set(bind: sa.Connection, name: str, id_: str, values: dict[str, str | None]) -> None:
    table = _table(name, *values)
    bind.execute(sa.update(table).where(table.c.id == id_).values(**values))


def _sealed(bind: sa.Connection, where: str, words: str | None) -> str | None:
    return _keys(bind).seal(words, where=where) if words else words


def _opened(bind: sa.Connection, where: str, sealed: str | None) -> str | None:
    if not isinstance(sealed, str) or not is_sealed(sealed):
        return sealed
    return _keys(bind).open(sealed, where=where)


def _hash(bind: sa.Connection, where: str, words: str | None) -> str | None:
    return None if words is None else _keys(bind).hash_of(compared(words), where=where)


def _keys(bind: sa.Connection) -> RecordKeys:
    return keys_of(bind.dialect)
