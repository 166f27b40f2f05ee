"""Releases in the browser: what stops a build, the report in words, closed gates, publish and undo."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from typing import Any

import pytest

from tests.web.conftest import FIXTURES
from tests.web.stand_in_bot import reply
from tests.web.studio.test_pages import ANSWER, HTML
from web.releases.builds import Builds
from web.schema import audit, messages, publications

pytestmark = pytest.mark.thorough  # builds and bots

GATE = {
    "name": "must_keep",
    "passed": False,
    "sentence": "2 of 412 messages now go elsewhere.",
    "rows": [{"text": "is it safe", "was": "Is it safe?", "now": "declined", "wanted": "Is it safe?"}],
}
REPORT: dict[str, Any] = {
    "release": "2",
    "against": "1",
    "changes": {
        "added": ["parking"],
        "removed": [],
        "changed": {"k_hole": {"reply": True, "about": ["fingerprint"]}, "cost": {"about": ["fingerprint"]}},
    },
    "figures": {"before": {"answered_right": 0.9}, "after": {"answered_right": 0.95}},
    "gates": [{**GATE, "name": "crisis", "passed": True, "sentence": "All get their card.", "rows": []}],
    "replay": {"n": 7, "changed": 0, "kinds": {}, "rows": []},
    "model": "trained",
    "seconds": 12.0,
    "peak_mb": 700,
}
# Stands in for the training process: takes the project, tells its steps, leaves a folder.
BUILDER = """
import json, pathlib, sys
arguments = sys.argv
project = pathlib.Path(arguments[arguments.index("--project") + 1])
sys.stdin.read()
names = sorted(path.stem for path in (project / "data" / "answers").glob("*.yml"))
print(json.dumps({"step": "train", "share": 0.5}))
print(json.dumps({"failed": "Only answers: " + ", ".join(names), "problems":
    [{"path": "data/answers/x.yml", "line": 7, "text": "A sentence."},
     {"path": "data/answers/where_do_i_park.yml", "line": 9, "text": "Another one."}]}))
"""
# Stands in for one whose report can be read while it holds conversations: until the file `held` is there.
TESTER = """
import json, pathlib, sys, time
arguments = sys.argv
var = pathlib.Path(arguments[arguments.index("--var") + 1])
sys.stdin.read()
print(json.dumps({"step": "converse", "share": 0.0}), flush=True)
print(json.dumps({"report": "2"}), flush=True)
print(json.dumps({"step": "converse", "share": 0.5}), flush=True)
while not (var / "held").exists():
    time.sleep(0.05)
