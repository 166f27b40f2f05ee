"""Open now? Who is there? When again? A table of states, each with its one exact sentence."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from content.facts import Clinic, load_clinic, read_clinic
from content.yaml_files import ProblemsError
from tests.web.conftest import FIXTURES, NOW, Visitor, client_of
from tests.web.studio.studio_cast import RULES
from web.accounts.staff import Person
from web.core.settings import Settings
from web.hours import clinic_facts, closures, notices, staff_activity
from web.hours import on_duty as presence
from web.hours.closures import Closure
from web.hours.facts import can_call_back, facts_now
from web.hours.hours import closed_today, state_at, who_answers
from web.hours.on_duty import Here

CLINIC = load_clinic(FIXTURES / "clinic.yml")
NEW_YORK = ZoneInfo("America/New_York")
# Night hours, so that the clock's jumps fall into them: 2 am is 3 am on March 8, 1 am comes twice
# on November 1; both are Sundays.
NIGHT = replace(
    CLINIC,
    hours={6: ((datetime(1, 1, 1, 2, 30).time(), datetime(1, 1, 1, 4).time()),)},
)
TWICE = replace(CLINIC, hours={6: ((datetime(1, 1, 1, 0, 30).time(), datetime(1, 1, 1, 1, 30).time()),)})
PHOENIX = replace(CLINIC, time_zone=ZoneInfo("America/Phoenix"))  # knows no daylight saving
NOTHING_KNOWN = Clinic(name="Riverside")


def local(text: str) -> datetime:
    """A moment by New York's clock, or with its own offset."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=NEW_YORK).astimezone(UTC)


def closed(start: str, end: str, reason: str = "") -> Closure:
    return Closure("c", local(start), local(end), reason)


def watched(start: str, end: str) -> Here:
    return Here("nurse", local(start), local(end))


SNOW = closed("2026-11-24T07:00", "2026-11-25T00:00", "snow")
AFTERNOON = closed("2026-11-24T14:00", "2026-11-25T00:00")
MORNING = closed("2026-11-24T09:00", "2026-11-24T11:30", "fire drill")
THURSDAY_ON = closed("2026-11-26T00:00", "2026-11-28T00:00", "moving")
LONG = closed("2026-11-24T00:00", "2027-01-10T00:00")
ON_SHIFT = watched("2026-11-24T09:00", "2026-11-24T12:00")
OVERTIME = watched("2026-11-24T16:00", "2026-11-24T20:00")
HOLIDAY_SHIFT = watched("2026-12-25T09:00", "2026-12-25T11:00")

