"""The visitor's door, `/v1/conversations`: JSON over HTTP with long polling (docs/protocol.md)."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from content.wording import DEFAULT_LANGUAGE
from web.bot.client import Offer
from web.chat import conversations, messages, retention, turns
from web.chat.away import waiting_line
from web.chat.inbound import Inbound
from web.context import AppContext
from web.core import time_zones
from web.core.db import RECORD_AWAY
from web.core.errors import BadRequest
from web.core.i18n import LANGUAGES, say
from web.core.limits import Limits
from web.core.pubsub import Listener
from web.hours import staff_activity
from web.http.requests import address_of, bearer_token, context_of, json_body, whole_number, work_of

bp = Blueprint("chat", url_prefix="/v1")


@bp.get("/health")
async def health(request: Request) -> HTTPResponse:
    """Say that the service answers and which release speaks."""
    return json({"ok": True, "release": context_of(request).manifests.current().release})


@bp.get("/now")
async def now(request: Request) -> HTTPResponse:
    """Say who answers now: the hours, the desk, the clinic's notices."""
    context = context_of(request)
    language = language_of(request.args.get("language"))
    public = await context.last_known.public(context, language)
    facts = public.facts
    return json(
        {
            "ok": True,
            "open": facts["open_now"],
            "staff_here": facts["staff_here"],
            "who_answers": facts.get("who_answers"),
            "phone": facts.get("phone"),
            "can_call_back": facts["can_call_back"],
            "notices": [each.text(language) for each in public.notices],
        }
    )


@bp.post("/conversations")
async def start(request: Request) -> HTTPResponse:
    """Begin a conversation."""
    return await work_of(request).to_the_end(_start(request))


async def _start(request: Request) -> HTTPResponse:
    context = context_of(request)
    body = json_body(request) if request.body else {}
    language = language_of(body.get("language"))
    inbound: Inbound = request.app.ctx.inbound
    await inbound.admit_start(address_of(request), language, first_text=body.get("text"))
    try:
        return await _started(context, body, language)
    except RECORD_AWAY as error:
        raise await inbound.not_stored(body, address_of(request), language) from error


async def _started(context: AppContext, body: dict[str, Any], language: str) -> HTTPResponse:
    async with context.db.write() as tx:
        starters = [Offer(*each) for each in (await context.words(tx)).starting_questions(language)]
        started = await conversations.start(
            tx,
            starters=starters,
            language=language,
            time_zone=time_zones.read_zone(body.get("time_zone")),
            now=context.clock(),
        )
    return json(
        {
            "ok": True,
            "id": started.id,
            "token": started.token,
            "starters": started.starters,
            "notice": notice(context.settings.limits, language),
            "language": language,
        },
        status=201,
    )


@bp.get("/conversations/<conversation_id:str>")
async def look(request: Request, conversation_id: str) -> HTTPResponse:
    """Say how a conversation stands: its last number, and whether a call is still asked for."""
    async with context_of(request).db.read() as tx:
        row = await conversations.open_with(tx, conversation_id, bearer_token(request))
        open_callback = await retention.has_open_callback(tx, conversation_id)
    return json(
        {"ok": True, "last": row["last_seq"], "language": row["language"], "open_callback": open_callback}
    )


@bp.post("/conversations/<conversation_id:str>/messages")
async def send(request: Request, conversation_id: str) -> HTTPResponse:
    """Take in one message: 201 when it is new, 200 when it was there already."""
    return await work_of(request).to_the_end(_send(request, conversation_id))


async def _send(request: Request, conversation_id: str) -> HTTPResponse:
    context = context_of(request)
    address = address_of(request)
    inbound: Inbound = request.app.ctx.inbound
    try:
        async with context.db.read() as tx:
            conversation = await conversations.open_with(tx, conversation_id, bearer_token(request))
    except RECORD_AWAY as error:
        raise await inbound.not_stored(json_body(request), address) from error
    receipt = await inbound.take(conversation, json_body(request), address=address)
    return json(
        {
            "ok": True,
            "message": receipt.message.as_json(),
            "replies": [reply.as_json() for reply in receipt.replies],
            "pending": list(receipt.pending),
        },
        status=201 if receipt.is_new else 200,
    )


