"""The starter content: the answer files that ship, taken into an empty record once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from content.answer_yaml import parse
from content.answers import Answer
from content.clinical import Judge
from content.policies import read_policy
from content.yaml_files import ProblemsError
from web.core.db import Database, Transaction
from web.studio import answers

logger = logging.getLogger(__name__)


async def fill(
    db: Database,
    project: Path,
    *,
    now: datetime,
    names: tuple[str, ...] = (),
    is_wanted: Callable[[Transaction], Awaitable[bool]] | None = None,
) -> int:
    """Take `data/answers/` into the record when it holds no answer yet; returns how many.

    `names`: what the clinic is called. `is_wanted` is asked once more when the files have been read.
    """
    async with db.read() as tx:
        if not await answers.is_empty(tx):
            return 0
    found = await asyncio.to_thread(read, project)
    policy = await asyncio.to_thread(read_policy, project)
    try:
        async with db.write() as tx:
            if not await answers.is_empty(tx) or (is_wanted and not await is_wanted(tx)):
                return 0
            await answers.take_in(tx, found, judge=Judge(policy.clinical, found, names), now=now)
    except IntegrityError:  # another process of this installation was as fast
        return 0
    if found:
        logger.info("The studio begins with %d answers of the starter content", len(found))
    return len(found)


def read(project: Path) -> list[Answer]:
    """The answers of a project; a file that is none is left out and said in the log."""
    found = []
    for path in sorted((project / "data" / "answers").glob("*.yml")):
        try:
            found.append(parse(path.read_text(encoding="utf-8"), shown_as=path.name))
        except (ProblemsError, OSError, UnicodeDecodeError) as error:
            logger.error("An answer file was left out: %s", error)
    return found