path = var / "releases" / "2" / "report.json"
told = json.loads(path.read_text())
told["gates"] = [{**each, "passed": True, "is_awaited": False} for each in told["gates"]]
path.write_text(json.dumps(told))
print(json.dumps({"release": "2"}), flush=True)
"""
AWAITED = {
    "name": "conversations",
    "passed": False,
    "sentence": "The practice conversations with this release have not been played to their end.",
    "rows": [],
    "is_awaited": True,
}


def make_release(settings, name, *, gates=None, published=False):
    folder = settings.releases / name
    folder.mkdir()
    (folder / "model.tar.gz").write_bytes(name.encode())
    manifest = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    files = {"model.tar.gz": hashlib.sha256(name.encode()).hexdigest()}
    manifest |= {"release": name, "built_at": "2026-11-24T10:00:00+00:00", "learnt": name, "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    report = {**REPORT, "release": name, "gates": gates or REPORT["gates"]}
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    if published:
        (settings.releases / "published").write_text(f"{name}\n", encoding="utf-8")


@pytest.fixture
def two_releases(settings):
    make_release(settings, "1", published=True)
    make_release(settings, "2")
    return settings


def pointer(settings):
    return (settings.releases / "published").read_text().strip()


async def ended(owner):
    async with asyncio.timeout(60):
        while True:
            told = (await owner.get("/studio/releases/progress")).json()["build"]
            if told and told["state"] not in ("running", "cancelling"):
                return told


async def test_the_drafts_are_built_and_a_failure_is_said_in_words(owner, service):
    service.app.ctx.builds = Builds(service.app.ctx.context, command=(sys.executable, "-c", BUILDER))
    questions = "\n".join(f"where is parking lot {number}" for number in range(5))
    await owner.posts("/studio/answers/new", **{**ANSWER, "questions": questions})
    assert (await owner.posts("/studio/releases/build")).status_code == 303
    told = await ended(owner)
    assert told["sentence"] == "Only answers: where_do_i_park"
    page = (await owner.get("/studio/releases", headers=HTML)).text
    assert "data/answers/x.yml:7" in page
    assert '<a href="/studio/answers/where_do_i_park">Where do I park?</a>: Another one.' in page


async def test_an_answer_to_mend_stops_the_build_and_is_named(owner):
    await owner.posts("/studio/answers/new", **ANSWER)  # two questions only
    page = (await owner.get("/studio/releases", headers=HTML)).text
    assert "1 answer has something to fix before a build" in page
    refused = await owner.posts("/studio/releases/build")
    assert refused.status_code == 409
    assert "Nothing was built" in refused.json()["error"]


async def test_the_report_says_what_changed_and_whom_it_touches(two_releases, owner):
    page = (await owner.get("/studio/releases/2", headers=HTML)).text
    assert "against release 1" in page
    assert "/studio/answers/k_hole" in page
    assert "/studio/answers/cost" not in page
    assert "90.0%" in page
    assert "none would be answered differently" in page
    assert "Publish release 2" in page


async def test_the_report_shows_practice_conversations_before_and_after(two_releases, owner):
    path = two_releases.releases / "2" / "report.json"
    kinds = [
        {"title": "Small talk", "counts": "conversations", "before": [9, 10], "after": [8, 10]},
        {"title": "Long ones", "counts": "turns", "before": None, "after": [30, 41]},
    ]
    lost = {"text": "thanks", "was": "as it should", "now": "No.", "wanted": "the everyday reply that fits"}
    sentence = "Only 8 of 10 practice conversations go as they should."
    closed = {"name": "conversations", "passed": False, "sentence": sentence, "rows": [lost]}
    told = {**REPORT, "gates": [closed], "conversations": {"played": 10, "kinds": kinds}}
    path.write_text(json.dumps(told), encoding="utf-8")
    page = (await owner.get("/studio/releases/2", headers=HTML)).text
    assert "9 of 10" in page
    assert "30 of 41" in page
    assert "Publishing is closed" in page
    assert "the everyday reply that fits" in page
    assert "Publish over closed gates" in page  # an owner may, with a reason


async def test_a_report_of_an_earlier_version_says_what_it_knows(two_releases, owner):
    path = two_releases.releases / "2" / "report.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    shown = "none would be answered differently"
    for missing in ("is_compared", "seconds", "peak_mb", "model", "figures", "changes", "replay", "against"):
        told.pop(missing, None)
        path.write_text(json.dumps(told), encoding="utf-8")
        answer = await owner.get("/studio/releases/2", headers=HTML)
        assert answer.status_code == 200, missing
        assert (shown in answer.text) is ("replay" in told)
    path.write_text(json.dumps({**REPORT, "is_compared": False}), encoding="utf-8")
    page = (await owner.get("/studio/releases/2", headers=HTML)).text
    assert "nothing could be compared" in page
    assert shown not in page


async def begins_to_test(owner, service):
    """A build whose report can be read while its conversations are being held."""
    service.app.ctx.builds = Builds(service.app.ctx.context, command=(sys.executable, "-c", TESTER))
    assert (await owner.posts("/studio/releases/build")).status_code == 303
    async with asyncio.timeout(60):
        while True:
            told = (await owner.get("/studio/releases/progress")).json()["build"]
            if told["release"]:
                return told
            await asyncio.sleep(0.05)


async def test_a_report_is_read_while_conversations_are_held_and_nobody_publishes_before(
    settings, owner, service
):
    make_release(settings, "1", published=True)
    make_release(settings, "2", gates=[AWAITED])
    told = await begins_to_test(owner, service)
    assert (told["state"], told["release"]) == ("running", "2")
    page = (await owner.get("/studio/releases/2?said=early", headers=HTML)).text
    assert "Publishing opens in a moment" in page
    assert "Publish release 2" not in page
    assert "Publish anyway" not in page
    for override in ("", "It cannot wait for that."):
        refused = await owner.posts("/studio/releases/2/publish", override=override)
        assert (refused.status_code, "still being played" in refused.text) == (409, True)
    assert "Read the report of release 2" in (await owner.get("/studio/releases", headers=HTML)).text
    (settings.var / "held").touch()
    assert (await ended(owner))["state"] == "done"
    page = (await owner.get("/studio/releases/2?said=early", headers=HTML)).text
    assert "Publish release 2" in page
    assert "when the practice conversations are done" not in page
    assert (await owner.posts("/studio/releases/2/publish")).status_code == 303
    assert pointer(settings) == "2"


async def test_conversations_that_were_broken_off_leave_their_gate_closed(settings, owner, service):
    make_release(settings, "1", published=True)
    make_release(settings, "2", gates=[AWAITED])
    told = await begins_to_test(owner, service)
    await owner.posts(f"/studio/releases/build/{told['id']}/cancel")
    assert (await ended(owner))["state"] == "cancelled"
    page = (await owner.get("/studio/releases/2", headers=HTML)).text
    assert "Publishing is closed" in page
    assert "have not been played to their end" in page
    assert (await owner.posts("/studio/releases/2/publish")).status_code == 409


async def test_publish_and_undo(two_releases, owner, service):
    assert (await owner.posts("/studio/releases/2/publish")).status_code == 303
    assert pointer(two_releases) == "2"
    assert (await owner.posts("/studio/releases/undo")).status_code == 303
    assert pointer(two_releases) == "1"
    moves = await service.rows(publications)
    assert [(move["release"], move["is_undo"]) for move in moves][-2:] == [("2", False), ("1", True)]
    assert "Olga Owner went back to" in (await owner.get("/studio/releases", headers=HTML)).text


async def test_an_undo_that_cannot_work_is_not_offered_and_says_why(two_releases, owner):
    await owner.posts("/studio/releases/2/publish")
    assert "Undo the last release" in (await owner.get("/studio/releases", headers=HTML)).text
    path = two_releases.releases / "2" / "report.json"
    path.write_text(json.dumps({**REPORT, "is_compared": False}), encoding="utf-8")
    page = (await owner.get("/studio/releases", headers=HTML)).text
    assert "Undo the last release" not in page
    assert "Release 1 was made by an earlier version of Front Desk, and this one cannot run it." in page
    assert "cannot run</span>" in page
    assert "Publish release 1" not in (await owner.get("/studio/releases/1", headers=HTML)).text
    assert (await owner.posts("/studio/releases/undo")).status_code == 400
    assert pointer(two_releases) == "2"


SAFETY = {
    "dangers": [
        {
            "kind": "self",
            "before": {"n": 200, "card": 160, "check": 20},
            "after": {"n": 200, "card": 180, "check": 10},
        }
    ],
    "harmless": [{"kind": "idiom", "before": None, "after": {"n": 100, "card": 3, "check": 5}}],
    "own": {"n": 4, "cards": 1, "checks": 0},
}


async def test_the_report_shows_recall_and_false_alarms_by_kind_before_and_after(two_releases, owner):
    path = two_releases.releases / "2" / "report.json"
    path.write_text(json.dumps({**REPORT, "safety": SAFETY}), encoding="utf-8")
    page = (await owner.get("/studio/releases/2", headers=HTML)).text
    row = page.split("Thoughts of suicide")[1].split("</tr>")[0]
    assert ">90% heard, 80% with the card<" in row
    assert ">95% heard, 90% with the card<" in row
    assert ">3% get a card, 5% are asked<" in page.split("Figures of speech")[1].split("</tr>")[0]
    assert "3 of 4 stay quiet; 1 get a card, 0 are asked." in page


async def test_a_real_card_that_is_lost_is_shown_masked_as_long_as_it_is_kept(
    two_releases, owner, visitor, service
):
    await visitor.sends("I want to kill myself, call Rosa Lee on 555 201 8834")
    (said,) = [row for row in await service.rows(messages) if row["author"] == "visitor"]
    row = {
        "text": "(a visitor's message)",
        "id": said["id"],
        "was": "crisis",
        "now": "not heard",
        "wanted": "",
    }
    lost = {**GATE, "name": "crisis", "rows": [row, {**row, "id": "gone"}]}
    path = two_releases.releases / "2" / "report.json"
    path.write_text(json.dumps({**REPORT, "gates": [lost]}), encoding="utf-8")
    page = (await owner.get("/studio/releases/2", headers=HTML)).text
    assert "I want to kill myself, call" in page
    assert "8834" not in page
    assert "(deleted since)" in page


async def test_a_closed_gate_refuses_with_the_rows_in_words(settings, owner):
    make_release(settings, "1", published=True)
    make_release(settings, "3", gates=[GATE])
    refused = await owner.posts("/studio/releases/3/publish")
    assert refused.status_code == 409
    assert "2 of 412 messages now go elsewhere." in refused.text
    assert "is it safe" in refused.text
    assert pointer(settings) == "1"


async def test_an_override_carries_a_reason_and_is_audited(settings, owner, service):
    make_release(settings, "1", published=True)
    make_release(settings, "3", gates=[GATE])
    assert (await owner.posts("/studio/releases/3/publish", override="ok")).status_code == 400
    reason = "The clinic moved; the old messages no longer fit."
    assert (await owner.posts("/studio/releases/3/publish", override=reason)).status_code == 303
    assert pointer(settings) == "3"
    last = (await service.rows(audit))[-1]
    assert (last["did"], last["details"]["over_failed_gates"]) == ("release.published", True)


async def test_a_clinician_reads_and_does_not_publish(two_releases, clinician):
    page = (await clinician.get("/studio/releases/2", headers=HTML)).text
    assert "Publish release 2" not in page
    assert (await clinician.posts("/studio/releases/2/publish")).status_code == 409
    assert pointer(two_releases) == "1"


@pytest.mark.parametrize("release", ["99", "0"])
async def test_an_unknown_release_is_not_found(owner, release):
    assert (await owner.get(f"/studio/releases/{release}", headers=HTML)).status_code == 404


async def test_one_message_is_tried_against_both_and_stored_nowhere(two_releases, owner, bot, service):
    bot.says(reply("utter_greet"), events=({"event": "user"},))
    page = (await owner.get("/studio/try?release=2", headers=HTML)).text
    assert "Published: release 1" in page
    told = (await owner.posts("/studio/try/say", text="hello", release="2", events_published="[]")).json()
    assert told["published"]["replies"][0]["text"]
    assert told["published"]["events"] == [{"event": "user"}]
    assert "no bot now" in told["draft"]["what"]  # nobody supervises bots in this test
    assert await service.rows(messages) == []


async def test_a_broken_conversation_is_refused_in_a_sentence(two_releases, owner):
    answer = await owner.posts("/studio/try/say", text="hello", events_published="[[")
    assert answer.status_code == 400
