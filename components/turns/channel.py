"""The one door of the bot half: two requests over HTTP on loopback, `turn` and `similar`."""

from __future__ import annotations

import ctypes
import gc
import hmac
import json
import logging
import os
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse
from sanic.response import json as as_json

from components.decision.answer_book import MORE, PREFIX, AnswerBook
from components.decision.understanding import understand
from components.keys import DECISION, SIMILAR, VECTORS
from components.turns.turn import Turn, TurnFailed, take

logger = logging.getLogger(__name__)

TOKEN_VARIABLE = "FRONT_DESK_BOT_TOKEN"
MAX_SIMILAR, MAX_TEXTS = 20, 50


class BadRequest(Exception):
    """The request is not one of ours; the text says why."""


class TurnChannel(InputChannel):
    """Serves turns to the web half. It knows no conversation: everything comes with the request."""

    @classmethod
    def name(cls) -> str:
        return "turn"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Routes `/`, `/turn` and `/similar`; `on_new_message` is for channels with a memory."""
        channel = Blueprint("turn_channel")

        @channel.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            release, _ = _release(_processor(request))
            return as_json({"status": "ok", "release": release})

        @channel.route("/turn", methods=["POST"])
        async def turn(request: Request) -> HTTPResponse:
            return await _answer(request, _take_turn)

        @channel.route("/similar", methods=["POST"])
        async def similar(request: Request) -> HTTPResponse:
            return await _answer(request, _find_similar)

        return channel


async def _answer(
    request: Request, work: Callable[[MessageProcessor, dict[str, Any]], Awaitable[dict[str, Any]]]
) -> HTTPResponse:
    if not _is_allowed(request):
        return as_json({"error": "This door needs the token of this start."}, status=401)
    try:
        return as_json(await work(_processor(request), _body(request)))
    except BadRequest as error:
        return as_json({"error": str(error)}, status=400)
    except Exception as error:
        # The cause may quote the visitor (Rasa's errors do), so only its kind is logged.
        cause = error.__cause__ if isinstance(error, TurnFailed) and error.__cause__ else error
        logger.error("A turn failed: %s", type(cause).__name__)
        return as_json({"error": type(cause).__name__}, status=500)


def _is_allowed(request: Request) -> bool:
    token = os.environ.get(TOKEN_VARIABLE)
    if not token:
        return True  # `rasa run` by a developer; the supervisor always sets one
    return hmac.compare_digest(request.headers.get("authorization", ""), f"Bearer {token}")


def _processor(request: Request) -> MessageProcessor:
    agent: Agent = request.app.ctx.agent
    if agent is None or agent.processor is None:
        raise TurnFailed("no model is loaded")
    return agent.processor


async def _take_turn(processor: MessageProcessor, body: dict[str, Any]) -> dict[str, Any]:
    _keep_what_was_loaded()
    release, book = _release(processor)
    result = await take(_turn(body), processor=processor, book=book)
    return {"release": release, **result}


async def _find_similar(processor: MessageProcessor, body: dict[str, Any]) -> dict[str, Any]:
    """The known questions nearest to each text: what the studio shows while somebody types."""
    release, _ = _release(processor)
    texts, limit = body.get("texts"), body.get("limit", 5)
    if not isinstance(texts, list) or not 0 < len(texts) <= MAX_TEXTS:
        raise BadRequest(f"'texts' must be a list of 1 to {MAX_TEXTS} texts.")
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise BadRequest("Each of 'texts' must be a text.")
    if not isinstance(limit, int) or not 0 < limit <= MAX_SIMILAR:
        raise BadRequest(f"'limit' must be a number from 1 to {MAX_SIMILAR}.")
    parsed = understand(processor, texts, metadata={SIMILAR: limit})
    told = {
        "release": release,
        "similar": [message.get(SIMILAR) for message in parsed],
        "decisions": [message.get(DECISION) for message in parsed],
    }
    if body.get("vectors") is True:  # missed questions are grouped by meaning
        told["vectors"] = [message.get(VECTORS)[0].round(5).tolist() for message in parsed]
    return told


@lru_cache(maxsize=1)
def _keep_what_was_loaded() -> None:
    """Have Python's collector pass over model and rules, once, with the turn that warms the bot up.

    They stay. Looked through again and again, they cost one visitor in two hundred a third of a second.
    """
    gc.collect()
    gc.freeze()
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):  # glibc's
        trim(0)  # loading needed for a moment what nobody needs any more


def _body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise BadRequest("The request is not JSON.") from error
    if not isinstance(body, dict):
        raise BadRequest("The request is not a JSON object.")
    return body


def _turn(body: dict[str, Any]) -> Turn:
    text, choice = body.get("text"), body.get("choice")
    if (text is None) == (choice is None):
        raise BadRequest("A turn has either 'text' or 'choice'.")
    if text is not None and not isinstance(text, str):
        raise BadRequest("'text' must be a text.")
    if choice is not None and not _is_choice(choice):
        raise BadRequest("'choice' needs 'intent' and 'title'.")
    if not isinstance(body.get("conversation_id"), str) or not body["conversation_id"]:
        raise BadRequest("'conversation_id' is missing.")
    events, facts = body.get("events") or [], body.get("facts") or {}
    if not isinstance(events, list) or not isinstance(facts, dict):
        raise BadRequest("'events' is a list and 'facts' an object.")
    return Turn(
        conversation_id=body["conversation_id"],
        message_id=str(body.get("message_id") or ""),
        text=text,
        choice=choice,
        events=events,
        facts=facts,
        language=str(body.get("language") or "en"),
    )


def _is_choice(choice: Any) -> bool:
    return isinstance(choice, dict) and all(
        isinstance(choice.get(key), str) and choice[key] for key in ("intent", "title")
    )


def _release(processor: MessageProcessor) -> tuple[str, AnswerBook]:
    return _read_manifest(Path(processor.model_path).parent / "manifest.json")


@lru_cache(maxsize=2)
def _read_manifest(path: Path) -> tuple[str, AnswerBook]:
    """Release id and answers; a bare `rasa run` without a release folder has neither."""
    if not path.exists():
        return "unreleased", AnswerBook({})
    manifest = json.loads(path.read_text(encoding="utf-8"))
    answers = {PREFIX + name: answer for name, answer in manifest["answers"].items()}
    passages = [name for name in manifest.get("utterances") or {} if name.startswith(MORE)]
    return manifest["release"], AnswerBook(answers, passages)
