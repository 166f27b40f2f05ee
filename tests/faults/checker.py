"""Compares what visitors sent and saw with what is stored: every difference is a finding."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.clients.widget import Sent
from tests.faults.parts import Outage
from tests.faults.visits import Visit
from web.core.db import Database
from web.core.keys.record_keys import RecordKeys
from web.schema import callbacks, conversations, handoffs, messages, turns

Row = Mapping[str, Any]
CALLBACK_SENT = "utter_callback_sent"
# Where a wording was not filled in, or a value is missing.
UNSAID = ("None", "{", "}")


@dataclass(frozen=True)
class Stored:
    """The record after a run, by conversation."""

    conversations: Mapping[str, Row]
    messages: Mapping[str, Sequence[Row]]
    turns: Mapping[str, Sequence[Row]]
    callbacks: Mapping[str, Sequence[Row]]
    handoffs: Mapping[str, Sequence[Row]]


async def read(database_url: str, keys: Path) -> Stored:
    """Read the record as it is on disk; `keys` is the file that opens what is sealed in it."""
    db = Database(database_url, RecordKeys(keys))
    try:
        async with db.read() as tx:
            heads = [dict(row) for row in (await tx.execute(select(conversations))).mappings()]
            ordered = select(messages).order_by(messages.c.conversation_id, messages.c.seq)
            parts = [ordered, select(turns), select(callbacks), select(handoffs)]
            found = [[dict(row) for row in (await tx.execute(part)).mappings()] for part in parts]
    finally:
        await db.close()
    return Stored({row["id"]: row for row in heads}, *(_by_conversation(rows) for rows in found))


def _by_conversation(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["conversation_id"]].append(row)
    return found


def findings(
    visits: Sequence[Visit], stored: Stored, outages: Sequence[Outage], *, deadline_s: float
) -> list[str]:
    """Everything that was lost, doubled, out of order, silent or untrue; empty when all is well."""
    found = [
        f"conversation {visit.widget.id or '(never begun)'}: {finding}"
        for visit in visits
        for finding in _of_visit(visit, stored, outages, deadline_s)
    ]
    known = {visit.widget.id for visit in visits}
    # A start whose answer was lost leaves an empty conversation: nobody ever wrote in it.
    strays = [key for key in stored.conversations if key not in known and stored.messages.get(key)]
    return found + [f"conversation {key}: holds messages, and no visitor knows it" for key in strays]


def _of_visit(visit: Visit, stored: Stored, outages: Sequence[Outage], deadline_s: float) -> Iterator[str]:
    widget, key = visit.widget, visit.widget.id
    rows = stored.messages.get(key, ())
    if visit.is_forgotten:
        waiting = [item.client_id for item in widget.sent.values() if not item.is_settled]
        yield f"silent: the visitor gave up; without any reply: {waiting}, pending: {widget.pending}"
    if key not in stored.conversations:
        yield "lost: it is not stored"
        return
    yield from _sent(widget.sent.values(), rows)
    yield from _order(rows, stored.conversations[key], widget.batches)
    if not visit.is_forgotten:
        yield from _seen(visit, rows)
    yield from _turns(rows, stored.turns.get(key, ()))
    yield from _replies(rows, outages, deadline_s)
    yield from _promises(rows, stored.callbacks.get(key, ()), stored.handoffs.get(key, ()))


def _sent(items: Iterator[Sent] | Any, rows: Sequence[Row]) -> Iterator[str]:
    by_client = defaultdict(list)
    for row in rows:
        if row["author"] == "visitor":
            by_client[row["client_id"]].append(row)
    sent = {item.client_id: item for item in items}
    for client_id, item in sent.items():
        if item.refused is not None:
            yield f"refused: message {client_id} with status {item.refused}"
            continue
        if item.doubled:
            yield f"doubled: message {client_id} was stored anew when it was sent again"
        kept = by_client.get(client_id, [])
        if item.stored_at_s is not None and not kept:
            yield f"lost: message {client_id} was told to be stored"
        if len(kept) > 1:
            yield f"doubled: message {client_id} is stored {len(kept)} times"
        if kept and (kept[0]["text"] != item.content["text"] or item.id not in (None, kept[0]["id"])):
            yield f"changed: message {client_id} is not what was sent"
    for client_id in by_client.keys() - sent.keys():
        yield f"from nowhere: message {client_id} was never sent"


def _order(rows: Sequence[Row], head: Row, batches: Sequence[Sequence[int]]) -> Iterator[str]:
    numbers = [row["seq"] for row in rows]
    if numbers != list(range(1, len(rows) + 1)) or head["last_seq"] != len(rows):
        yield f"out of order: numbers {numbers}, the last said to be {head['last_seq']}"
    for batch in batches:
        if list(batch) != list(range(batch[0], batch[0] + len(batch))):
            yield f"out of order: the client was given {list(batch)} at once"


def _seen(visit: Visit, rows: Sequence[Row]) -> Iterator[str]:
    stored = {row["seq"]: (row["id"], row["author"], row["text"]) for row in rows if _was_in_time(row, visit)}
    seen = {seq: _shown(message) for seq, message in visit.widget.seen.items()}
    told = {int(str(message["seq"])): _shown(message) for message in visit.everything}
    for seq in sorted(stored):
        if seen.get(seq) != stored.get(seq):
            yield f"message {seq}: stored is {stored.get(seq)}, the visitor saw {seen.get(seq)}"
        if told.get(seq) != stored.get(seq):
            yield f"message {seq}: stored is {stored.get(seq)}, a fresh page shows {told.get(seq)}"
    numbers = {row["seq"] for row in rows}
    for seq in sorted((seen.keys() | told.keys()) - numbers):
        yield f"message {seq}: the visitor saw {seen.get(seq)}, and nothing is stored"


def _was_in_time(row: Row, visit: Visit) -> bool:
    """Whether a message was stored before its visitor left; a late answer may come behind them."""
    return visit.left_at is None or bool(row["created_at"] < visit.left_at)


def _shown(message: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return message["id"], message["author"], message["text"]


def _turns(rows: Sequence[Row], open_turns: Sequence[Row]) -> Iterator[str]:
    wanted = [row["id"] for row in rows if row["author"] == "visitor"]
    counted = Counter(turn["message_id"] for turn in open_turns)
    for message_id in wanted:
        if counted[message_id] != 1:
            yield f"message {message_id} has {counted[message_id]} turns"
    for turn in open_turns:
        if turn["state"] != "done" or turn["outcome"] is None:
            yield f"silent: the turn of message {turn['message_id']} is still {turn['state']}"


def _replies(rows: Sequence[Row], outages: Sequence[Outage], deadline_s: float) -> Iterator[str]:
    replies = defaultdict(list)
    for row in rows:
        if row["author"] != "visitor":
            replies[row["in_reply_to"]].append(row)
            if any(sign in row["text"] for sign in UNSAID):
                yield f"untrue: message {row['seq']} says '{row['text']}'"
    for row in rows:
        if row["author"] != "visitor":
            continue
        mine = replies[row["id"]]
        if not mine:
            yield f"silent: message {row['seq']} has no reply"
            continue
        wait_s = waited_s(row["created_at"], mine[0]["created_at"], outages)
        if wait_s > deadline_s:
            yield f"late: message {row['seq']} had its first reply after {wait_s:.1f} s"
        said = Counter((reply["utterance"], reply["text"]) for reply in mine)
        for (utterance, text), count in said.items():
            if count > 1:
                yield f"doubled: message {row['seq']} was told {count} times: {utterance or text}"


def waited_s(asked: datetime, replied: datetime, outages: Sequence[Outage]) -> float:
    """How long a message waited for its first reply, counted anew when the web half came back.

    Nobody can say anything while the web half is dead, and afterwards it has the time of a new message.
    """
    begin = asked
    for outage in outages:
        ended = outage.ended or datetime.now(UTC)
        # A kill falls into the wait; the service answers a moment before we notice that it does.
        if outage.began <= replied and ended >= begin:
            begin = max(begin, ended)
    return max(timedelta(), replied - begin).total_seconds()


def _promises(rows: Sequence[Row], calls: Sequence[Row], wishes: Sequence[Row]) -> Iterator[str]:
    promised = Counter(row["in_reply_to"] for row in rows if row["utterance"] == CALLBACK_SENT)
    kept = Counter(call["message_id"] for call in calls)
    if promised != kept:
        yield f"broken promise: calls promised for {dict(promised)}, requests stored for {dict(kept)}"
    urgent = any(wish["urgent"] for wish in wishes)
    for row in rows:
        if row["kind"] == "card" and not urgent:
            yield f"broken promise: message {row['seq']} is a card, and nobody was called"