TABLE = [
    # clinic, clock, closures, presence, English, Spanish
    # A weekday with a lunch break.
    (CLINIC, "2026-11-23T08:59", (), (), "We are closed now. We open today at 9 am.",
     "Ahora estamos cerrados. Abrimos hoy a las 9 am."),
    (CLINIC, "2026-11-23T09:00", (), (), "We are open now, until 12 pm.",
     "Ahora estamos abiertos, hasta las 12 pm."),
    (CLINIC, "2026-11-23T11:59:59", (), (), "We are open now, until 12 pm.",
     "Ahora estamos abiertos, hasta las 12 pm."),
    (CLINIC, "2026-11-23T12:00", (), (), "We are closed now. We open today at 1 pm.",
     "Ahora estamos cerrados. Abrimos hoy a la 1 pm."),
    (CLINIC, "2026-11-23T13:00", (), (), "We are open now, until 5 pm.",
     "Ahora estamos abiertos, hasta las 5 pm."),
    (CLINIC, "2026-11-23T17:00", (), (), "We are closed now. We open tomorrow at 9 am.",
     "Ahora estamos cerrados. Abrimos mañana a las 9 am."),
    # The weekend.
    (CLINIC, "2026-11-27T12:59", (), (), "We are open now, until 1 pm.",
     "Ahora estamos abiertos, hasta la 1 pm."),
    (CLINIC, "2026-11-27T13:00", (), (), "We are closed now. We open Monday at 9 am.",
     "Ahora estamos cerrados. Abrimos el lunes a las 9 am."),
    (CLINIC, "2026-11-28T10:00", (), (), "We are closed now. We open Monday at 9 am.",
     "Ahora estamos cerrados. Abrimos el lunes a las 9 am."),
    (CLINIC, "2026-11-29T23:59", (), (), "We are closed now. We open tomorrow at 9 am.",
     "Ahora estamos cerrados. Abrimos mañana a las 9 am."),
    # A holiday on a Friday.
    (CLINIC, "2026-12-24T18:00", (), (), "We are closed now. We open Monday at 9 am.",
     "Ahora estamos cerrados. Abrimos el lunes a las 9 am."),
    (CLINIC, "2026-12-25T10:00", (), (),
     "We are closed today for Christmas Day. We open Monday at 9 am.",
     "Hoy es festivo (Christmas Day) y estamos cerrados. Abrimos el lunes a las 9 am."),
    (CLINIC, "2026-12-26T00:00", (), (), "We are closed now. We open Monday at 9 am.",
     "Ahora estamos cerrados. Abrimos el lunes a las 9 am."),
    # Sudden closures on a Tuesday.
    (CLINIC, "2026-11-24T10:00", (SNOW,), (), "We are closed today: snow. We open tomorrow at 9 am.",
     "Hoy estamos cerrados. Abrimos mañana a las 9 am."),
    (CLINIC, "2026-11-24T06:00", (SNOW,), (), "We are closed now. We open tomorrow at 9 am.",
     "Ahora estamos cerrados. Abrimos mañana a las 9 am."),
    (CLINIC, "2026-11-24T22:00", (SNOW,), (), "We are closed today: snow. We open tomorrow at 9 am.",
     "Hoy estamos cerrados. Abrimos mañana a las 9 am."),
    (CLINIC, "2026-11-24T13:59", (AFTERNOON,), (), "We are open now, until 2 pm.",
     "Ahora estamos abiertos, hasta las 2 pm."),
    (CLINIC, "2026-11-24T14:00", (AFTERNOON,), (), "We are closed today. We open tomorrow at 9 am.",
     "Hoy estamos cerrados. Abrimos mañana a las 9 am."),
    (CLINIC, "2026-11-24T10:00", (MORNING,), (),
     "We are closed at the moment. We open today at 11:30 am.",
     "En este momento estamos cerrados. Abrimos hoy a las 11:30 am."),
    (CLINIC, "2026-11-24T08:00", (MORNING,), (), "We are closed now. We open today at 11:30 am.",
     "Ahora estamos cerrados. Abrimos hoy a las 11:30 am."),
    (CLINIC, "2026-11-25T18:00", (THURSDAY_ON,), (), "We are closed now. We open Monday at 9 am.",
     "Ahora estamos cerrados. Abrimos el lunes a las 9 am."),
    (CLINIC, "2026-11-24T10:00", (MORNING, AFTERNOON), (),
     "We are closed at the moment. We open today at 11:30 am.",
     "En este momento estamos cerrados. Abrimos hoy a las 11:30 am."),
    (CLINIC, "2026-11-24T12:00", (MORNING, AFTERNOON), (), "We are open now, until 2 pm.",
     "Ahora estamos abiertos, hasta las 2 pm."),
    (CLINIC, "2026-11-24T10:00", (LONG,), (), "We are closed today.", "Hoy estamos cerrados."),
    (CLINIC, "2026-12-25T10:00", (closed("2026-12-21T00:00", "2026-12-29T00:00", "a break"),), (),
     "We are closed today: a break. We open Tuesday at 9 am.",
     "Hoy estamos cerrados. Abrimos el martes a las 9 am."),
    (CLINIC, "2026-11-24T10:00", (closed("2026-11-24T00:00", "2026-12-07T00:00"),), (),
     "We are closed today. We open Monday, December 7 at 9 am.",
     "Hoy estamos cerrados. Abrimos el lunes 7 de diciembre a las 9 am."),
    # Somebody says "I am here".
    (CLINIC, "2026-11-24T10:00", (), (ON_SHIFT,), "Somebody from our team is at the chat now.",
     "Ahora mismo hay alguien de nuestro equipo en el chat."),
    (CLINIC, "2026-11-24T12:00", (), (ON_SHIFT,), "We are open now, until 5 pm.",
     "Ahora estamos abiertos, hasta las 5 pm."),
    (CLINIC, "2026-11-24T18:00", (), (ON_SHIFT, OVERTIME),
     "Our office is closed now, but somebody from our team is at the chat. We open tomorrow at 9 am.",
     "Nuestra oficina está cerrada ahora, pero hay alguien de nuestro equipo en el chat. "
     "Abrimos mañana a las 9 am."),
    (CLINIC, "2026-11-24T10:00", (SNOW,), (ON_SHIFT,),
     "Our office is closed now, but somebody from our team is at the chat. We open tomorrow at 9 am.",
     "Nuestra oficina está cerrada ahora, pero hay alguien de nuestro equipo en el chat. "
     "Abrimos mañana a las 9 am."),
    (CLINIC, "2026-12-25T10:00", (), (HOLIDAY_SHIFT,),
     "Our office is closed now, but somebody from our team is at the chat. We open Monday at 9 am.",
     "Nuestra oficina está cerrada ahora, pero hay alguien de nuestro equipo en el chat. "
     "Abrimos el lunes a las 9 am."),
    (CLINIC, "2026-11-24T08:00", (), (ON_SHIFT,), "We are closed now. We open today at 9 am.",
     "Ahora estamos cerrados. Abrimos hoy a las 9 am."),
    # Nobody told us the hours: nothing is said, nothing is promised.
    (NOTHING_KNOWN, "2026-11-24T10:00", (), (), "", ""),
    (replace(CLINIC, time_zone=None), "2026-11-24T10:00", (), (), "", ""),
    (NOTHING_KNOWN, "2026-11-24T10:00", (), (ON_SHIFT,), "Somebody from our team is at the chat now.",
     "Ahora mismo hay alguien de nuestro equipo en el chat."),
    (NOTHING_KNOWN, "2026-11-24T10:00", (SNOW,), (), "We are closed today: snow.",
     "Hoy estamos cerrados."),
    # The clock jumps.
    (NIGHT, "2026-03-08T01:59", (), (), "We are closed now. We open today at 3:30 am.",
     "Ahora estamos cerrados. Abrimos hoy a las 3:30 am."),
    (NIGHT, "2026-03-08T03:29", (), (), "We are closed now. We open today at 3:30 am.",
     "Ahora estamos cerrados. Abrimos hoy a las 3:30 am."),
    (NIGHT, "2026-03-08T03:30", (), (), "We are open now, until 4 am.",
     "Ahora estamos abiertos, hasta las 4 am."),
    (TWICE, "2026-11-01T01:29:59-04:00", (), (), "We are open now, until 1:30 am.",
     "Ahora estamos abiertos, hasta la 1:30 am."),
    (TWICE, "2026-11-01T01:15:00-05:00", (), (), "We are open now, until 1:30 am.",
     "Ahora estamos abiertos, hasta la 1:30 am."),
    (TWICE, "2026-11-01T01:30:00-05:00", (), (), "We are closed now. We open Sunday, November 8 at 12:30 am.",
     "Ahora estamos cerrados. Abrimos el domingo 8 de noviembre a las 12:30 am."),
    (CLINIC, "2026-03-08T01:30", (), (), "We are closed now. We open tomorrow at 9 am.",
     "Ahora estamos cerrados. Abrimos mañana a las 9 am."),
    (CLINIC, "2026-03-09T08:59", (), (), "We are closed now. We open today at 9 am.",
     "Ahora estamos cerrados. Abrimos hoy a las 9 am."),
    (CLINIC, "2026-11-02T09:00", (), (), "We are open now, until 12 pm.",
     "Ahora estamos abiertos, hasta las 12 pm."),
    # The clinic's zone decides, not the server's.
    (PHOENIX, "2026-11-24T16:30:00+00:00", (), (), "We are open now, until 5 pm.",
     "Ahora estamos abiertos, hasta las 5 pm."),
    (PHOENIX, "2026-07-21T15:30:00+00:00", (), (), "We are closed now. We open today at 9 am.",
     "Ahora estamos cerrados. Abrimos hoy a las 9 am."),
    (PHOENIX, "2026-11-24T06:30:00+00:00", (), (), "We are closed now. We open tomorrow at 9 am.",
     "Ahora estamos cerrados. Abrimos mañana a las 9 am."),
]  # fmt: skip


