"""Real messages that were answered and would be lost: a limit, and accept, teach or block for each."""

from __future__ import annotations

import json

import pytest

from tests.web.studio.test_pages import HTML, draft_of, writes
from tests.web.studio.test_releases import make_release, pointer
from web.releases import lost_messages

RELEASE = "/studio/releases/2"
LOST = lost_messages.LOST
WAS = {"outcome": "answered", "gets": ["faq/where_do_i_park"]}


async def would_lose(service, visitor, owner, *texts, replayed=7):
    """Release 2, with which these messages of a visitor would not be answered any more."""
    await writes(owner)
    for text in texts:
        await visitor.asks(text)
    told = (await visitor.reads())["messages"]
    ids = [each["id"] for each in told if each["author"] == "visitor"]
    make_release(service.settings, "1", published=True)
    make_release(service.settings, "2")
    what = {"kind": LOST, "was": WAS, "now": {"outcome": "declined"}}
    path = service.settings.releases / "2" / "report.json"
    report = json.loads(path.read_text(encoding="utf-8"))
    rows = [{"id": each, **what} for each in ids]
    report["replay"] = {"n": replayed, "changed": len(ids), "kinds": {LOST: len(ids)}, "rows": rows}
    path.write_text(json.dumps(report), encoding="utf-8")
    return ids


async def test_more_lost_messages_than_the_limit_close_publishing_until_they_are_accepted(
    owner, visitor, service
):
    first, _ = await would_lose(service, visitor, owner, "park my van", "park my bus")
    assert (await owner.posts(f"{RELEASE}/publish")).status_code == 409
    page = (await owner.get(RELEASE, headers=HTML)).text
    assert "2 real messages that were answered would no longer be; 2 of them nobody has accepted" in page
    assert "Teach this to “Where do I park?”" in page
    assert (await owner.posts(f"{RELEASE}/lost/{first}", deed="accepted")).status_code == 303
    assert (await owner.posts(f"{RELEASE}/publish")).status_code == 303
    assert pointer(service.settings) == "2"


async def test_one_that_is_blocked_keeps_the_release_back(owner, visitor, service):
    (only,) = await would_lose(service, visitor, owner, "park my van")
    await owner.posts(f"{RELEASE}/lost/{only}", deed="blocked")
    refused = await owner.posts(f"{RELEASE}/publish")
    assert refused.status_code == 409
    await owner.posts(f"{RELEASE}/lost/{only}", deed="accepted")
    assert (await owner.posts(f"{RELEASE}/publish")).status_code == 303


async def test_one_press_teaches_it_to_the_answer_that_it_got(owner, visitor, service):
    (only,) = await would_lose(service, visitor, owner, "park my van for Mrs Gwendolyn Price")
    form = {"deed": "teach", "answer": "where_do_i_park"}
    assert (await owner.posts(f"{RELEASE}/lost/{only}", **form)).status_code == 303
    *_, taught = (await draft_of(service)).answer.questions
    assert taught.startswith("park my van")
    assert "Gwendolyn" not in taught  # masked, as everywhere in the studio
    assert (await owner.posts(f"{RELEASE}/lost/{only}", **form)).status_code == 409


async def test_only_a_lost_message_is_decided_about_and_by_an_owner(owner, clinician, visitor, service):
    (only,) = await would_lose(service, visitor, owner, "park my van")
    assert (await owner.posts(f"{RELEASE}/lost/somethingelse", deed="accepted")).status_code == 404
    assert (await owner.posts(f"{RELEASE}/lost/{only}", deed="nothing")).status_code == 400
    assert (await clinician.posts(f"{RELEASE}/lost/{only}", deed="accepted")).status_code == 403


@pytest.mark.parametrize(
    ("lost", "marks", "most", "is_open"),
    [
        (0, {}, 1, True),
        (1, {}, 1, True),
        (2, {}, 1, False),
        (2, {"0": "accepted"}, 1, True),
        (1, {"0": "blocked"}, 1, False),
    ],
)
def test_the_limit(lost, marks, most, is_open):
    ids = [str(number) for number in range(lost)]
    assert lost_messages.judged(ids, marks, most)["passed"] is is_open


def test_the_limit_grows_with_what_was_replayed():
    assert [lost_messages.limit({"replay": {"n": count}}) for count in (7, 150, 1000)] == [1, 1, 10]
