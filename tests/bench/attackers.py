"""One kind of flood against a web half: `python -m tests.bench.attackers KIND PORT SECONDS`.

A process of its own, so that it does not slow the clock of the visitors beside it.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from deploy.settings import LOOPBACK
from tests.clients.wire import Broken, Wire

CONNECTIONS = 20
CRISIS = "I want to die"
QUESTION = "what is a crown and what does it cost"
PAGES = ("/chat", "/", "/widget.js", "/chat/qr.svg", "/v1/now")

Flood = Callable[[int, int, Counter[int]], Awaitable[None]]


async def crises(port: int, number: int, answers: Counter[int]) -> None:
    """Start one chat in despair and write twice more, all from one address."""
    wire = Wire(LOOPBACK, port, address="127.5.5.5")
    started = await _count(answers, wire.ask("POST", "/v1/conversations", body={"text": CRISIS}))
    if started.status == 201:
        for _ in range(2):
            await _count(answers, _message(wire, started.json(), CRISIS))
    wire.cut()


async def pages(port: int, number: int, answers: Counter[int]) -> None:
    """Ask for a few pages from one address."""
    wire = Wire(LOOPBACK, port, address="127.5.5.6")
    for page in PAGES:
        await _count(answers, wire.ask("GET", page))
    wire.cut()


async def messages(port: int, number: int, answers: Counter[int]) -> None:
    """Start one chat and write on and on, far over the rate, from one address."""
    wire = Wire(LOOPBACK, port, address="127.5.5.7")
    started = await _count(answers, wire.ask("POST", "/v1/conversations"))
    while started.status == 201:
        await _count(answers, _message(wire, started.json(), QUESTION))


async def logins(port: int, number: int, answers: Counter[int]) -> None:
    """Try five passwords, each time from another address."""
    wire = Wire(LOOPBACK, port, address=f"127.6.{number}.{secrets.randbelow(250) + 1}")
    page = await _count(answers, wire.ask("GET", "/sign-in"))
    if page.status == 200:
        token = page.body.decode().split('name="form_token" value="')[1].split('"')[0]
        cookie = page.headers["set-cookie"].split(";")[0]
        for _ in range(5):
            form = urlencode({"form_token": token, "name": secrets.token_hex(4), "password": "x" * 14})
            headers = {"cookie": cookie, "content-type": "application/x-www-form-urlencoded"}
            await _count(answers, wire.ask("POST", "/sign-in", body=form.encode(), headers=headers))
    wire.cut()


FLOODS: dict[str, Flood] = {
    "crises from one address": crises,
    "pages from one address": pages,
    "messages over the rate from one address": messages,
    "sign-ins from many addresses": logins,
}


async def _count(answers: Counter[int], asked: Awaitable[Any]) -> Any:
    answer = await asked
    answers[answer.status] += 1
    return answer


def _message(wire: Wire, started: dict[str, str], text: str) -> Awaitable[Any]:
    body = {"client_id": secrets.token_hex(8), "text": text}
    headers = {"authorization": f"Bearer {started['token']}"}
    return wire.ask("POST", f"/v1/conversations/{started['id']}/messages", body=body, headers=headers)


async def _attack(kind: str, port: int, seconds: float) -> Counter[int]:
    answers: Counter[int] = Counter()
    end_s = time.monotonic() + seconds

    async def again_and_again(number: int) -> None:
        while time.monotonic() < end_s:
            with suppress(Broken):
                async with asyncio.timeout(max(0.0, end_s - time.monotonic())):
                    await FLOODS[kind](port, number, answers)

    with suppress(TimeoutError):
        await asyncio.gather(*(again_and_again(number) for number in range(CONNECTIONS)))
    return answers


if __name__ == "__main__":
    print("go", flush=True)  # whoever waits for this does not measure how Python starts
    found = asyncio.run(_attack(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
    print(", ".join(f"{count:,} x {status}" for status, count in sorted(found.items())))