@pytest.mark.parametrize(("clinic", "clock", "closures", "presence", "english", "spanish"), TABLE)
def test_every_state_has_its_one_true_sentence(clinic, clock, closures, presence, english, spanish):
    state = state_at(clinic, closures, presence, local(clock))
    assert who_answers(state, "en") == english
    assert who_answers(state, "es") == spanish


def test_a_day_like_any_other_is_no_exception():
    state = state_at(CLINIC, (), (), local("2026-11-24T20:00"))
    assert closed_today(state, "en") is None


def test_closed_for_weeks_promises_no_day():
    away = {date(2026, 11, 23) + timedelta(days=day): "away" for day in range(60)}
    state = state_at(replace(CLINIC, holidays=away), (), (), local("2026-11-23T10:00"))
    assert (state.is_open, state.next_opening) == (False, None)


LIVE = Settings(mode="live", allowed_sites=("https://www.example.com",))
WITH_MAIL = replace(LIVE, smtp_url="smtp://127.0.0.1:25", mail_to="desk@example.com")


@pytest.mark.parametrize(
    ("settings", "signed_in_days_ago", "expected"),
    [
        (Settings(), None, True),
        (Settings(desk=False), None, False),
        (Settings(desk=False), 1, False),
        (LIVE, None, False),
        (LIVE, 6.9, True),
        (LIVE, 7.1, False),
        (replace(LIVE, desk=False), 1, False),
        (WITH_MAIL, None, True),
    ],
)
def test_a_call_is_promised_only_when_somebody_sees_the_request(settings, signed_in_days_ago, expected):
    signed_in = NOW - timedelta(days=signed_in_days_ago) if signed_in_days_ago else None
    assert can_call_back(settings, last_sign_in_at=signed_in, now=NOW) is expected


