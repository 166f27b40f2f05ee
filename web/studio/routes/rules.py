"""The clinic's own rules and words: what is not ours, what must be answered, how the skills speak."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from content.answers import LANGUAGES
from content.clinical_words import LISTS
from web.accounts import audit
from web.context import AppContext
from web.core.db import Transaction
from web.core.errors import NotFound
from web.core.i18n import say
from web.hours import own_project
from web.hours.own_project import Part
from web.hours.policies import base_of, own_of
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value, whole_number
from web.studio.project import cards
from web.studio.project import rules as project_rules
from web.studio.project.rules import PartForm, Rules
from web.studio.routes.common import CLINICIAN, EDITORS, back, look, values_of
from web.studio.workspace import Workspace

bp = Blueprint("studio_rules", url_prefix="/studio/rules")
MAX_FORM_CHARS = 200_000
EDITABLE = (*project_rules.EDITABLE, cards.CARDS)
SAID = {
    "saved": "Saved. It counts in the studio now, and for visitors with the next release.",
    "same": "Nothing was changed.",
    "back": "Restored. It counts in the studio now, and for visitors with the next release.",
}


@bp.get("/")
@allow(*EDITORS)
async def rules(request: Request) -> HTTPResponse:
    """Show every part as it stands."""
    return await _draw(request)


@bp.post("/<part:str>")
@allow(*EDITORS)
async def save(request: Request, part: str) -> HTTPResponse:
    """Store one part, or say what is wrong with it."""
    if part not in EDITABLE:
        raise NotFound(say("no_such_page"))
    desk = await look(request)
    standing = await _standing(context_of(request))
    sent = _sent(request, part, await _read(request, standing), desk)
    if not sent.problems and (meanwhile := _changed_meanwhile(request, standing.get(part))):
        sent = replace(sent, problems=[meanwhile])
    if sent.problems:
        return await _draw(request, part=part, sent=sent)
    changed = await _put(request, part, sent, why="changed")
    return back("/studio/rules", said="saved" if changed else "same")


@bp.post("/<part:str>/back")
@allow(*EDITORS)
async def put_back(request: Request, part: str) -> HTTPResponse:
    """Make an earlier version of a part the newest one."""
    context, number = context_of(request), whole_number(form_value(request, "version"), default=0)
    async with context.db.read() as tx:
        found = next((v for v in await own_project.versions(tx, part) if v.version == number), None)
    if part not in EDITABLE or found is None:
        raise NotFound(say("no_such_page"))
    standing = await _standing(context)
    sent = _again(part, found, await _read(request, standing), is_clinician=_is_clinician(request))
    if sent.problems:
        return await _draw(request, part=part, sent=sent)
    await _put(request, part, sent, why=f"restored version {number}")
    return back("/studio/rules", said="back")


def _again(part: str, found: Part, rules: Rules, *, is_clinician: bool) -> PartForm:
    """An earlier version, which takes away no more than its reader may."""
    if part == cards.CARDS:
        return cards.read(found.content["texts"], is_clinician=is_clinician, stands=is_clinician)
    if part == project_rules.CLINICAL:
        return project_rules.clinical(dict(found.content), rules, is_clinician=is_clinician)
    if part == project_rules.CAREFUL:
        topics = " ".join(found.content["topics"])
        return project_rules.careful(topics, rules, is_clinician=is_clinician)
    return PartForm(found.content)


def _sent(request: Request, part: str, rules: Rules, desk: Workspace) -> PartForm:
    def one(name: str) -> str:
        return form_value(request, name)[:MAX_FORM_CHARS]

    many = values_of(request)
    if part == cards.CARDS:
        return cards.read(_cards(request), is_clinician=_is_clinician(request), stands=bool(one("stands")))
    if part == project_rules.OUT_OF_SCOPE:
        return project_rules.out_of_scope(one("added"), one("removed"), rules, desk)
    if part == project_rules.MUST_ANSWER:
        return project_rules.must_answer(many("answer"), many("text"), desk)
    if part == project_rules.WORDS:
        return project_rules.words(one("publishers"), one("plain_words"))
    if part == project_rules.CLINICAL:
        lists = {name: one(name) for name in LISTS}
        return project_rules.clinical(lists, rules, is_clinician=_is_clinician(request))
    if part == project_rules.CAREFUL:
        return project_rules.careful(one("topics"), rules, is_clinician=_is_clinician(request))
    texts = {
        name: {language: one(f"{name}-{language}") for language in LANGUAGES}
        for name in project_rules.UTTERANCES
    }
    return project_rules.wordings(texts, rules, desk)


def _changed_meanwhile(request: Request, standing: Part | None) -> str:
    """Who else saved this part since the form was drawn, in a sentence; nothing when nobody did."""
    drawn = form_value(request, "version")
    if not drawn or standing is None or whole_number(drawn, default=0) == standing.version:
        return ""
    return (
        f"{standing.changed_by_name} changed this while you were writing, and nothing was overwritten. Your "
        "words are in the form; see theirs under Earlier versions. Save again to put yours in their place."
    )


def _cards(request: Request) -> dict[str, dict[str, dict[str, str]]]:
    return {
        kind: {
            language: {
                name: form_value(request, f"{kind}-{language}-{name}")[:MAX_FORM_CHARS]
                for name in cards.FIELDS
            }
            for language in LANGUAGES
        }
        for kind in cards.KINDS
    }


def _is_clinician(request: Request) -> bool:
    return CLINICIAN in staff_of(request).roles


async def _put(request: Request, part: str, sent: PartForm, *, why: str) -> bool:
    context, staff, now = context_of(request), staff_of(request), context_of(request).clock()
    async with context.db.write() as tx:
        changed = await own_project.put(
            tx, part, sent.content, by=staff.id, by_name=staff.name, why=why, now=now
        )
        if changed:
            details = {"part": part}
            await audit.note(
                tx, by=staff.id, did="project.changed", about="project", details=details, now=now
            )
    standing = await _standing(context)
    await asyncio.to_thread(own_project.keep_up, context.settings, standing)
    return changed


async def _standing(context: AppContext) -> dict[str, Part]:
    async with context.db.read() as tx:
        return await own_project.parts(tx)


async def _read(request: Request, standing: dict[str, Part]) -> Rules:
    settings = context_of(request).settings
    source = own_project.source_of(settings, standing)
    out = standing.get(project_rules.OUT_OF_SCOPE)
    added = out.content if out else {}
    return await asyncio.to_thread(project_rules.read, base_of(settings), own_of(settings), source, added)


async def _draw(request: Request, *, part: str = "", sent: PartForm | None = None) -> HTTPResponse:
    context, desk = context_of(request), await look(request)
    async with context.db.read() as tx:
        standing = await own_project.parts(tx)
        history = await _history(tx, standing)
        zone = (await context.clinic_now(tx)).time_zone
    return staff_page(
        request,
        "studio/rules.html",
        status=422 if sent else 200,
        rules=await _read(request, standing),
        part=part,
        sent=sent.content if sent else {},
        problems=sent.problems if sent else (),
        utterances=project_rules.UTTERANCES,
        card_kinds=cards.KINDS,
        card_texts=cards.texts_of(
            sent.content if sent and part == cards.CARDS else _content(standing, cards.CARDS)
        ),
        own_cards=len(_content(standing, cards.CARDS).get("texts") or {}),
        history=history,
        versions={name: each.version for name, each in standing.items()},
        zone=zone,
        titles=sorted(desk.titles.items(), key=lambda each: each[1].lower()),
        called=desk.titles,
        topics=sorted({topic for draft in desk.drafts for topic in draft.answer.topics}),
        is_clinician=_is_clinician(request),
        said=SAID.get(request.args.get("said", ""), ""),
    )


def _content(standing: Mapping[str, Part], name: str) -> Mapping[str, Any]:
    return standing[name].content if name in standing else {}


async def _history(tx: Transaction, standing: dict[str, Part]) -> dict[str, Sequence[Part]]:
    return {name: await own_project.versions(tx, name) for name in standing}
