"""In and out: export as CSV, XLSX or answer files; import with a dry run that shows every row's fate."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request, raw

from web.accounts import audit
from web.core.errors import BadRequest, NotFound
from web.core.i18n import say
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.schema import new_id
from web.studio import import_export, import_worker, imports
from web.studio.importing import history
from web.studio.routes.common import ADMINISTRATOR, EDITORS, OWNER, back, look, values_of

bp = Blueprint("studio_tables", url_prefix="/studio")
KINDS = {
    "csv": (import_export.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (import_export.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "zip": (import_export.as_files, "application/zip"),
}
SEEN = ".seen"
PASTED = "pasted.txt"
_UPLOAD = re.compile(r"[A-Za-z0-9_-]{16,32}")
_IS_PAGE = re.compile(r"<(html|body|div|p|h[1-6]|dl|details|ul|table|script)\b", re.I)


@bp.get("/tables")
@allow(*EDITORS)
async def page(request: Request) -> HTTPResponse:
    """Show both ways, and what came in lately."""
    return await _draw_ways(request)


@bp.get("/export/<kind:str>")
@allow(*EDITORS)
async def export(request: Request, kind: str) -> HTTPResponse:
    """Give every answer as one file."""
    if kind not in KINDS:
        raise NotFound(say("no_such_page"))
    write, content_type = KINDS[kind]
    desk = await look(request)
    data = await asyncio.to_thread(write, desk.drafts)
    name = f'attachment; filename="answers.{kind}"'
    return raw(data, content_type=content_type, headers={"content-disposition": name})


@bp.post("/import")
@allow(OWNER, ADMINISTRATOR)
async def dry_run(request: Request) -> HTTPResponse:
    """Show what would become of every row; nothing is stored yet but what was sent."""
    name, data = _sent(request)
    try:
        if not name:
            raise import_export.NotATable("Choose a file, or paste your questions and answers.")
        found = await _fates(request, name, data)
    except import_export.NotATable as error:
        return await _draw_ways(request, problem=str(error))
    compared = [fate.draft for fate in found if fate.draft and fate.kind == "changed"]
    compared += [fate.into for fate in found if fate.into]
    seen = {draft.id: draft.version for draft in compared}
    upload_id = await asyncio.to_thread(_keep, request, name, data, seen)
    return _draw(request, found, upload_id=upload_id, name=name)


@bp.post("/import/take")
@allow(OWNER, ADMINISTRATOR)
async def take(request: Request) -> HTTPResponse:
    """Take in what the dry run showed and its reader chose."""
    context, staff = context_of(request), staff_of(request)
    kept = _kept(request, form_value(request, "upload"))
    data = await asyncio.to_thread(kept.read_bytes)
    told = json.loads(await asyncio.to_thread(kept.with_suffix(SEEN).read_text))
    found = await _fates(request, kept.name, data)
    if form_value(request, "by_row"):
        values = values_of(request)
        found = _chosen(found, set(values("row")), into=set(values("into")))
    found = imports.as_seen(found, told["seen"])
    now = context.clock()
    taken = await imports.take_in(context.db, found, judge=(await look(request)).judge, by=staff, now=now)
    refused_since = {fate.place: fate for fate in taken.late}
    found = [refused_since.get(fate.place, fate) for fate in found]
    async with context.db.write() as tx:
        import_id = await history.note(tx, told["name"], taken.stored, by=staff, now=now)
        details = dict(Counter(str(fate.kind) for fate in found if fate.is_chosen))
        await audit.note(tx, by=staff.id, did="answers.imported", about="answers", details=details, now=now)
    for path in (kept, kept.with_suffix(SEEN)):
        await asyncio.to_thread(path.unlink, True)
    return _draw(request, found, upload_id="", name="", import_id=import_id if taken.stored else "")


@bp.post("/import/<import_id:str>/undo")
@allow(OWNER, ADMINISTRATOR)
async def undo(request: Request, import_id: str) -> HTTPResponse:
    """Take a whole import back."""
    context, staff, now = context_of(request), staff_of(request), context_of(request).clock()
    judge = (await look(request)).judge
    undone = await history.undo(context.db, import_id, by=staff, judge=judge, now=now)
    async with context.db.write() as tx:
        details = {"back": undone.back, "kept": undone.kept}
        await audit.note(tx, by=staff.id, did="import.undone", about="answers", details=details, now=now)
    return back("/studio/tables", said="some" if undone.kept else "undone")


SAID = {
    "undone": "The import is undone: its answers are as they were before.",
    "some": "The import is undone, but for answers that somebody has changed since: these stay.",
}


def _sent(request: Request) -> tuple[str, bytes]:
    """What was sent, a file or a text that was pasted, and a name that says its format."""
    upload = request.files.get("file") if request.files else None
    if name := getattr(upload, "name", "") or "":
        return name, upload.body  # type: ignore[union-attr]
    text = form_value(request, "pasted")
    kind = "pasted.html" if _IS_PAGE.search(text) else PASTED
    return (kind, text.encode()) if text.strip() else ("", b"")


def _chosen(found: list[imports.Fate], rows: Collection[str], *, into: Collection[str]) -> list[imports.Fate]:
    """The rows that were ticked, and those whose reply goes into an answer that there is."""
    chosen = [replace(fate, is_chosen=fate.place in rows) if fate.draft else fate for fate in found]
    return [imports.put_into(fate) if fate.place in into else fate for fate in chosen]


async def _fates(request: Request, name: str, data: bytes) -> list[imports.Fate]:
    rows, desk = await import_worker.read(name, data), await look(request)
    return await asyncio.to_thread(
        imports.fates, rows, desk.drafts, desk.judge, book=desk.book, today=desk.today
    )


async def _draw_ways(request: Request, *, problem: str = "") -> HTTPResponse:
    context = context_of(request)
    async with context.db.read() as tx:
        lately = await history.lately(tx)
        zone = (await context.clinic_now(tx)).time_zone
    return staff_page(
        request,
        "studio/tables.html",
        status=422 if problem else 200,
        problem=problem,
        columns=import_export.COLUMNS,
        endings=",".join(f".{each}" for each in import_export.READERS),
        lately=lately,
        zone=zone,
        pasted=form_value(request, "pasted") if problem else "",
        said=SAID.get(request.args.get("said", ""), ""),
    )


def _draw(
    request: Request, found: list[imports.Fate], *, upload_id: str, name: str, import_id: str = ""
) -> HTTPResponse:
    done = [fate for fate in found if upload_id or fate.is_chosen or fate.draft is None]
    counts = Counter(fate.kind for fate in done)
    return staff_page(
        request,
        "studio/import.html",
        fates=sorted(found, key=lambda fate: ("refused", "changed", "new", "same").index(fate.kind)),
        counts={kind: counts.get(kind, 0) for kind in ("new", "changed", "same", "refused")},
        left_out=len(found) - len(done),
        chosen=sum(fate.is_chosen and fate.draft is not None for fate in found),
        upload_id=upload_id,
        import_id=import_id,
        name=name,
    )


def _keep(request: Request, name: str, data: bytes, seen: dict[str, int]) -> str:
    """Keep an upload until it is taken in, and which versions it was compared with.

    Only its format survives of its name on the disk.
    """
    folder = context_of(request).settings.var / "imports"
    folder.mkdir(mode=0o700, exist_ok=True)
    for left in folder.iterdir():
        left.unlink(missing_ok=True)
    upload_id = new_id()
    kind = name.lower().rpartition(".")[2]
    path = folder / f"{upload_id}.{kind}"
    path.touch(mode=0o600)
    path.write_bytes(data)
    path.with_suffix(SEEN).write_text(json.dumps({"seen": seen, "name": name[-200:]}), encoding="utf-8")
    return upload_id


def _kept(request: Request, upload_id: str) -> Path:
    if not _UPLOAD.fullmatch(upload_id):
        raise BadRequest("Choose the file again.")
    folder = context_of(request).settings.var / "imports"
    for kind in import_export.READERS:
        path = folder / f"{upload_id}.{kind}"
        if path.is_file():
            return path
    raise NotFound("This file is no longer here. Choose it again.")