@bp.get("/conversations/<conversation_id:str>/messages")
async def read(request: Request, conversation_id: str) -> HTTPResponse:
    """Give everything after N; wait for news when there is nothing yet."""
    context = context_of(request)
    token = bearer_token(request)
    after = whole_number(request.args.get("after"), default=0)
    known_place = request.args.get("place")
    wait_s = _patience_s(request, conversation_id)

    def news(*, is_last: bool = False) -> Coroutine[Any, Any, dict[str, Any]]:
        return _after(request, conversation_id, token, after, is_last=is_last, known_place=known_place)

    with context.pubsub.listening(conversation_id) as listener:
        answer = await work_of(request).to_the_end(news(is_last=not wait_s))
        request.app.ctx.timeout_worker.saw(conversation_id)  # the token was right: it is the visitor
        if not answer["is_news"] and wait_s:
            with request.app.ctx.inbound.waiting_place(address_of(request), answer["language"]):
                answer = await _with_news(request, listener, news, answer, wait_s)
    del answer["is_news"]
    return json(answer)


def _patience_s(request: Request, conversation_id: str) -> float:
    """How long this request may wait for news."""
    context, wanted = context_of(request), whole_number(request.args.get("wait"), default=0)
    limits = context.settings.limits
    is_crowded = context.pubsub.count(conversation_id) >= limits.max_listeners_per_conversation
    return min(wanted, limits.crowded_wait_s if is_crowded else limits.max_wait_s)


async def _with_news(
    request: Request,
    listener: Listener,
    news: Callable[..., Coroutine[Any, Any, dict[str, Any]]],
    answer: dict[str, Any],
    wait_s: float,
) -> dict[str, Any]:
    """Wait until there is something to tell, or the time is over."""
    left_s = wait_s
    while not answer["is_news"] and left_s > 0:
        slice_s = min(context_of(request).settings.limits.look_again_s, left_s)
        has_news = await listener.news(timeout_s=slice_s)
        left_s = 0.0 if has_news else left_s - slice_s
        answer = await work_of(request).to_the_end(news(is_last=left_s <= 0))
    return answer


@bp.delete("/conversations/<conversation_id:str>")
async def forget(request: Request, conversation_id: str) -> HTTPResponse:
    """Delete the conversation; `?callbacks=keep` keeps a call that was asked for and is open."""
    return await work_of(request).to_the_end(_forget(request, conversation_id))


async def _forget(request: Request, conversation_id: str) -> HTTPResponse:
    context = context_of(request)
    token = bearer_token(request)
    wanted = request.args.get("callbacks", "delete")
    async with context.db.write() as tx:
        await conversations.open_with(tx, conversation_id, token)
        if wanted not in ("keep", "delete"):
            raise BadRequest(say("bad_request"))
        await retention.forget(
            tx, conversation_id, by="visitor", keep_callbacks=wanted == "keep", now=context.clock()
        )
    await context.db.wipe_traces()
    context.pubsub.publish(conversation_id)
    return json({"ok": True})


def notice(limits: Limits, language: str) -> str:
    """The words before the first message."""
    words = f"{say('notice', language)} {say('notice_kept', language, chat_days=str(limits.chat_days))}"
    if limits.handoff_days <= limits.chat_days:
        return words
    return f"{words} {say('notice_requests', language, handoff_days=str(limits.handoff_days))}"


def language_of(wanted: object) -> str:
    """A language that the service speaks: the wanted one, or English."""
    return wanted if isinstance(wanted, str) and wanted in LANGUAGES else DEFAULT_LANGUAGE


async def _after(
    request: Request,
    conversation_id: str,
    token: str,
    seq: int,
    *,
    is_last: bool,
    known_place: str | None,
) -> dict[str, Any]:
    """Everything after N, and what is pending; unless there is nothing and the request waits on.

    `known_place`: the place in line that the visitor reads now, "0" for none.
    """
    context, place = context_of(request), None
    async with context.db.read() as tx:
        conversation = await conversations.open_with(tx, conversation_id, token)
        has_more = conversation["last_seq"] > seq
        most = context.settings.limits.max_messages_per_answer
        found = await messages.after(tx, conversation_id, seq, most=most) if has_more else []
        pending, typing, standing = [], None, None
        # Who is told of their place is told when it is another one, too.
        if found or is_last or known_place is not None:
            standing = await waiting_line.standing_of(
                tx, conversation_id, context=context, now=context.clock()
            )
            place = str(standing.place or 0) if standing else "0"
        if found or is_last:
            pending = await turns.pending(tx, conversation_id)
            typing = await staff_activity.typing_holder(tx, conversation_id, now=context.clock())
    last = found[-1].seq if found else min(seq, conversation["last_seq"])
    return {
        "ok": True,
        "messages": [message.as_json() for message in found],
        "last": last,
        "more": last < conversation["last_seq"],
        "pending": pending,
        "staff_typing": typing,
        "waiting": standing.as_json() if standing else None,
        "is_news": bool(found) or (known_place is not None and place != known_place),
        "language": conversation["language"],
    }
