"""What a monitor is told: 200 only when a visitor who writes now would be answered."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from tests.web.conftest import client_of, signed_in
from tests.web.test_record_away import damage
from web.chat import health
from web.core.settings import version

ON_SQLITE = pytest.mark.parametrize("record", ["sqlite"])


@pytest.fixture(autouse=True)
def looks_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "LOOK_EVERY_S", 0.0)


@ON_SQLITE
async def test_health_names_the_version_and_the_release(service, http):
    answer = await http.get("/health")
    assert answer.status_code == 200
    assert answer.json() == {"ok": True, "version": version(), "release": "r1", "problems": []}


@ON_SQLITE
async def test_a_monitor_may_ask_with_head(service, http):
    for page in ("/health", "/"):
        answer = await http.head(page)
        assert (answer.status_code, answer.content) == (200, b""), page


@ON_SQLITE
@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("hangs", "it hangs"),
        ("breaks_off", "no connection"),
        ("fails", "gives errors"),
        ("talks_nonsense", "gives errors"),
    ],
)
async def test_a_bot_that_answers_nobody_is_503_and_well_again_afterwards(services, bot, how, why):
    service = await services.start(limits={"reply_deadline_s": 0.3, "bot_timeout_s": 0.3})
    async with client_of(service) as http:
        getattr(bot, how)()
        sick = await http.get("/health")
        assert sick.status_code == 503
        [problem] = sick.json()["problems"]
        assert problem.startswith("The bot does not answer")
        assert why in problem
        assert (await http.head("/health")).status_code == 503
        bot.goes_on()
        bot.says({"utterance": "utter_greet", "values": {}, "choices": []})
        assert (await http.get("/health")).status_code == 200


@ON_SQLITE
async def test_a_record_that_cannot_be_read_is_503(service, http):
    damage(service)
    service.db.forget_connections()
    answer = await http.get("/health")
    assert answer.status_code == 503
    assert "The record cannot be used" in answer.json()["problems"][0]


@ON_SQLITE
async def test_many_monitors_at_once_cost_one_turn(service, http, bot, monkeypatch):
    monkeypatch.setattr(health, "LOOK_EVERY_S", 60.0)
    bot.asked.clear()
    answers = await asyncio.gather(*(http.get("/health") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(bot.asked) == 1


@ON_SQLITE
async def test_ones_own_account_shows_the_version(service):
    async with signed_in(service, "nurse") as nurse:
        assert f"Front Desk {version()}" in (await nurse.get("/account/")).text


@ON_SQLITE
async def test_security_txt_names_the_contact_and_an_end_within_a_year(services):
    contact = "mailto:security@clinic.example"
    service = await services.start(security_contact=contact)
    async with client_of(service) as http:
        answer = await http.get("/.well-known/security.txt")
    assert answer.headers["content-type"].startswith("text/plain")
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == contact
    assert told["Canonical"] == f"{service.settings.public_url}/.well-known/security.txt"
    expires = datetime.fromisoformat(told["Expires"].replace("Z", "+00:00"))
    now = service.app.ctx.context.clock()
    assert now < expires < now + timedelta(days=365)


@ON_SQLITE
async def test_without_a_contact_there_is_no_security_txt(http):
    assert (await http.get("/.well-known/security.txt")).status_code == 404
