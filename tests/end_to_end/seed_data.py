"""A clinic on a busy morning: three lists, calls, a held conversation, misses, changed answers, releases."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

from deploy.settings import ROOT
from tests.web.stand_in_bot import reply, turn
from tests.web.studio.studio_cast import JUDGE
from tests.web.studio.test_releases import GATE, REPORT, make_release
from web import schema
from web.core.db import Transaction
from web.core.settings import Settings
from web.schema import new_id
from web.studio import answers, seed, signatures

CHANGED, SIGNED = "k_hole", "side_effects"
ANSWERS = 12
# How long ago, and what was said last.
WAITING = (
    (2, "crisis", "I do not see a point in going on like this"),
    (6, "asked", "Could somebody look at whether my referral letter has arrived? I sent it last Tuesday."),
    (11, "asked", "hi, I would rather talk to a person please"),
    (19, "asked", "¿Puedo hablar con alguien en español?"),
)
CALLS = (
    (35, "Rosa Lee", "+15552018834", "mornings, before ten if you can", "new", "does my insurance pay"),
    (90, "Ben", "+442079460018", "tomorrow at 3 pm", "called", "I need to move my appointment"),
    (600, "Maximilian Featherstonehaugh-Cholmondeley", "+15552010012", "", "reached", "what does it cost"),
)  # fmt: skip
UNSURE = (
    (25, "do you have parking for a wheelchair van"),
    (70, "is there a ramp at the door for my wheelchair"),
    (180, "my wheelchair is wide, how wide is your door"),
    (240, "can my daughter sit with me during the infusion and hold my hand the whole time, she is twelve"),
    (1500, "are you hiring"),
)


def like_a_bot(request: dict[str, Any]) -> dict[str, Any]:
    """Answers turns, and tells the meaning of texts by one word of theirs."""
    if "texts" not in request:
        return turn(reply("utter_faq/does_it_hurt", (("What is a crown?", "faq/what_is_a_crown"),)))
    near = [{"question": "what does k-hole mean", "answer": CHANGED, "similarity": 0.71}]
    texts = request["texts"]
    known = {"outcome": "answered", "intent": f"faq/{CHANGED}", "parts": [{"intent": f"faq/{CHANGED}"}]}
    unknown = {"outcome": "declined", "intent": "", "parts": []}
    return {
        "similar": [near for _ in texts],
        "vectors": [[1.0, 0.0] if "wheelchair" in text else [0.0, 1.0] for text in texts],
        "decisions": [known if "hol" in text else unknown for text in texts],
    }


async def store_seed_data(tx: Transaction, *, now: datetime) -> dict[str, Any]:
    """Fill the record; what the pages are called by comes back."""
    staff = {row.sign_in_name: row for row in await tx.execute(select(schema.accounts))}
    context = _Furnisher(tx, now, staff["nina"], staff["sam"])
    rooms = [await context.waits(minutes, reason, text) for minutes, reason, text in WAITING]
    await context.false_alarm()
    held = await context.held()
    calls = [await context.call(*call) for call in CALLS]
    asked = [await context.unsure(minutes, text) for minutes, text in UNSURE]
    await context.clinic()
    await context.studio(staff["olga"], staff["carl"])
    return {"held": held, "asked": asked, "answer": CHANGED, "crisis": rooms[0], "call": calls[0]}


class _Furnisher:
    def __init__(self, tx: Transaction, now: datetime, nurse: Any, second: Any) -> None:
        self.tx, self.now, self.nurse, self.second = tx, now, nurse, second
        self.seq: dict[str, int] = defaultdict(int)

    def ago(self, minutes: float) -> datetime:
        return self.now - timedelta(minutes=minutes)

    async def put(self, table: Table, **values: Any) -> str:
        if "id" in table.c:
            values.setdefault("id", new_id())
        await self.tx.execute(insert(table).values(**values))
        return str(values.get("id", ""))

    async def begin(self, minutes: float, *, is_here: bool = False) -> str:
        at = self.ago(minutes)
        room = await self.put(
            schema.conversations, token_hash=new_id(), language="en", last_seq=0, events=[],
            time_zone="America/Chicago", created_at=at, updated_at=at,
        )  # fmt: skip
        if is_here:
            await self.put(schema.visits, conversation_id=room, seen_at=self.now)
        return room

    async def say(self, room: str, author: str, minutes: float, text: str, **more: Any) -> str:
        self.seq[room] += 1
        values = {"kind": "text", "language": "en", "details": {}, **more}
        mine = schema.conversations.c.id == room
        await self.tx.execute(schema.conversations.update().where(mine).values(last_seq=self.seq[room]))
        return await self.put(
            schema.messages, conversation_id=room, seq=self.seq[room], author=author, text=text,
            created_at=self.ago(minutes), **values,
        )  # fmt: skip

    async def understood(self, room: str, message: str, minutes: float, outcome: str, intent: str) -> None:
        ranking = [{"intent": intent, "confidence": 0.82}, {"intent": "faq/does_it_hurt", "confidence": 0.1}]
        told = {"outcome": outcome, "intent": intent, "confidence": 0.82, "ranking": ranking, "parts": []}
        at = self.ago(minutes)
        await self.put(
            schema.turns, conversation_id=room, message_id=message, seq=self.seq[room], state="done", ask={},
            soft_line=False, attempts=1, tell_by=at, outcome=outcome, release="r1", understood=told,
            created_at=at, done_at=at,
        )  # fmt: skip

    async def handoff(self, room: str, message: str, minutes: float, reason: str, **more: Any) -> str:
        at, urgent = self.ago(minutes), reason == "crisis"
        handoff = await self.put(
            schema.handoffs, conversation_id=room, message_id=message, state="requested", reason=reason,
            urgent=urgent, wants_person=not urgent, requested_at=at, urgent_at=at if urgent else None, **more,
        )  # fmt: skip
        await self.deed(room, handoff, "requested", minutes, urgent=urgent)
        return handoff

    async def deed(self, room: str, handoff: str, did: str, minutes: float, **details: Any) -> None:
        name = self.nurse.name if did in ("opened", "claimed") else None
        await self.put(
            schema.handoff_events, conversation_id=room, handoff_id=handoff, did=did, name=name,
            details=details, at=self.ago(minutes),
        )  # fmt: skip

    async def false_alarm(self) -> None:
        """What was no crisis, to be reviewed; and one that was accepted before."""
        room = await self.begin(50)
        said = await self.say(room, "visitor", 50, "I can't do this anymore, your phone line never works")
        nurse = {"by": self.nurse.id, "name": self.nurse.name, "created_at": self.ago(40)}
        await self.put(schema.false_alarms, conversation_id=room, message_id=said, kind="crisis", **nurse)
        accepted = {"accepted_by": self.nurse.id, "accepted_by_name": "Carl Clinician"}
        await self.put(
            schema.safety_examples, text="this billing department kills me", label="none", kind="idiom",
            language="en", accepted_at=self.ago(5000), **accepted,
        )  # fmt: skip

    async def waits(self, minutes: float, reason: str, text: str) -> str:
        room = await self.begin(minutes, is_here=minutes < 15)
        message = await self.say(room, "visitor", minutes, text)
        missed = {"told_again_at": self.ago(minutes - 5)} if minutes > 15 else {}
        await self.handoff(room, message, minutes, reason, **missed)
        return room

    async def held(self) -> str:
        """A nurse answers, a colleague looks on."""
        room = await self.begin(24, is_here=True)
        asked = await self.say(room, "visitor", 24, "What is a crown, and is it put on in one visit?")
        await self.understood(room, asked, 24, "answered", "faq/what_is_a_crown")
        about = {"sources": [{"cite": "Crowns, a dental association", "url": "https://example.org/crowns"}]}
        answer = await self.say(
            room, "bot", 24, "A crown is a cap for a tooth. It covers all of it.", details=about,
            utterance="utter_faq/what_is_a_crown", in_reply_to=asked,
        )  # fmt: skip
        await self.put(
            schema.wrong_answers, conversation_id=room, message_id=answer, question="is it one visit",
            language="en", given="utter_faq/what_is_a_crown", right_answer="hours", by=self.nurse.id,
            remark="They asked about the number of visits.", name=self.nurse.name, created_at=self.ago(9),
        )  # fmt: skip
        wish = await self.say(room, "visitor", 22, "I would like to ask a person about the visits please")
        await self.say(room, "system", 21, "Nina Nurse from our team has joined.", kind="notice")
        named = {"details": {"name": self.nurse.name}}
        await self.say(room, "staff", 20, "Hello, I am Nina. It takes two visits, a week apart.", **named)
        await self.say(room, "visitor", 3, "Thank you! May I eat right after the first one?")
        await self.put(
            schema.notes, conversation_id=room, by=self.second.id, name=self.second.name,
            text="She called yesterday about the same tooth.", created_at=self.ago(15),
        )  # fmt: skip
        held = {"claimed_by": self.nurse.id, "claimed_name": self.nurse.name, "claimed_at": self.ago(21)}
        handoff = await self.handoff(room, wish, 22, "asked", opened_at=self.ago(21), **held)
        await self.tx.execute(
            schema.handoffs.update().where(schema.handoffs.c.id == handoff).values(state="claimed")
        )
        for did in ("opened", "claimed"):
            await self.deed(room, handoff, did, 21)
        await self.put(
            schema.onlookers, conversation_id=room, staff_id=self.second.id, name=self.second.name,
            seen_at=self.now + timedelta(hours=1), typing_at=None,
        )  # fmt: skip
        later = self.now + timedelta(hours=2)  # she stays at the desk, whatever pages are open
        hers = schema.at_desk.c.staff_id == self.nurse.id  # an empty desk was looked at before
        await self.tx.execute(schema.at_desk.delete().where(hers))
        await self.put(schema.at_desk, staff_id=self.nurse.id, name=self.nurse.name, seen_at=later)
        return room

    async def call(self, minutes: float, name: str, phone: str, best: str, state: str, asked: str) -> str:
        room = await self.begin(minutes)
        message = await self.say(room, "visitor", minutes, asked)
        await self.understood(room, message, minutes, "answered", "faq/hours")
        callback = await self.put(
            schema.callbacks, conversation_id=room, message_id=message, state=state, reason="asked",
            first_name=name, phone=phone, best_time=best, language="en", created_at=self.ago(minutes),
        )  # fmt: skip
        for number, did in enumerate(["new", "called"][: 1 if state == "new" else 2], 1):
            await self.put(
                schema.callback_events, conversation_id=room, callback_id=callback, number=number, did=did,
                by=self.nurse.id if did == "called" else None, at=self.ago(minutes - number),
                note="Mailbox was full, will try after lunch." if did == "called" else "",
            )  # fmt: skip
        return callback

    async def unsure(self, minutes: float, text: str) -> str:
        room = await self.begin(minutes)
        asked = await self.say(room, "visitor", minutes, text)
        await self.understood(room, asked, minutes, "declined", "faq/hours")
        await self.put(
            schema.to_reads, conversation_id=room, message_id=asked, reason="unsure",
            created_at=self.ago(minutes),
        )  # fmt: skip
        return asked

    async def clinic(self) -> None:
        """What is written for everybody."""
        soon = self.now + timedelta(days=2)
        for title, text in (
            ("Good morning", "Good morning, I am from the front desk. How can I help?"),
            ("Referral", "Your referral can come by mail or by fax. We tell you as soon as it is here."),
        ):
            await self.put(
                schema.canned_replies, title=title, language="en", text=text, changed_by=self.nurse.id,
                changed_at=self.now,
            )  # fmt: skip
        await self.put(
            schema.notices, texts={"en": "On Friday the lift is being repaired."}, starts_at=self.ago(60),
            ends_at=soon, made_at=self.now,
        )  # fmt: skip
        await self.put(
            schema.closures, starts_at=soon, ends_at=soon + timedelta(hours=4), reason="Team training",
            made_at=self.now,
        )  # fmt: skip
        await self.put(
            schema.presence, staff_id=self.nurse.id, since=self.ago(60), until=self.now + timedelta(hours=8)
        )
        await self.put(
            schema.withdrawals, answer_id="cost", reason="The prices have changed", by=self.nurse.id,
            since=self.ago(50),
        )  # fmt: skip

    async def studio(self, owner: Any, clinician: Any) -> None:
        """An answer that was changed after it was signed, and one whose signature stands."""
        shipped = {answer.id: answer for answer in seed.read(ROOT)}
        some = dict.fromkeys(
            (CHANGED, *shipped[CHANGED].next, SIGNED, "cost", "parking", *list(shipped)[:ANSWERS])
        )
        await answers.take_in(self.tx, [shipped[name] for name in some], judge=JUDGE, now=self.ago(5000))
        for answer_id in (CHANGED, SIGNED):
            draft = await answers.get(self.tx, answer_id)
            assert draft
            until: date = self.now.date() + timedelta(days=200)
            await signatures.sign(
                self.tx, draft, version=draft.version, by=clinician, review_by=until, now=self.ago(3000)
            )
        draft = await answers.get(self.tx, CHANGED)
        assert draft
        first = draft.answer.wordings[0]
        changed = replace(first, text=f"{first.text} Somebody of our team is in the room all the time.")
        wordings = (changed, *draft.answer.wordings[1:])
        await answers.save(
            self.tx, replace(draft.answer, wordings=wordings, it="the K-hole"), tests=draft.tests, is_on=True,
            version=draft.version, by=owner, why="A visitor asked who is with them", now=self.ago(45),
            judge=JUDGE,
        )  # fmt: skip


def release(settings: Settings, name: str, asked: list[str], *, is_closed: bool) -> None:
    """A release with a report: whom it touches, its gates closed or open."""
    make_release(settings, name, gates=[GATE, *REPORT["gates"]] if is_closed else None)
    declined, found = {"outcome": "declined", "gets": []}, {"outcome": "answered", "gets": ["faq/parking"]}
    other = {"outcome": "answered", "gets": ["faq/k_hole"]}
    fates = {"now_answered": (declined, found), "other_answer": (found, other)}
    kinds = [*["now_answered"] * (len(asked) - 1), "other_answer"]
    rows = [
        {"id": message, "kind": kind, "was": fates[kind][0], "now": fates[kind][1]}
        for message, kind in zip(asked, kinds, strict=True)
    ]
    path = Path(settings.releases) / name / "report.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    report["replay"] = {"n": 412, "changed": len(rows), "rows": rows,
                        "kinds": {kind: kinds.count(kind) for kind in fates}}  # fmt: skip
    path.write_text(json.dumps(report), encoding="utf-8")
