"""The doors by which a visitor says where an answer may be told, and comes back by a link."""

from __future__ import annotations

from sanic import Blueprint, HTTPResponse, Request, json

from content.wording import DEFAULT_LANGUAGE
from web.accounts import audit
from web.chat import conversations
from web.chat.away import returning
from web.chat.inbound import Inbound
from web.core.errors import BadRequest, NotFound, TooMany
from web.core.i18n import LANGUAGES, say
from web.http.requests import address_of, bearer_token, context_of, json_body, work_of
from web.notifications import reply_contacts

bp = Blueprint("reply_contacts", url_prefix="/v1")
MAX_TOKEN_CHARS = 100


@bp.put("/conversations/<conversation_id:str>/contact")
async def keep(request: Request, conversation_id: str) -> HTTPResponse:
    """Keep where this visitor wants to hear of an answer; sending it is the consent."""
    return await work_of(request).to_the_end(_keep(request, conversation_id))


async def _keep(request: Request, conversation_id: str) -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        conversation = await conversations.open_with(tx, conversation_id, bearer_token(request))
    language = conversation["language"]
    await _count(request, language)
    ways = context.settings.reply_ways
    contact = reply_contacts.read(json_body(request).get("address"), ways)
    if contact is None:
        raise BadRequest(say("no_reply_contact_sms" if "sms" in ways else "no_reply_contact", language))
    async with context.db.write() as tx:
        await conversations.open_with(tx, conversation_id, bearer_token(request))
        await reply_contacts.keep(tx, conversation_id, contact, now=context.clock())
    return json({"ok": True, "contact": contact.hint})


@bp.delete("/conversations/<conversation_id:str>/contact")
async def take_back(request: Request, conversation_id: str) -> HTTPResponse:
    """Forget it; what has not left is not sent."""
    return await work_of(request).to_the_end(_take_back(request, conversation_id))


async def _take_back(request: Request, conversation_id: str) -> HTTPResponse:
    context = context_of(request)
    async with context.db.write() as tx:
        await conversations.open_with(tx, conversation_id, bearer_token(request))
        await reply_contacts.take_back(tx, conversation_id)
    await context.db.wipe_traces()
    return json({"ok": True})


@bp.post("/reply-links")
async def come_back(request: Request) -> HTTPResponse:
    """Open a chat by the link of a mail, once."""
    return await work_of(request).to_the_end(_come_back(request))


async def _come_back(request: Request) -> HTTPResponse:
    context, body = context_of(request), json_body(request)
    wanted, link = body.get("language"), body.get("token")
    language = wanted if isinstance(wanted, str) and wanted in LANGUAGES else DEFAULT_LANGUAGE
    await _count(request, language)
    if not isinstance(link, str) or not 0 < len(link) <= MAX_TOKEN_CHARS:
        raise NotFound(say("reply_link_gone", language))
    async with context.db.write() as tx:
        opened = await returning.come_back(tx, link, now=context.clock())
        if opened is None:
            raise NotFound(say("reply_link_gone", language))
        conversation_id, token = opened
        await audit.note(
            tx, by=audit.NOBODY, did="reply.link_used", about="conversations", about_id=conversation_id,
            now=context.clock(),
        )  # fmt: skip
    context.pubsub.publish(conversation_id)
    return json({"ok": True, "id": conversation_id, "token": token}, status=201)


async def _count(request: Request, language: str) -> None:
    inbound: Inbound = request.app.ctx.inbound
    wait_s = await inbound.contact_wait_s(address_of(request))
    if wait_s:
        raise TooMany(say("too_many_requests", language), retry_after_s=wait_s)
