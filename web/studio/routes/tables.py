"""In and out: export as CSV, XLSX or answer files; import with a dry run that shows every row's fate."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from pathlib import Path

from sanic import Blueprint, HTTPResponse, Request, raw

from web.accounts import audit
from web.core.errors import BadRequest, NotFound
from web.core.i18n import say
from web.http.guard import allow, staff_of, staff_page
from web.http.requests import context_of, form_value
from web.schema import new_id
from web.studio import import_export, import_worker, imports
from web.studio.routes.common import ADMINISTRATOR, EDITORS, OWNER, look

bp = Blueprint("studio_tables", url_prefix="/studio")
KINDS = {
    "csv": (import_export.as_csv, "text/csv; charset=utf-8"),
    "xlsx": (import_export.as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "zip": (import_export.as_files, "application/zip"),
}
SEEN = ".seen"
_UPLOAD = re.compile(r"[A-Za-z0-9_-]{16,32}")


@bp.get("/tables")
@allow(*EDITORS)
async def page(request: Request) -> HTTPResponse:
    """Show both ways."""
    return staff_page(request, "studio/tables.html", problem="", columns=import_export.COLUMNS)


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
    """Show what would become of every row; nothing is stored yet but the file itself."""
    upload = request.files.get("file") if request.files else None
    name = getattr(upload, "name", "") or ""
    try:
        if not name:
            raise import_export.NotATable("Choose a file first.")
        found = await _fates(request, name, upload.body)  # type: ignore[union-attr]
    except import_export.NotATable as error:
        problem = str(error)
        return staff_page(
            request, "studio/tables.html", status=422, problem=problem, columns=import_export.COLUMNS
        )
    seen = {fate.draft.id: fate.draft.version for fate in found if fate.draft and fate.kind == "changed"}
    upload_id = await asyncio.to_thread(_keep, request, name, upload.body, seen)  # type: ignore[union-attr]
    return _draw(request, found, upload_id=upload_id, name=name)


@bp.post("/import/take")
@allow(OWNER, ADMINISTRATOR)
async def take(request: Request) -> HTTPResponse:
    """Take in what the dry run showed."""
    context, staff = context_of(request), staff_of(request)
    kept = _kept(request, form_value(request, "upload"))
    data = await asyncio.to_thread(kept.read_bytes)
    seen = json.loads(await asyncio.to_thread(kept.with_suffix(SEEN).read_text))
    found = imports.as_seen(await _fates(request, kept.name, data), seen)
    late = await imports.take_in(
        context.db, found, judge=(await look(request)).judge, by=staff, now=context.clock()
    )
    refused_since = {fate.place: fate for fate in late}
    found = [refused_since.get(fate.place, fate) for fate in found]
    counts: Counter[str] = Counter(fate.kind for fate in found)
    async with context.db.write() as tx:
        details, now = dict(counts), context.clock()
        await audit.note(tx, by=staff.id, did="answers.imported", about="answers", details=details, now=now)
    for path in (kept, kept.with_suffix(SEEN)):
        await asyncio.to_thread(path.unlink, True)
    return _draw(request, found, upload_id="", name="")


async def _fates(request: Request, name: str, data: bytes) -> list[imports.Fate]:
    rows, desk = await import_worker.read(name, data), await look(request)
    return await asyncio.to_thread(imports.fates, rows, desk.drafts, desk.judge)


def _draw(request: Request, found: list[imports.Fate], *, upload_id: str, name: str) -> HTTPResponse:
    counts = Counter(fate.kind for fate in found)
    return staff_page(
        request,
        "studio/import.html",
        fates=sorted(found, key=lambda fate: ("refused", "changed", "new", "same").index(fate.kind)),
        counts={kind: counts.get(kind, 0) for kind in ("new", "changed", "same", "refused")},
        upload_id=upload_id,
        name=name,
    )


def _keep(request: Request, name: str, data: bytes, seen: dict[str, int]) -> str:
    """Keep an upload until it is taken in, and which versions it was compared with.

    Only its format survives of its name.
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
    path.with_suffix(SEEN).write_text(json.dumps(seen), encoding="utf-8")
    return upload_id


def _kept(request: Request, upload_id: str) -> Path:
    if not _UPLOAD.fullmatch(upload_id):
        raise BadRequest("Choose the file again.")
    folder = context_of(request).settings.var / "imports"
    for kind in (*KINDS, "yml", "yaml"):
        path = folder / f"{upload_id}.{kind}"
        if path.is_file():
            return path
    raise NotFound("This file is no longer here. Choose it again.")
