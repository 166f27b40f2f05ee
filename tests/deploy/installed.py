"""An installation with a record, a published release and a key, for the tests of the command."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select

from deploy.cli.__main__ import main
from deploy.cli.installation import Installation, find
from web import migrations, schema
from web.accounts import accounts, audit, sessions
from web.chat import callbacks, retention
from web.core.db import Database
from web.core.encryption import Encryption
from web.core.keys.record_keys import RecordKeys

MANIFEST = Path(__file__).parents[1] / "web" / "fixtures" / "manifest.json"
NOW = datetime.now(timezone.utc)
SECRET = b"what phone and record share"


@dataclass
class Installed:
    """One installation in a folder of its own; the record is real, on either database."""

    folder: Path
    url: str

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def settings(self) -> Path:
        return self.folder / "settings"

    @property
    def installation(self) -> Installation:
        return find(self.settings)

    def set_up(self) -> Installed:
        self.var.mkdir()
        (self.var / "releases" / "r1").mkdir(parents=True)
        manifest = json.loads(MANIFEST.read_text(encoding="utf-8")) | {"release": "r1"}
        (self.var / "releases" / "r1" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (self.var / "releases" / "r1" / "model.tar.gz").write_bytes(b"a model" * 1000)
        (self.var / "releases" / "published").write_text("r1\n", encoding="utf-8")
        self.configure()
        self.works(self.first_start())
        self.sealed = Encryption(self.var / "second-factor.key").encrypt(SECRET, owner="nina")
        return self

    def configure(self, **more: str) -> None:
        lines = {"FRONT_DESK_VAR": str(self.var), "DATABASE_URL": self.url, **more}
        self.settings.write_text(
            "".join(f"{name}={value}\n" for name, value in lines.items()), encoding="utf-8"
        )
        self.settings.chmod(0o600)

    def runs(self, *arguments: str | Path) -> int:
        """Run `front-desk`; the answer is its exit status."""
        return main(["--settings", str(self.settings), *map(str, arguments)])

    def works(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run(work)

    def chats(self, name: str, *words: str, days_ago: int = 0) -> None:
        """A visitor wrote these messages."""
        self.works(self._chat(name, words, NOW - timedelta(days=days_ago)))

    def wants_a_call(self, name: str, phone: str) -> None:
        """A visitor with a chat left this number."""
        self.works(self._call(name, phone))

    def deletes(self, name: str) -> None:
        """A visitor deletes a chat."""
        self.works(self._delete(name))

    def forgets_wholly(self, name: str) -> None:
        """A chat's time is over, and the time of the row that says it was deleted."""
        self.works(self._delete_rows(schema.conversations.c.id == name))

    def deletes_all(self) -> None:
        """All chats are lost, without anybody's wish."""
        self.works(self._delete_rows(schema.conversations.c.id != "", audited=False))

    def words(self) -> list[str]:
        """Every word that visitors wrote and that is still there."""
        return sorted(row["text"] for row in self.works(self._rows(schema.messages)))

    def rows(self, table: Any) -> list[dict[str, Any]]:
        return self.works(self._rows(table))

    async def first_start(self) -> None:
        db = Database(self.url, RecordKeys(self.var / "record.key"))
        await migrations.upgrade(db)
        async with db.write() as tx:
            nina = await accounts.create(
                tx, sign_in_name="nina", name="Nina Nurse", with_roles={"desk"}, password_hash="",
                by="host", now=NOW,
            )  # fmt: skip
            await sessions.open_for(tx, nina.id, label="Test", now=NOW)
            await audit.note(tx, by=audit.HOST, did="tests.began", about="tests", now=NOW)
        await db.close()

    async def _chat(self, name: str, words: tuple[str, ...], at: datetime) -> None:
        db = Database(self.url, RecordKeys(self.var / "record.key"))
        async with db.write() as tx:
            await tx.execute(
                insert(schema.conversations).values(**conversation(name, last=len(words), at=at))
            )
            for seq, text in enumerate(words, start=1):
                await tx.execute(insert(schema.messages).values(**message(name, seq, text)))
        await db.close()

    async def _call(self, name: str, phone: str) -> None:
        db = Database(self.url, RecordKeys(self.var / "record.key"))
        async with db.write() as tx:
            await callbacks.request(
                tx, name, message_id="m", reason="asked", fields={"phone": phone}, language="en", now=NOW,
                mail=False,
            )  # fmt: skip
        await db.close()

    async def _delete(self, name: str) -> None:
        db = Database(self.url, RecordKeys(self.var / "record.key"))
        async with db.write() as tx:
            await retention.forget(tx, name, by="visitor", keep_callbacks=False, now=NOW)
        await db.close()

    async def _delete_rows(self, which: Any, *, audited: bool = True) -> None:
        db = Database(self.url, RecordKeys(self.var / "record.key"))
        async with db.write() as tx:
            await tx.execute(delete(schema.conversations).where(which))
            if not audited:  # as if this were another record
                await audit.note(tx, by=audit.HOST, did="tests.lost", about="tests", now=NOW)
        await db.close()

    async def _rows(self, table: Any) -> list[dict[str, Any]]:
        db = Database(self.url, RecordKeys(self.var / "record.key"))
        async with db.read() as tx:
            found = [dict(row) for row in (await tx.execute(select(table))).mappings()]
        await db.close()
        return found


def conversation(name: str, *, last: int, at: datetime) -> dict[str, Any]:
    return {
        "id": name, "token_hash": name, "language": "en", "last_seq": last, "events": [],
        "created_at": at, "updated_at": at,
    }  # fmt: skip


def message(name: str, seq: int, text: str) -> dict[str, Any]:
    return {
        "id": f"{name}-{seq}", "conversation_id": name, "seq": seq, "author": "visitor", "kind": "text",
        "language": "en", "text": text, "details": {}, "created_at": NOW,
    }  # fmt: skip


def state_of(installed: Installed) -> dict[str, Any]:
    """Everything that must be as it was after something failed."""
    kept = {
        str(path.relative_to(installed.var)): path.read_bytes()
        for path in sorted(installed.var.rglob("*"))
        if path.is_file()
        and not path.name.endswith((".lock", "-wal", "-shm", ".sqlite3"))
        and path.name != "chores.json"  # which says that it failed
    }
    folders = sorted(path.name for path in installed.var.iterdir() if path.is_dir())
    return {"files": kept, "folders": folders, "words": installed.words()}


def only(folder: Path, pattern: str) -> Path:
    """The one file of this name."""
    (found,) = folder.glob(pattern)
    return found
