"""Find out whether Front Desk really answers: by asking it."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Awaitable, Callable

import httpx

from deploy.settings import Settings

ASK_EVERY_S = 1.0
ANSWER_TIMEOUT_S = 30.0  # the first turn of a bot loads what it needs
FACTS = {"name": "the clinic", "can_call_back": False, "open_now": None, "chat_days": "30"}


async def wait_until_ready(
    settings: Settings, *, bot_url: Callable[[], str | None] | None = None, every_s: float = ASK_EVERY_S
) -> None:
    """Return once a warm turn was answered and the page opens.

    The first turn warms the bot up; only the second one counts. `bot_url` tells where the published
    bot is now.
    """

    async def bot_answers() -> bool:
        url = bot_url() if bot_url else settings.bot_url
        return url is not None and await takes_turn(client, settings, url)

    # trust_env: a proxy of the environment has no part in talking to ourselves.
    async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S, trust_env=False) as client:
        await _until(lambda: _answers(client, f"{settings.actions_url}/health"), every_s)
        await _until(bot_answers, every_s)
        await _until(bot_answers, every_s)
        await _until(lambda: _answers(client, settings.page_url), every_s)


async def wait_until_bot_ready(settings: Settings, bot_url: Callable[[], str | None]) -> None:
    """Return once the published release's bot is ready and the action server answers."""

    async def is_ready() -> bool:
        return bot_url() is not None

    async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S, trust_env=False) as client:
        await _until(lambda: _answers(client, f"{settings.actions_url}/health"), ASK_EVERY_S)
        await _until(is_ready, ASK_EVERY_S)


async def is_warm(settings: Settings, url: str) -> bool:
    """Whether the bot at an address answers a turn."""
    async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S, trust_env=False) as client:
        return await takes_turn(client, settings, url)


async def answers(url: str) -> bool:
    """Whether a part is there and answers a plain request; what it can do is not asked."""
    async with httpx.AsyncClient(timeout=ANSWER_TIMEOUT_S, trust_env=False) as client:
        return await _answers(client, url)


async def takes_turn(client: httpx.AsyncClient, settings: Settings, url: str = "") -> bool:
    """Whether the bot (at `url`, if not the usual one) replies to a greeting through its turn channel."""
    turn = {
        "conversation_id": f"readiness-{uuid.uuid4()}",
        "message_id": "1",
        "text": "hello",
        "events": [],
        "facts": FACTS,
        "language": "en",
    }
    headers = {"Authorization": f"Bearer {settings.bot_token}"}
    door = f"{url or settings.bot_url}/webhooks/turn/turn"
    try:
        response = await client.post(door, json=turn, headers=headers)
        return response.status_code == httpx.codes.OK and bool(response.json().get("replies"))
    except (httpx.HTTPError, ValueError):
        return False  # not up yet


async def _answers(client: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await client.get(url)).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False  # not up yet


async def _until(condition: Callable[[], Awaitable[bool]], every_s: float) -> None:
    while not await condition():  # noqa: ASYNC110 (it is other processes we wait for)
        await asyncio.sleep(every_s)
