"""The list of answers comes in pages, sorted, and costs little with thousands."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace

import pytest

from tests.web.conftest import NOW
from tests.web.studio.studio_cast import DRIVING, JUDGE, OWNER, PARKING
from tests.web.studio.test_pages import HTML
from web.studio import answers, validation, workspace
from web.studio.answers import Draft
from web.studio.listing import Filter, listed
from web.studio.routes import signing


def made(count):
    for number in range(count):
        like = DRIVING if number % 2 else PARKING
        questions = tuple(f"{text} at door {number}" for text in like.questions[: 5 - number % 3])
        answer = replace(like, id="", title=f"Door {number:04}", questions=questions)
        yield Draft(answer, (), True, 0, None, NOW)


async def store(service, count):
    async with service.db.write() as tx:
        await answers.create_many(tx, list(made(count)), judge=JUDGE, by=OWNER, now=NOW, why="x")


async def look(service):
    async with service.db.read() as tx:
        return await workspace.load(tx, service.settings, today=NOW.date())


async def test_a_long_list_is_paged_and_sorted(owner, service):
    await store(service, 120)
    first = (await owner.get("/studio/answers", headers=HTML)).text
    assert "120 of 120 answers, page 1 of 3" in first
    assert ("Door 0000" in first, "Door 0050" in first) == (True, False)
    last = (await owner.get("/studio/answers?page=99", headers=HTML)).text
    assert "page 3 of 3" in last
    assert "Door 0119" in last
    found = (await owner.get("/studio/answers?q=door+0042", headers=HTML)).text
    assert "1 of 120 answers" in found
    assert "<nav" not in found.partition("answer-list")[2]
    desk = await look(service)
    by_questions = listed(desk, Filter(order="questions"))
    assert [row.questions for row in by_questions.rows] == [3] * 40 + [4] * 10
    assert listed(desk, Filter(order="problems", page=3)).rows[-1].problems == 0
    assert Filter("door 4", "clinical", "review", 1).at(2) == (
        "/studio/answers?q=door+4&show=clinical&sort=review&page=2"
    )
    assert (await owner.get("/studio/answers?page=x", headers=HTML)).status_code == 400


def counted(monkeypatch, module, name):
    """Notes each call of a function from now on."""
    calls, real = [], getattr(module, name)

    def call(*given, **more):
        calls.append(given)
        return real(*given, **more)

    monkeypatch.setattr(module, name, call)
    return calls


async def test_the_first_look_after_a_start_finds_everything_ready(owner, service, monkeypatch):
    await store(service, 60)
    await service.app.ctx.workspace_warm_up.look()
    read, judged = counted(monkeypatch, answers, "_draft"), counted(monkeypatch, workspace, "_judged")
    examined = counted(monkeypatch, validation, "beside")
    for path in ("/studio", "/studio/answers?sort=problems", "/studio/releases"):
        assert (await owner.get(path, headers=HTML)).status_code == 200
    assert (read, judged, examined) == ([], [], [])


async def test_a_changed_answer_is_all_that_is_read_and_examined_again(owner, service, monkeypatch):
    await store(service, 60)
    await service.app.ctx.workspace_warm_up.look()
    desk = await look(service)
    draft = desk.drafts[7]
    answer = replace(draft.answer, title="Another door")
    async with service.db.write() as tx:
        await answers.save(
            tx, answer, judge=desk.judge, tests=(), is_on=True, version=1, by=OWNER, why="", now=NOW
        )
    read, examined = counted(monkeypatch, answers, "_draft"), counted(monkeypatch, workspace, "issues_of")
    assert (await owner.get("/studio", headers=HTML)).status_code == 200
    assert (len(read), [each.title for (each,) in examined]) == (1, ["Another door"])


async def test_two_who_look_first_at_the_same_moment_judge_once(service, monkeypatch):
    await store(service, 60)
    judged = counted(monkeypatch, workspace, "_judged")
    one, other = await asyncio.gather(look(service), look(service))
    assert (len(judged), one.drafts is other.drafts) == (1, True)


async def test_of_what_waits_for_a_signature_only_the_page_is_worked_out(clinician, service, monkeypatch):
    await store(service, 60)
    monkeypatch.setattr(signing, "MAX_SHEETS", 5)
    versions = counted(monkeypatch, answers, "versions")
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    assert (len(versions), page.count("data-sheet")) == (5, 5)
    assert "<span data-left>30</span>" in page


@pytest.mark.thorough  # to write so many takes a while
async def test_two_thousand_answers_are_listed_in_a_moment(service):
    await store(service, 2000)
    desk = await look(service)
    started = time.process_time()
    assert len(listed(desk, Filter()).rows) == 50
    assert time.process_time() - started < 1  # 0.04 s as a rule
    started = time.process_time()
    assert (await look(service)).drafts is desk.drafts
    assert time.process_time() - started < 1
