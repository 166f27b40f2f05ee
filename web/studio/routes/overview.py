"""The studio's first page: what is to be done, and where to go for it."""

from __future__ import annotations

import asyncio

from sanic import Blueprint, HTTPResponse, Request

from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of
from web.releases import publishing, withdrawals
from web.studio import facts_form, missed_questions, review_dates, text_signing
from web.studio.editing import unsaved
from web.studio.review import discussion, questions_seen
from web.studio.review.next_steps import next_steps
from web.studio.routes.common import EDITORS, builds_of, look
from web.studio.scheduling import publishes
from web.studio.teamwork import assignments

bp = Blueprint("studio_overview", url_prefix="/studio")


@bp.get("/")
@allow(*EDITORS)
async def overview(request: Request) -> HTTPResponse:
    """Show what waits for somebody."""
    context, desk = context_of(request), await look(request)
    async with context.db.read(long=True) as tx:
        open_ones = await missed_questions.open_ones(tx, now=context.clock())
        held = await withdrawals.in_force(tx)
        published_at = await publishing.history(tx)
        left = await unsaved.all_of(tx, by=staff_of(request).id)
        asked = await discussion.asked_of(tx, staff_of(request).id)
        mine = await assignments.of_person(tx, staff_of(request).id)
        unseen = await questions_seen.unseen(tx, desk)
        texts = await text_signing.waiting(tx, desk.rules, now=context.clock())
        planned = await publishes.latest(tx)
        live = await context.clinic_now(tx)
        facts = facts_form.typed(await facts_form.standing(tx, live))
    is_planned = planned is not None and planned.is_open
    objection = await publishes.would_be_refused(context, planned) if planned and is_planned else ""
    published = publishing.published(context)
    has_nothing_own = any(each.reason == withdrawals.NOTHING_OWN for each in held)
    moves = published_at if not has_nothing_own else []
    since = next((move.published_at for move in moves if move.release == published), None)
    changed = [draft for draft in desk.drafts if since and draft.changed_at > since]
    stops = await asyncio.to_thread(desk.stops)
    build = await builds_of(request).latest()
    steps = next_steps(
        staff_of(request).roles,
        is_first=has_nothing_own,
        empty_facts=sum(map(len, facts_form.empty(facts).values())),
        asked=[
            (row["answer_id"], desk.titles[row["answer_id"]], row["asked_by_name"])
            for row in asked
            if row["answer_id"] in desk.titles
        ],
        assigned=[
            (row["answer_id"], desk.titles[row["answer_id"]], row["due"])
            for row in mine
            if row["answer_id"] in desk.titles
        ],
        begun=len(left),
        stops=len(stops),
        never_on=sum(not draft.is_on and draft.version == 1 for draft in desk.drafts),
        unsigned=len(desk.unsigned()) + len(texts),
        unseen=len(unseen),
        build=build,
        published=published,
        changed=len(changed),
        missed=len(open_ones),
        planned=planned,
        objection=objection,
    )
    return staff_page(
        request,
        "studio/overview.html",
        due=review_dates.due(desk),
        unsigned=len(desk.unsigned()),
        unsigned_off=len(desk.unsigned_and_off()),
        texts=len(texts),
        stops=len(stops),
        steps=steps,
        missed=len(open_ones),
        withdrawn=[each for each in held if each.answer_id],
        is_off=any(not each.answer_id and each.reason != withdrawals.NOTHING_OWN for each in held),
        has_nothing_own=has_nothing_own,
        published=published,
        planned=planned if is_planned else None,
        zone=live.time_zone,
        changed=changed,
        titles=desk.titles,
        total=len(desk.drafts),
    )
