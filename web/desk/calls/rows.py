"""One request for a call in words: whom, how, when, what was tried, who is calling."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import RowMapping

from web.chat.callbacks import OPEN, STEPS
from web.core import formatting, time_zones
from web.desk.callback_reasons import CallWords
from web.desk.calls import times, work
from web.desk.calls.labels import BUTTONS, KEYS, OUTCOMES, RESULTS, STATES, deed, is_attempt
from web.desk.calls.times import Viewer

WAKING_HOURS = range(8, 21)
FEWEST_DIGITS = 7  # of a number; fewer may be an hour
YES_NO = {True: "Yes", False: "No, do not leave a message"}
PATIENTS = {"new": "New patient", "existing": "Has been here before", "known": "Has been here before"}


@dataclass(frozen=True)
class Earlier:
    """Another request of the same person."""

    id: str
    conversation_id: str
    has_chat: bool
    when: str
    state_words: str
    is_open: bool


@dataclass(frozen=True)
class Call:
    """One request."""

    id: str
    conversation_id: str
    has_chat: bool
    state: str
    state_words: str
    name: str
    way: str
    href: str
    email: str
    wish: str
    note: str
    best_time: str
    best_time_explained: str
    best_time_short: str
    their_clock: str
    their_clock_by: str
    is_night_there: bool
    may_leave_message: str
    language: str
    patient: str
    since: datetime
    when: str
    age: str
    about: str
    told: list[str]
    due_at: datetime
    due: str
    section: str
    is_put_off: bool
    attempts: int
    last_outcome: str
    caller: str
    is_mine: bool
    closed: str
    steps: list[tuple[str, str, str]]
    history: list[tuple[str, str, str]]
    earlier: list[Earlier] = field(default_factory=list)


def _says_more(text: str, row: RowMapping) -> bool:
    """Whether more stands in it than the name, the number, the time or the wish that was taken down."""
    taken = {str(row[name] or "").casefold() for name in ("first_name", "best_time", "note", "email")}
    if text.strip(" .!").casefold() in taken:
        return False
    digits = "".join(filter(str.isdigit, text))
    is_number = not any(map(str.isalpha, text)) and len(digits) >= FEWEST_DIGITS
    return not (is_number and (row["phone"] or "").endswith(digits))


def call_of(
    row: RowMapping, steps: list[RowMapping], said: CallWords, earlier: list[Earlier], viewer: Viewer
) -> Call:
    zone, now = viewer.zone, viewer.now
    phone = row["phone"] or ""
    theirs = time_zones.zone_of(row["time_zone"]) or times.zone_of_number(phone, now)
    scheme = "sms" if row["channel"] == "text" else "tel"
    extension = f";ext={row['extension']}" if row["extension"] and scheme == "tel" else ""
    attempts = [step for step in steps if is_attempt(step)]
    caller = work.caller(row, now)
    due_at = times.due_at(row, zone, now)
    return Call(
        id=row["id"],
        conversation_id=row["conversation_id"],
        has_chat=row["deleted_at"] is None,
        state=row["state"],
        state_words=STATES[row["state"]],
        name=row["first_name"] or "No name given",
        way=_way(row),
        href=f"{scheme}:{phone}{extension}" if phone else f"mailto:{row['email']}",
        email=row["email"] or "" if phone else "",
        wish=formatting.CHANNELS.get(row["channel"], "a call"),
        note=row["note"] or "",
        best_time=row["best_time"] or "",
        best_time_explained=times.explained(row, zone, now),
        best_time_short=times.in_short(row, zone, now),
        their_clock=formatting.clock(now, theirs) if theirs else "",
        their_clock_by=str(theirs) if row["time_zone"] else "by the number",
        is_night_there=theirs is not None and now.astimezone(theirs).hour not in WAKING_HOURS,
        may_leave_message=YES_NO.get(row["may_leave_message"], "Not said"),
        language=formatting.LANGUAGES.get(row["language"], row["language"]),
        patient=PATIENTS.get(row["patient"] or "", row["patient"] or "Not said"),
        since=row["created_at"],
        when=formatting.when(row["created_at"], zone),
        age=formatting.age(now, row["created_at"]),
        about=said.about,
        told=[each for each in said.told if each != said.about and _says_more(each, row)],
        due_at=due_at,
        due=times.due_in_words(row, due_at, viewer),
        section=times.section(row, due_at, viewer),
        is_put_off=times.is_put_off(row, now),
        attempts=len(attempts),
        last_outcome=last_outcome(attempts),
        caller=caller.name if caller else "",
        is_mine=bool(caller and caller.id == viewer.staff_id)
        or bool(viewer.staff_id and attempts and attempts[-1]["by"] == viewer.staff_id),
        closed=formatting.when(row["done_at"], zone) if row["done_at"] else "",
        steps=_buttons(row),
        history=[
            (formatting.when(step["at"], zone), deed(step, viewer.names), step["note"]) for step in steps[1:]
        ],
        earlier=earlier,
    )


def _buttons(row: RowMapping) -> list[tuple[str, str, str]]:
    """What can be pressed: its name, its words, its key. Who wants no message gets none."""
    forbidden = {"voicemail"} if row["may_leave_message"] is False or not row["phone"] else set()
    return [
        (name, RESULTS[name].words, KEYS.get(name, ""))
        for name in BUTTONS
        if RESULTS[name].state in STEPS[row["state"]] and name not in forbidden
    ]


def earlier_of(row: RowMapping, viewer: Viewer) -> Earlier:
    return Earlier(
        id=row["id"],
        conversation_id=row["conversation_id"],
        has_chat=row["deleted_at"] is None,
        when=formatting.when(row["created_at"], viewer.zone, with_year=True),
        state_words=STATES[row["state"]],
        is_open=row["state"] in OPEN,
    )


def last_outcome(attempts: list[RowMapping]) -> str:
    return OUTCOMES.get(attempts[-1]["outcome"] or "", "Not reached") if attempts else ""


def _way(row: RowMapping) -> str:
    """Number or address as it is read out."""
    if not row["phone"]:
        return str(row["email"])
    extension = f", extension {row['extension']}" if row["extension"] else ""
    return f"{formatting.phone(row['phone'])}{extension}"
