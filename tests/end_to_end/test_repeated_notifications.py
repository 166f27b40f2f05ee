"""A case that nobody opens: told by mail, again in the team's chat, and listed; no word of it leaks."""

from __future__ import annotations

import queue
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from tests.end_to_end.chatting import PATIENCE_MS
from tests.end_to_end.desk_cast import at_work, calls_in, hire, in_the_record
from tests.end_to_end.receivers import Mailbox, TeamChat
from tests.end_to_end.two_sites import FrontDesk
from web.core.db import Transaction
from web.schema import handoffs

TOLD_WITHIN_S = 60
WORDS = "I want to kill myself, says Canary"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.stop()


@pytest.fixture
def team() -> Iterator[TeamChat]:
    chat = TeamChat()
    yield chat
    chat.stop()


@pytest.fixture
def staffed(front_desk: FrontDesk, mailbox: Mailbox, team: TeamChat) -> FrontDesk:
    """Front Desk started anew, with both ways to tell staff."""
    front_desk.kill()
    front_desk.environ |= {
        "SMTP_URL": mailbox.url, "MAIL_TO": "desk@example.com", "FRONT_DESK_WEBHOOK_URL": team.url,
    }  # fmt: skip
    front_desk.start()
    hire(front_desk.var)
    return front_desk


async def two_minutes_pass(tx: Transaction) -> None:
    """Let every request have waited for longer than the desk has patience with an urgent one."""
    earlier = datetime.now(UTC) - timedelta(minutes=2, seconds=1)
    await tx.execute(update(handoffs).values(requested_at=earlier, urgent_at=earlier))


def test_an_unopened_case_is_told_again_in_the_teams_chat_and_listed(
    browser: Browser, staffed: FrontDesk, mailbox: Mailbox, team: TeamChat
) -> None:
    with httpx.Client(base_url=staffed.url, trust_env=False, timeout=30) as http:
        caller = calls_in(http)
        caller.says(WORDS)
    (letter,) = mailbox.letters(TOLD_WITHIN_S)
    assert "Front Desk, urgent: please look at the desk" in letter
    with pytest.raises(queue.Empty):
        team.heard.get_nowait()

    in_the_record(staffed.var, two_minutes_pass)
    posted = team.heard.get(timeout=TOLD_WITHIN_S)
    assert set(posted) == {"text"}
    assert posted["text"].startswith("Front Desk, urgent and still not opened: please look now. http")
    assert posted["text"].endswith("/desk")
    assert [leak for leak in ("Canary", "kill", caller.id) if leak in f"{posted}{letter}"] == []

    nurse = at_work(browser, staffed.url, "nurse")
    nurse.goto(f"{staffed.url}/desk")
    case = nurse.locator('[data-list="waiting"] .case', has_text=WORDS)
    expect(case.get_by_text("Not opened in time")).to_be_visible(timeout=PATIENCE_MS)
    case.get_by_role("link").first.click()
    expect(nurse.get_by_text(re.compile("Nobody opened it in time"))).to_have_count(1)
    nurse.goto(f"{staffed.url}/desk/numbers")
    expect(nurse.locator("tr", has_text="Not opened in time")).to_contain_text("1")
    nurse.context.close()
    with pytest.raises(queue.Empty):
        team.heard.get_nowait()
