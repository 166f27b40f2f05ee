"""Hostile words in every place of the record where somebody's words are kept, all marked."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from sqlalchemy import Table, delete, insert

from content.answers import Answer, Source
from content.wording import Wording
from tests.web.studio.studio_cast import JUDGE
from web import schema
from web.core.db import Transaction
from web.schema import new_id
from web.studio import answers

# What would run, or draw something, if any page took words for markup. {n} is the mark's name.
BODIES = (
    '<x-owned id="{n}"></x-owned>',
    '<img src="/owned/{n}" onerror="window.owned=`{n}`">',
    "<script>window.owned=`{n}`</script>",
    '<svg onload="window.owned=`{n}`"><title>{n}</title></svg>',
    '<a href="javascript:window.owned=`{n}`">{n}</a>',
    "javascript:window.owned=`{n}`",
    '<iframe srcdoc="<script>parent.owned=`{n}`</script>{n}"></iframe>',
    "[{n}](javascript:window.owned=`{n}`)",
    "**{n}** {{{{ 7*7 }}}} ${{7*7}} {{% raw %}} #{{7*7}}",
    '<details open ontoggle="window.owned=`{n}`">{n}</details>',
    '<input autofocus onfocus="window.owned=`{n}`" value="{n}">',
    '<math><mtext><style><img src="/owned/{n}" onerror="window.owned=`{n}`"></style></mtext></math>',
)
BREAKOUTS = (
    "", '">', "'>", "</textarea>", "</title>", "</script>", "</option></select>", "-->", "</bdi></p>",
    "\\", '" onmouseover="window.owned=`{n}`', "' onfocus='window.owned=`{n}`", "</x-", "&quot;&gt;",
)  # fmt: skip
DISGUISES = (
    lambda text: text,
    lambda text: text.upper().replace("WINDOW.OWNED", "window.owned"),
    lambda text: text.replace("<", "<\u200b"),
    lambda text: text.replace("<", "＜") + text,
    lambda text: text.replace("<", "&lt;") + text,
    lambda text: f"{text}\u202e{text[::-1]}",
    lambda text: text.replace(" ", "\t"),
    lambda text: text.replace("<", "%3C"),
    lambda text: text.replace("<", "<<"),
    lambda text: text.replace("=", " = "),
    lambda text: f"\U0001f600{text}",
    lambda text: text.replace(">", ">\n"),
)


def marks(count: int) -> list[tuple[str, str]]:
    """So many different hostile texts, each with the name it carries: every body comes early."""
    made = []
    mixed = itertools.product(DISGUISES, BREAKOUTS, BODIES)
    for number, (disguise, breakout, body) in enumerate(itertools.islice(mixed, count)):
        name = f"zq{number:04}"
        made.append((name, disguise(breakout.format(n=name) + name + body.format(n=name))))
    assert len(made) == count
    return made


def joined(texts: list[str], most: int, *, room: int | None = None) -> Iterator[str]:
    """All texts in as few lines as hold so many characters, and have room in an address."""
    line = ""
    for text in texts:
        longer = f"{line} {text}".strip()[: None if line else most]
        if line and (len(longer) > most or (room and len(quote(longer, safe="")) > room)):
            yield line
            longer = text[:most]
        line = longer
    yield line


@dataclass
class StoredPayloads:
    """Where the payloads stand: the conversation of all, and who and what is called so."""

    conversation_id: str
    token: str
    account_ids: list[str]
    answer_id: str
    message_ids: list[str]


async def store_payloads(tx: Transaction, texts: list[str], *, now: datetime) -> StoredPayloads:
    """Put every text wherever words are kept."""
    await delete_payloads(tx)
    writer = _Writer(tx, now)
    busy, messages = await writer.busy(texts)
    for text in texts:
        await writer.case(text)
        await writer.of_the_clinic(text)
    await writer.put(
        schema.crisis_steps, kind="crisis", text="\n".join(texts), changed_by="n",
        changed_by_name=texts[0][:200], changed_at=now,
    )  # fmt: skip
    accounts = [await writer.account(text) for text in texts]
    answer = await writer.answers(texts)
    return StoredPayloads(busy, writer.token, accounts, answer, messages)


async def delete_payloads(tx: Transaction) -> None:
    """Take away what an earlier run stored."""
    await tx.execute(delete(schema.accounts).where(schema.accounts.c.sign_in_name.like("payload-%")))
    for table in (schema.conversations, schema.canned_replies, schema.notices, schema.closures):
        await tx.execute(delete(table))
    for table in (schema.crisis_steps, schema.safety_examples):
        await tx.execute(delete(table))
    for table in (schema.at_desk, schema.withdrawals, schema.answers, schema.answer_versions, schema.builds):
        await tx.execute(delete(table))


class _Writer:
    def __init__(self, tx: Transaction, now: datetime) -> None:
        self.tx, self.now, self.token, self.seq = tx, now, new_id(), 0

    async def put(self, table: Table, **values: Any) -> str:
        if "id" in table.c:
            values.setdefault("id", new_id())
        await self.tx.execute(insert(table).values(**values))
        return str(values.get("id", ""))

    async def begin(self, token: str = "") -> str:
        return await self.put(
            schema.conversations, token_hash=hashlib.sha256(token.encode()).hexdigest(), language="en",
            last_seq=1, events=[], created_at=self.now, updated_at=self.now,
        )  # fmt: skip

    async def say(self, conversation_id: str, author: str, text: str, **more: Any) -> str:
        self.seq += 1
        values: dict[str, Any] = {"kind": "text", "language": "en", "details": {}, **more}
        return await self.put(
            schema.messages, conversation_id=conversation_id, seq=self.seq, author=author, text=text,
            created_at=self.now, **values,
        )  # fmt: skip

    async def busy(self, texts: list[str]) -> tuple[str, list[str]]:
        """One conversation in which everybody says everything."""
        room, said = await self.begin(self.token), []
        for text in texts:
            asked = await self.say(room, "visitor", text)
            said.append(asked)
            await self.turn(room, asked, text, "declined")
            sources = [{"cite": text[:200], "url": "https://example.org/", "passage": text}]
            about = {"sources": sources, "review": text[:100], "is_reviewed": False}
            answer = await self.say(
                room, "bot", text, details=about, utterance="utter_faq/does_it_hurt", in_reply_to=asked
            )
            await self.put(
                schema.choices, conversation_id=room, message_id=answer, position=0, title=text[:200],
                intent="faq/x", created_at=self.now,
            )  # fmt: skip
            await self.say(room, "staff", text, details={"name": text[:200]})
            await self.say(room, "system", text, kind="notice")
            await self.put(
                schema.notes, conversation_id=room, by="n", name=text[:200], text=text, created_at=self.now
            )
            await self.put(
                schema.ratings, conversation_id=room, message_id=answer, helpful=False, sentence=text[:500],
                created_at=self.now,
            )  # fmt: skip
            await self.put(
                schema.wrong_answers, conversation_id=room, message_id=answer, question=text, language="en",
                given=text[:200], right_answer=text[:200], remark=text, by="n", name=text[:200],
                created_at=self.now,
            )  # fmt: skip
            await self.put(
                schema.onlookers, conversation_id=room, staff_id=new_id(), name=text[:200], seen_at=self.now,
                typing_at=self.now,
            )  # fmt: skip
            await self.put(
                schema.false_alarms, conversation_id=room, message_id=asked, kind=text[:24], by="n",
                name=text[:200], created_at=self.now,
            )  # fmt: skip
            await self.put(schema.at_desk, staff_id=new_id(), name=text[:200], seen_at=self.now)
            await self.call(room, asked, text)
        handoff = await self.put(
            schema.handoffs, conversation_id=room, message_id=said[0], state="claimed", reason=texts[0][:200],
            urgent=True, wants_person=True, claimed_by="x", claimed_name=texts[0][:200], claimed_at=self.now,
            requested_at=self.now,
        )  # fmt: skip
        for text in texts:
            await self.put(
                schema.handoff_events, conversation_id=room, handoff_id=handoff, did="lapsed",
                name=text[:200], details={"holder": text, "why": text, "to": text}, at=self.now,
            )  # fmt: skip
        return room, said

    async def turn(self, room: str, message_id: str, text: str, outcome: str) -> None:
        ranking = [{"intent": text, "confidence": 0.5}, {"intent": f"{text} ", "confidence": 0.4}]
        understood = {"outcome": outcome, "intent": text, "confidence": 0.5, "ranking": ranking, "parts": []}
        await self.put(
            schema.turns, conversation_id=room, message_id=message_id, seq=self.seq, state="done", ask={},
            soft_line=False, attempts=1, tell_by=self.now, outcome=outcome, release=text[:100],
            understood=understood, created_at=self.now,
        )  # fmt: skip

    async def call(self, room: str, message_id: str, text: str) -> None:
        callback = await self.put(
            schema.callbacks, conversation_id=room, message_id=message_id, state="new", reason=text[:200],
            first_name=text[:200], phone="+15552018834", email=text[:320], best_time=text[:500],
            patient=text[:16], language="en", created_at=self.now,
        )  # fmt: skip
        for number, did in enumerate(("new", "called"), 1):
            await self.put(
                schema.callback_events, conversation_id=room, callback_id=callback, number=number, did=did,
                note=text[:500], at=self.now,
            )  # fmt: skip

    async def case(self, text: str) -> None:
        """A visitor of their own, on each of the lists."""
        for reason in ("unsure", "call", "person"):
            room = await self.begin()
            asked = await self.say(room, "visitor", text)
            await self.turn(room, asked, text, "declined")
            if reason == "unsure":
                await self.put(
                    schema.to_reads, conversation_id=room, message_id=asked, reason="unsure",
                    created_at=self.now,
                )  # fmt: skip
            elif reason == "call":
                await self.call(room, asked, text)
            else:
                await self.put(
                    schema.handoffs, conversation_id=room, message_id=asked, state="requested",
                    reason=text[:200], urgent=True, wants_person=True, requested_at=self.now,
                )  # fmt: skip

    async def of_the_clinic(self, text: str) -> None:
        """What staff and owners write for everybody."""
        await self.put(
            schema.safety_examples, text=text[:2000], label="none", kind="idiom", language="en",
            accepted_by="n", accepted_by_name=text[:200], accepted_at=self.now,
        )  # fmt: skip
        soon = self.now + timedelta(days=1)
        await self.put(
            schema.canned_replies, title=text[:100], language="en", text=text, changed_by="n",
            changed_at=self.now,
        )  # fmt: skip
        await self.put(
            schema.notices, texts={"en": text}, starts_at=self.now - timedelta(minutes=1), ends_at=soon,
            made_at=self.now,
        )  # fmt: skip
        await self.put(
            schema.closures, starts_at=soon, ends_at=soon + timedelta(hours=1), reason=text[:120],
            made_at=self.now,
        )  # fmt: skip
        await self.put(
            schema.withdrawals, answer_id=f"gone_{new_id()[:20]}", reason=text, by="n", since=self.now
        )
        await self.put(
            schema.builds, state="failed", step="train", share=0.5, sentence=text, started_by="n",
            problems=[{"path": text, "line": 7, "text": text}], started_at=self.now, alive_at=self.now,
            ended_at=self.now,
        )  # fmt: skip

    async def account(self, text: str) -> str:
        """Somebody who is called so, and a line in the audit about it."""
        return await self.put(
            schema.accounts, sign_in_name=f"payload-{new_id()}{text[:100].lower()}", name=text[:100],
            roles=["desk"], created_at=self.now,
        )  # fmt: skip

    async def answers(self, texts: list[str]) -> str:
        """A draft for each text, and one whose every field is full of them."""
        for text in texts:
            await answers.create(
                self.tx, _answer(text, (text,)), by=_Owner(text), now=self.now, judge=JUDGE, why=text[:300]
            )
        by = _Owner(texts[0])
        made = await answers.create(
            self.tx, _answer(texts[0], ()), by=by, now=self.now, judge=JUDGE, tests=texts[:2]
        )
        full = replace(_answer(texts[0], tuple(texts)), id=made.id)
        await answers.save(
            self.tx,
            full,
            tests=made.tests,
            is_on=True,
            version=1,
            by=by,
            why=texts[0][:300],
            now=self.now,
            judge=JUDGE,
        )
        return made.id


@dataclass(frozen=True)
class _Owner:
    name: str
    id: str = "payload"


def _answer(title: str, texts: tuple[str, ...]) -> Answer:
    return Answer(
        "", title=title[:120], questions=texts, wordings=tuple(Wording(text) for text in texts),
        topics=("location",), clinical=True, it=title[:60],
        sources=tuple(Source(text, passage=text, url=text, read_at=text) for text in texts),
        review_by="2027-05-01",
    )  # fmt: skip
