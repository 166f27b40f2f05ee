"""Search all conversations."""

from __future__ import annotations

from urllib.parse import urlencode

from sanic import Blueprint, HTTPResponse, Request

from web.core import formatting
from web.desk import search
from web.desk.finding import saved, tags
from web.desk.routes.layout import READERS, WORKERS, done, draw, note_reading, person_of, zone_of
from web.http.guard import allow, staff_of
from web.http.requests import context_of, form_value

bp = Blueprint("desk_review")
FIELDS = ("words", "since", "until", "reason", "answer", "below", "rating", "tag", "outcome")


@bp.get("/search")
@allow(*READERS)
async def page(request: Request) -> HTTPResponse:
    """Show what fits the search."""
    context = context_of(request)
    looked_for = search.read(lambda name: str(request.args.get(name) or ""))
    async with context.db.read(long=True) as tx:
        zone = await zone_of(request, tx)
        known_tags = await tags.known(tx)
        kept = await saved.of_staff(tx, staff_of(request).id)
        found, total = await search.find(tx, looked_for, zone=zone, is_masked=_is_masked(request))
    query = {name: request.args.get(name) for name in FIELDS if request.args.get(name)}
    await note_reading(request, "conversations.searched", "conversations", by=sorted(query), found=total)
    return draw(
        request,
        "desk/search.html",
        found=[(each, formatting.when(each.last, zone)) for each in found],
        total=total,
        looked_for=looked_for,
        reasons=search.REASONS,
        ratings=search.RATINGS,
        answers=_titles(request),
        known_tags=known_tags,
        kept=kept,
        outcomes=tags.OUTCOMES,
        query=urlencode(query),
        query_fields=list(query.items()),
        pages=-(-total // search.PER_PAGE),
        may_export=staff_of(request).may(*WORKERS),
    )


@bp.post("/search/saved")
@allow(*READERS)
async def keep(request: Request) -> HTTPResponse:
    """Keep a search under a name, or remove one."""
    context, by = context_of(request), person_of(request)
    fields = [(name, form_value(request, name)) for name in FIELDS]
    query = urlencode([(name, value) for name, value in fields if value])
    async with context.db.write() as tx:
        if removed := form_value(request, "remove"):
            await saved.remove(tx, removed, by=by)
            return done(request, "/desk/search", "The saved search is removed.")
        search.read(lambda name: form_value(request, name))  # what cannot be searched is not kept
        await saved.save(tx, form_value(request, "name"), query, by=by, now=context.clock())
    return done(request, f"/desk/search?{query}", "The search is saved.")


def _titles(request: Request) -> list[tuple[str, str]]:
    answers = context_of(request).manifests.current().answers
    titled = [(name, str(answer.get("title") or name)) for name, answer in answers.items()]
    return sorted(titled, key=lambda pair: pair[1])


def _is_masked(request: Request) -> bool:
    """Whether this reader sees no names and numbers; then no search finds any either."""
    return not staff_of(request).may(*WORKERS)
