"""From the drafts to a build: the snapshot on disk that a build takes, and what stops one."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from web.context import AppContext
from web.core.errors import Refused
from web.hours.policies import base_of, own_of
from web.releases.builds import Builds
from web.schema import new_id
from web.studio import false_alarms, project_export
from web.studio.testing import own_tests
from web.studio.workspace import Workspace

_ANSWER_FILE = re.compile(r"answers/(?P<id>[a-z0-9_]+)\.yml$")


class NotReady(Refused):
    """Drafts with something to fix stop the build; nothing was changed."""

    status = 409


async def start(context: AppContext, builds: Builds, desk: Workspace, *, by: str) -> str:
    """Write the drafts to a folder and build it; returns the build's id. Raises NotReady, BuildRunning."""
    stopped = desk.stops()
    if stopped:
        count = len(stopped)
        what = "1 answer has" if count == 1 else f"{count} answers have"
        raise NotReady(f"{what} something to fix first. Nothing was built.")
    async with context.db.read() as tx:
        examples = await false_alarms.examples(tx)
        tests = own_tests.lines(await own_tests.every(tx), desk.drafts)

    async def write() -> Path:
        return await asyncio.to_thread(_snapshot, context, desk, examples, tests)

    return await builds.start(write, by=by)


def in_words(problems: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> list[dict[str, str]]:
    """What a build complained about: which answer by its title, or else which file and line."""
    found = []
    for problem in problems:
        path, line = str(problem.get("path", "")), problem.get("line", "")
        match = _ANSWER_FILE.search(path)
        answer_id = match["id"] if match and match["id"] in titles else ""
        place = titles[answer_id] if answer_id else f"{path}:{line}"
        found.append({"answer_id": answer_id, "place": place, "text": str(problem.get("text", ""))})
    return found


def _snapshot(
    context: AppContext,
    desk: Workspace,
    examples: Sequence[Mapping[str, Any]],
    tests: Sequence[Mapping[str, Any]],
) -> Path:
    drafts = context.settings.var / "drafts"
    drafts.mkdir(mode=0o700, exist_ok=True)
    for left in drafts.iterdir():  # of earlier builds: a release holds a copy of its own
        shutil.rmtree(left, ignore_errors=True)
    folder = drafts / new_id()
    base, own = base_of(context.settings), own_of(context.settings)
    project_export.write(base, folder, desk.drafts, desk.signed, examples, own, tests)
    return folder
