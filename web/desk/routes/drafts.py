"""What somebody has written in a conversation and not sent: kept while they write, given back later."""

from __future__ import annotations

import json as plain_json
from typing import Any

from sanic import Blueprint, HTTPResponse, Request, json

from web.chat import conversations
from web.core import formatting
from web.core.db import Transaction
from web.desk import drafts, snippets
from web.desk.drafts import UnsentText
from web.desk.routes.layout import WORKERS, person_of, zone_of
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value

bp = Blueprint("desk_drafts", url_prefix="/conversations")


@bp.post("/<conversation_id:str>/draft")
@allow(*WORKERS)
async def save(request: Request, conversation_id: str) -> HTTPResponse:
    """Keep what stands in a field; the answer is what another window of theirs had there."""
    context, by = context_of(request), person_of(request)
    async with context.db.write() as tx:
        other = await drafts.save(
            tx,
            conversation_id,
            staff_id=by.id,
            field=form_value(request, "field"),
            text=form_value(request, "text").replace("\r\n", "\n"),
            answer_id=form_value(request, "answer_id")[:200] or None,
            mark=form_value(request, "mark"),
            tab=form_value(request, "tab"),
            seen=form_value(request, "seen"),
            now=context.clock(),
        )
    return json({"ok": True, "other": other.text if other else None})


async def unsent_values(request: Request, tx: Transaction, conversation_id: str) -> dict[str, Any]:
    """What the page of a conversation shows of it. A page that says its `tab` knows its own."""
    if not staff_of(request).may(*WORKERS):
        return {"unsent": {"reply": None, "note": None}, "unsent_json": "{}"}
    tab, found = request.args.get("tab") or "", dict.fromkeys(drafts.FIELDS)
    for field, each in (await drafts.of(tx, conversation_id, staff_of(request).id)).items():
        found[field] = "mine" if tab and each.tab == tab else await _shown(request, tx, conversation_id, each)
    return {"unsent": found, "unsent_json": plain_json.dumps(found, sort_keys=True)}


async def _shown(request: Request, tx: Transaction, conversation_id: str, each: UnsentText) -> dict[str, Any]:
    answer = await _answer(request, tx, conversation_id, each.answer_id) if each.answer_id else None
    at = formatting.clock(each.saved_at, await zone_of(request, tx))
    return {"text": each.text, "answer": answer, "mark": each.mark, "tab": each.tab, "at": at}


async def _answer(
    request: Request, tx: Transaction, conversation_id: str, answer_id: str
) -> dict[str, str] | None:
    """The approved answer that was chosen, while it may still be sent."""
    context = context_of(request)
    language, words = await conversations.language_of(tx, conversation_id), await context.words(tx)
    found = snippets.get(
        words,
        answer_id,
        facts=await context.facts(tx, language),
        language=language,
        mode=context.settings.mode,
        today=context.clock().date(),
    )
    title = str(words.answers.get(answer_id, {}).get("title") or answer_id)
    return {"id": answer_id, "title": title, "text": found.text} if found else None
