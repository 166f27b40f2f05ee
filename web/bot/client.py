"""The client of one bot: a turn, or the questions nearest to a text, over loopback HTTP.

Nothing in a reply is trusted to be what it should be: what does not keep the contract is BotFailed.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast, get_args

from web.bot.loopback import Loopback, TooLarge
from web.core.errors import BotFailed, BotSilent, BotUnreachable

WishKind = Literal["callback", "cancel_callback", "handoff"]
TURN_PATH, SIMILAR_PATH = "/webhooks/turn/turn", "/webhooks/turn/similar"
MAX_REPLY_BYTES = 1024 * 1024
OUTCOMES = ("answered", "asked_back", "declined", "skill", "safety")
MAX_TITLE_CHARS = 200


@dataclass(frozen=True)
class Offer:
    """A choice the bot offers: what the button says and which intent it means."""

    title: str
    intent: str


@dataclass(frozen=True)
class Reply:
    """One thing to say: the name of the utterance and the values its text may need."""

    utterance: str
    values: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[Offer, ...] = ()


@dataclass(frozen=True)
class Wish:
    """What the bot asks us to do: open a callback or a handoff, or take a callback back."""

    kind: WishKind
    reason: str
    fields: Mapping[str, Any]


@dataclass(frozen=True)
class TurnResult:
    """What the bot did with one message."""

    release: str
    events: list[Any]
    replies: tuple[Reply, ...]
    wishes: tuple[Wish, ...]
    outcome: str
    understood: Mapping[str, Any]


@dataclass(frozen=True)
class Similar:
    """A known question near to a text: which answer it belongs to, and how near (cosine)."""

    question: str
    answer: str
    similarity: float


@dataclass(frozen=True)
class Interpretation:
    """What becomes of one text: the outcome, the answers it gets, the nearest known questions.

    `intent` is what it was taken for; `vector` its meaning, when that was asked for too.
    """

    outcome: str
    intents: tuple[str, ...]
    similar: tuple[Similar, ...]
    intent: str = ""
    vector: tuple[float, ...] = ()


class Bot:
    """Asks one bot of the bot half."""

    def __init__(self, url: str, *, token: str, timeout_s: float) -> None:
        self.url = url
        self._timeout_s = timeout_s
        # Plain http on this machine only: settings see to it.
        self._wire = Loopback(url, headers={"authorization": f"Bearer {token}"})

    async def turn(self, request: Mapping[str, Any]) -> TurnResult:
        """Run one turn. Raises BotUnreachable, BotSilent or BotFailed; asking again is harmless."""
        return read_result(await self._ask(TURN_PATH, request))

    async def similar(self, texts: Sequence[str], limit: int = 5) -> list[list[Similar]]:
        """The known questions nearest to each text, nearest first. Raises as `turn` does."""
        body = await self._ask(SIMILAR_PATH, {"texts": list(texts), "limit": limit})
        return read_similar(body, count=len(texts))

    async def understood(
        self, texts: Sequence[str], limit: int = 5, *, vectors: bool = False
    ) -> list[Interpretation]:
        """What would become of each text, and its nearest known questions. Raises as `turn` does."""
        asked = {"texts": list(texts), "limit": limit} | ({"vectors": True} if vectors else {})
        body = await self._ask(SIMILAR_PATH, asked)
        found = read_readings(body, count=len(texts))
        if not vectors:
            return found
        meant = read_vectors(body, count=len(texts))
        return [replace(each, vector=tuple(vector)) for each, vector in zip(found, meant, strict=True)]

    async def vectors(self, texts: Sequence[str]) -> list[list[float]]:
        """The meaning of each text as a unit vector. Raises as `turn` does."""
        body = await self._ask(SIMILAR_PATH, {"texts": list(texts), "limit": 1, "vectors": True})
        return read_vectors(body, count=len(texts))

    async def _ask(self, path: str, request: Mapping[str, Any]) -> bytes:
        content = json.dumps(request).encode()
        try:
            async with asyncio.timeout(self._timeout_s):
                status, body = await self._wire.post(path, content, max_bytes=MAX_REPLY_BYTES)
        except TimeoutError as error:
            raise BotSilent(f"no reply within {self._timeout_s:g} s") from error
        except OSError as error:
            raise BotUnreachable(type(error).__name__) from error
        except TooLarge as error:
            raise BotFailed("reply is too large") from error
        if status != 200:
            raise BotFailed(f"status {status}")
        return body

    async def close(self) -> None:
        """Close the connections."""
        self._wire.close()


def read_result(body: bytes) -> TurnResult:
    """Read the reply of one turn. Raises BotFailed with what is wrong, BotSilent when empty."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BotFailed("reply is not JSON") from error
    data = _storable(_typed(data, dict, "reply"))
    replies = tuple(_reply(item) for item in _typed(data.get("replies"), list, "replies"))
    if not replies:
        raise BotSilent("no reply in the turn's result")
    understood = _typed(data.get("understood"), dict, "understood")
    if understood.get("outcome") not in OUTCOMES:
        raise BotFailed("outcome is not one of the contract")
    return TurnResult(
        release=_typed(data.get("release"), str, "release")[:100],
        events=_typed(data.get("events"), list, "events"),
        replies=replies,
        wishes=tuple(_wish(item) for item in _typed(data.get("requests"), list, "requests")),
        outcome=understood["outcome"],
        understood=understood,
    )