def test_the_bot_gets_the_facts_of_the_moment():
    facts = facts_now(CLINIC, Settings(), state_at(CLINIC, (), (), NOW), last_sign_in_at=None)
    assert facts["phone"] == "(555) 201-8834"
    assert (facts["can_call_back"], facts["open_now"], facts["chat_days"]) == (True, True, "30")
    assert (facts["staff_here"], facts["who_answers"]) == (False, "We are open now, until 5 pm.")
    assert not {"next_opening", "closed_today", "sms"} & facts.keys()


def test_the_hours_are_worded_in_the_visitors_language():
    facts = facts_now(CLINIC, Settings(), state_at(CLINIC, (), (), NOW), last_sign_in_at=None, language="es")
    assert facts["hours"].startswith("lunes de 9 am a 12 pm y de 1 pm a 5 pm, martes a jueves de 9 am a 5 pm")


async def test_closed_today_in_one_press_is_live_with_the_next_message(visitor, service, bot):
    await visitor.asks("hello")
    async with service.db.write() as tx:
        clinic = await service.app.ctx.context.clinic_now(tx)
        closure = await closures.close_today(tx, clinic=clinic, by="nurse", now=NOW, reason="snow.")
    await visitor.asks("are you open")
    async with service.db.write() as tx:
        assert await closures.remove(tx, closure.id)
    await visitor.asks("and now")
    assert [asked["facts"]["open_now"] for asked in bot.asked] == [True, False, True]
    assert bot.asked[1]["facts"]["closed_today"] == "We are closed today: snow."
    assert closure.ends_at == local("2026-11-25T00:00")


async def test_who_is_here_is_live_and_ends_by_itself(service):
    context = service.app.ctx.context
    async with service.db.write() as tx:
        await presence.i_am_here(tx, "nurse", NOW + timedelta(hours=99), NOW)
        await presence.i_am_here(tx, "second nurse", NOW + timedelta(hours=1), NOW)
        assert (await context.facts(tx))["staff_here"] is True
        at = NOW + timedelta(hours=1)
        assert [each.staff_id for each in await presence.here(tx, at)] == ["nurse"]
        assert await presence.here(tx, NOW + timedelta(hours=presence.MAX_HOURS)) == []
        later, unseen = NOW + timedelta(minutes=6), timedelta(minutes=5)
        assert await presence.watching(tx, later, unseen=unseen) == []  # no page of the desk is open
        await staff_activity.at_the_desk(tx, Person("nurse", "Ana"), now=later)
        (watching,) = await presence.watching(tx, later, unseen=unseen)
        assert watching.staff_id == "nurse"
        assert await presence.i_am_away(tx, "nurse")
        assert await presence.i_am_away(tx, "second nurse")
        assert (await context.facts(tx))["staff_here"] is False


