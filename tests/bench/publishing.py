"""An owner at work on a running installation: build to report, publish, undo, each as a page asks for it.

One answer gets one more question, so that the bot is taught anew; then what a click costs is timed
from the click to the page that says it is done.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import httpx

from content.clinical import Judge
from content.clinical_words import read_words
from deploy.settings import LOOPBACK
from tests.bench.parties import ASK_EVERY_S, GIVE_UP_S, Party
from tests.bench.processes import watching
from web.accounts import accounts, roles, sessions
from web.core.db import Database, Transaction
from web.core.settings import Settings
from web.studio import answers

NEW_QUESTION = "and where would i read the figures of the bench"
OVERRIDE = "A bench measures how long publishing takes."


class NotDone(Exception):
    """The studio refused; the text is what it said."""


@dataclass(frozen=True)
class PublishFigures:
    """Seconds from each click to its end, and the highest memory of everything meanwhile."""

    report_s: float  # until the report can be read
    build_s: float  # until its practice conversations have ended too
    warm_s: float  # from there until the candidate's bot can take a turn
    publish_s: float
    undo_s: float
    peak_mb: float
    gates_failed: int


def measure(party: Party, var: Path) -> PublishFigures:
    """Build, publish and undo. Raises NotDone."""
    settings = Settings.from_environment({"FRONT_DESK_VAR": str(var)})
    token, form_token = asyncio.run(_owner_with_a_change(settings))
    with (
        watching(party.process_id) as watch,
        httpx.Client(
            base_url=f"http://{LOOPBACK}:{party.port}",
            cookies={"front_desk_staff": token},
            timeout=GIVE_UP_S,
            trust_env=False,
        ) as http,
    ):
        studio = _Studio(http, form_token)
        report_s, build_s, release = _timed_build(studio)
        warm_s = _until_warm(settings.releases, release)
        failed = _failed_gates(settings.releases / release)
        publish_s = studio.click(f"/studio/releases/{release}/publish", override=OVERRIDE if failed else "")
        undo_s = studio.click("/studio/releases/undo")
    return PublishFigures(report_s, build_s, warm_s, publish_s, undo_s, watch.peak_mb, failed)


class _Studio:
    """The studio's pages, for somebody who is signed in."""

    def __init__(self, http: httpx.Client, form_token: str) -> None:
        self._http = http
        self._form_token = form_token

    def click(self, path: str, **fields: str) -> float:
        """Send a form; the seconds until it is done."""
        started_s = time.monotonic()
        answer = self._http.post(path, data={"form_token": self._form_token, **fields})
        if answer.status_code not in (httpx.codes.SEE_OTHER, httpx.codes.FOUND):
            raise NotDone(f"{path}: {answer.status_code} {answer.text[:500]}")
        return time.monotonic() - started_s

    def progress(self) -> dict[str, str | None]:
        answer = self._http.get("/studio/releases/progress").raise_for_status()
        return dict(answer.json()["build"] or {})


def _timed_build(studio: _Studio) -> tuple[float, float, str]:
    """Seconds from the click on Build to the report and to the end, and the new release."""
    started_s, report_s = time.monotonic(), 0.0
    studio.click("/studio/releases/build")
    while True:
        build = studio.progress()
        if build.get("release") and not report_s:
            report_s = time.monotonic() - started_s
        if build.get("state") not in ("running", None):
            break
        time.sleep(ASK_EVERY_S)
    if build["state"] != "done" or not build["release"]:
        raise NotDone(f"The build ended as {build['state']}: {build['sentence']}")
    return report_s, time.monotonic() - started_s, build["release"]


def _until_warm(releases: Path, release: str) -> float:
    """Wait for the candidate's bot, which the supervisor starts by itself behind every build."""
    started_s = time.monotonic()
    while time.monotonic() - started_s < GIVE_UP_S:
        told = json.loads((releases / "bots.json").read_text(encoding="utf-8"))
        if any(bot["release"] == release and bot["is_ready"] for bot in told["bots"]):
            return time.monotonic() - started_s
        time.sleep(ASK_EVERY_S)
    raise NotDone(f"The bot of release {release} never got ready.")


def _failed_gates(folder: Path) -> int:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return sum(not gate["passed"] for gate in report["gates"])


async def _owner_with_a_change(settings: Settings) -> tuple[str, str]:
    """Somebody who may build, signed in, with one answer changed: the cookie and the form's token."""
    db, now = Database.of(settings), datetime.now(UTC)
    try:
        async with db.write() as tx:
            account = await accounts.create(
                tx,
                sign_in_name="bench",
                name="The bench",
                with_roles={roles.OWNER, roles.ADMINISTRATOR},
                password_hash="no password",
                by="host",
                now=now,
            )
            token = await sessions.open_for(tx, account.id, label="Bench", now=now)
            session = await sessions.find(tx, token, limits=settings.limits, now=now)
            assert session is not None
            await _change_an_answer(tx, session.staff, now)
    finally:
        await db.close()
    return token, session.staff.form_token


async def _change_an_answer(tx: Transaction, by: sessions.Staff, now: datetime) -> None:
    every = await answers.list_all(tx)
    if not every:
        raise NotDone("The studio has no answers yet.")
    draft = every[0]
    asked = replace(draft.answer, questions=(*draft.answer.questions, NEW_QUESTION))
    await answers.save(
        tx,
        asked,
        tests=draft.tests,
        is_on=draft.is_on,
        version=draft.version,
        by=by,
        why="bench",
        now=now,
        judge=Judge(read_words()),
    )
