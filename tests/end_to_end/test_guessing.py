"""Ten thousand guesses at a password, over real HTTP, from two hundred addresses."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from tests.end_to_end.two_sites import FrontDesk
from tests.web.browsing import form_token_in, sign_in
from tests.web.conftest import PASSWORD

GUESSES, ADDRESSES, AT_ONCE = 10_000, 200, 20
# Tries that are looked at before an account's brake holds (30), and those that slip by while it does.
LOOKED_AT = 60


def test_ten_thousand_guesses_get_nowhere_while_the_owner_signs_in(clinic: FrontDesk) -> None:
    statuses, owner, stranger = run(attack(clinic.url))
    assert sum(statuses.values()) == GUESSES
    assert set(statuses) == {403, 429}
    assert statuses[403] <= LOOKED_AT
    assert owner == 303
    assert stranger == 429


async def attack(url: str) -> tuple[Counter[int], int, int]:
    """Guess; the answer is the statuses, then that of the owner's own browser, then of another."""
    async with browser(url) as own, browser(url) as other:
        assert (await sign_in(own)).status_code == 303
        own.cookies.delete("front_desk_staff")
        statuses: Counter[int] = Counter()
        numbers = iter(range(GUESSES))
        await asyncio.gather(*(guess(url, numbers, statuses) for _ in range(AT_ONCE)))
        return statuses, (await sign_in(own)).status_code, (await sign_in(other)).status_code


async def guess(url: str, numbers: Any, statuses: Counter[int]) -> None:
    """Take the next number and guess, over and over; every hundredth guess is even right."""
    async with browser(url) as http:
        token = form_token_in((await http.get("/sign-in")).text)
        for number in numbers:
            right = number > GUESSES // 10 and number % 100 == 0
            form = {"name": "nina", "password": PASSWORD if right else f"guess {number}", "form_token": token}
            address = {"x-forwarded-for": f"203.0.113.{number % ADDRESSES}"}
            statuses[(await http.post("/sign-in", data=form, headers=address)).status_code] += 1


def browser(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, trust_env=False, timeout=60)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run on a loop of its own: other tests of this folder keep one in this thread."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()