async def test_anybody_can_ask_who_answers_now(shared_service):
    async with shared_service.service.db.write() as tx:
        notice = await notices.add(
            tx,
            texts={"en": "Closed on Friday.", "es": "Cerrado el viernes."},
            starts_at=NOW - timedelta(days=1),
            ends_at=NOW + timedelta(days=3),
            by="owner",
            now=NOW,
            rules=RULES,
        )
    english = (await shared_service.http.get("/v1/now")).json()
    spanish = (await shared_service.http.get("/v1/now?language=es")).json()
    async with shared_service.service.db.write() as tx:
        assert await notices.remove(tx, notice.id, by="owner", now=NOW)
    assert english == {
        "ok": True,
        "open": True,
        "staff_here": False,
        "who_answers": "We are open now, until 5 pm.",
        "phone": "(555) 201-8834",
        "can_call_back": True,
        "notices": ["Closed on Friday."],
    }
    assert spanish["who_answers"] == "Ahora estamos abiertos, hasta las 5 pm."
    assert spanish["notices"] == ["Cerrado el viernes."]


async def test_a_fact_set_by_staff_is_live_and_one_set_to_nothing_is_gone(services, bot):
    service = await services.start()
    file_clinic = service.app.ctx.context.clinic
    async with service.db.write() as tx:
        for name, value in (("phone", "212 555 2368"), ("prices", "Ask us."), ("email", None)):
            await clinic_facts.set_fact(
                tx, name, value, by="owner", now=NOW, rules=RULES, file_clinic=file_clinic
            )
    async with client_of(service) as http:
        await (await Visitor(http).opens_the_chat()).asks("hello")
    facts = bot.asked[0]["facts"]
    assert (facts["phone"], facts["prices"]) == ("(212) 555-2368", "Ask us.")
    assert "email" not in facts


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("phone", "call us", "is not a phone number"),
        ("phone", 5, "must be a text"),
        ("hours", {"someday": ["9:00-10:00"]}, "is not a day"),
        ("hours", {"monday": ["17:00-9:00"]}, "ends before it starts"),
        ("holidays", [{"date": "tomorrow"}], "is not a date"),
        ("time_zone", "Mars/Olympus", "is not a time zone"),
        ("prices", "{price}", "may not hold"),
        ("name", None, "needs a name"),
        ("shoe_size", "44", "Unknown key"),
    ],
)
@pytest.mark.parametrize("alone", [True, False])
async def test_a_fact_that_cannot_be_used_is_refused_with_a_sentence(
    shared_service, name, value, said, alone
):
    file_clinic = None if alone else CLINIC
    async with shared_service.service.db.write() as tx:
        with pytest.raises(ProblemsError, match=said):
            await clinic_facts.set_fact(
                tx, name, value, by="owner", now=NOW, rules=RULES, file_clinic=file_clinic
            )
        assert await clinic_facts.all_set(tx) == []


async def test_hours_without_a_zone_are_refused_but_never_break_the_service(service):
    async with service.db.write() as tx:
        week = {"monday": ["9:00-17:00"]}
        with pytest.raises(ProblemsError, match="needs 'time_zone'"):
            await clinic_facts.set_fact(
                tx, "hours", week, by=None, now=NOW, rules=RULES, file_clinic=NOTHING_KNOWN
            )
        await clinic_facts.set_fact(tx, "hours", week, by=None, now=NOW, rules=RULES)
        clinic = await clinic_facts.current(tx, NOTHING_KNOWN, RULES)
    assert state_at(clinic, (), (), NOW).is_open is None


def test_a_clinic_written_down_reads_back_the_same():
    written = json.loads(json.dumps(CLINIC.as_document()))
    assert read_clinic(written, shown_as="x") == (CLINIC, [])


@pytest.mark.parametrize(
    ("start", "end", "reason", "said"),
    [
        (2, 1, "", "ends before it starts"),
        (-2, -1, "", "is over already"),
        (0, 24 * 400, "", "a year at most"),
        (0, 1, "x" * 121, "at most 120 characters"),
        (0, 1, "{name}", "may not hold"),
    ],
)
async def test_a_closure_that_makes_no_sense_is_refused(shared_service, start, end, reason, said):
    starts_at, ends_at = NOW + timedelta(hours=start), NOW + timedelta(hours=end)
    async with shared_service.service.db.write() as tx:
        with pytest.raises(ProblemsError, match=said):
            await closures.add(tx, starts_at=starts_at, ends_at=ends_at, by=None, now=NOW, reason=reason)


async def test_closed_today_needs_a_zone(shared_service):
    async with shared_service.service.db.write() as tx:
        with pytest.raises(ProblemsError, match="set the clinic's time zone first"):
            await closures.close_today(tx, clinic=NOTHING_KNOWN, by=None, now=NOW)