def read_similar(body: bytes, *, count: int) -> list[list[Similar]]:
    """Read the reply to `similar`. Raises BotFailed with what is wrong."""
    try:
        data = json.loads(body)
        found = [[_near(item) for item in items] for items in data["similar"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BotFailed("reply to similar is not what it should be") from error
    if len(found) != count:
        raise BotFailed("reply to similar has not a list for each text")
    return found


def read_readings(body: bytes, *, count: int) -> list[Interpretation]:
    """Read the decisions in the reply to `similar`. Raises BotFailed with what is wrong."""
    similar = read_similar(body, count=count)
    try:
        decided = json.loads(body)["decisions"]
        return [_reading(each, near) for each, near in zip(decided, similar, strict=True)]
    except (ValueError, TypeError, KeyError) as error:
        raise BotFailed("reply to similar holds no decisions") from error


def _reading(decided: Any, near: Sequence[Similar]) -> Interpretation:
    intents = tuple(str(part["intent"]) for part in decided["parts"])
    return Interpretation(str(decided["outcome"]), intents, tuple(near), str(decided.get("intent") or ""))


def read_vectors(body: bytes, *, count: int) -> list[list[float]]:
    """Read the vectors in the reply to `similar`. Raises BotFailed with what is wrong."""
    try:
        found = [[float(number) for number in vector] for vector in json.loads(body)["vectors"]]
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BotFailed("reply to similar holds no vectors") from error
    if len(found) != count or len({len(vector) for vector in found}) > 1:
        raise BotFailed("reply to similar has not a vector for each text")
    return found


def _near(item: Any) -> Similar:
    return Similar(str(item["question"]), str(item["answer"]), float(item["similarity"]))


def _storable(data: dict[str, Any]) -> dict[str, Any]:
    # A lone surrogate or a NUL is legal JSON and illegal in a database.
    text = json.dumps(data, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise BotFailed("reply holds characters that are none") from error
    if "\\u0000" in text:
        raise BotFailed("reply holds a NUL")
    return data


def _reply(item: Any) -> Reply:
    item = _typed(item, dict, "a reply")
    values = _typed(item.get("values", {}), dict, "values")
    if not all(isinstance(value, str) for value in values.values()):
        raise BotFailed("a value is not a text")
    choices = _typed(item.get("choices", []), list, "choices")
    return Reply(
        utterance=_name(item.get("utterance"), "utterance"),
        values=values,
        choices=tuple(_offer(choice) for choice in choices),
    )


def _offer(item: Any) -> Offer:
    item = _typed(item, dict, "a choice")
    return Offer(title=_name(item.get("title"), "title"), intent=_name(item.get("intent"), "intent"))


def _wish(item: Any) -> Wish:
    item = _typed(item, dict, "a request")
    if item.get("kind") not in get_args(WishKind):
        raise BotFailed("a request is of a kind that nobody knows")
    return Wish(
        kind=cast(WishKind, item["kind"]),
        reason=str(item.get("reason") or "")[:MAX_TITLE_CHARS],
        fields=_typed(item.get("fields", {}), dict, "fields"),
    )


def _name(value: Any, what: str) -> str:
    text: str = _typed(value, str, what)
    if not text or len(text) > MAX_TITLE_CHARS:
        raise BotFailed(f"{what} is empty or too long")
    return text


def _typed(value: Any, expected: type, what: str) -> Any:
    if not isinstance(value, expected):
        raise BotFailed(f"{what} is not a {expected.__name__}")
    return value
