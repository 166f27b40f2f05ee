"""Which settings there are, so that a misspelt one is named and not passed over."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator

PREFIX = "FRONT_DESK_"
# Read by the supervisor, by the bot half, or by the command `front-desk`.
ELSEWHERE = (
    "FRONT_DESK_ACTIONS_PORT",
    "FRONT_DESK_ACTIONS_TOKEN",
    "FRONT_DESK_BACKUP_KEEP",
    "FRONT_DESK_BACKUP_RECIPIENT",
    "FRONT_DESK_BACKUP_TO",
    "FRONT_DESK_BOTS",
    "FRONT_DESK_BOT_PORT",
    "FRONT_DESK_ENCODER",
    "FRONT_DESK_WEB_PROCESSES",
)
# Of the tests and the bench, which start a service with what they were given themselves.
OF_DEVELOPERS = {f"{PREFIX}{name}" for name in ("PICTURES", "PROVE", "SCREENSHOTS")}


def misspelt(names: Iterable[str], *, known: Iterable[str]) -> Iterator[str]:
    """A sentence for each name that looks like a setting of ours and is none."""
    all_known = {*known, *ELSEWHERE, *OF_DEVELOPERS}
    for name in sorted(set(names) - all_known):
        if name.startswith(PREFIX):
            near = _nearest(name, all_known - OF_DEVELOPERS)
            meant = f" Did you mean {near}?" if near else ""
            yield f"{name} is no setting of Front Desk.{meant}"


def _nearest(name: str, known: set[str]) -> str:
    """The setting that was probably meant, compared without what all have in common; or nothing."""
    endings = {each.removeprefix(PREFIX): each for each in sorted(known)}
    near = difflib.get_close_matches(name.removeprefix(PREFIX), endings, n=1)
    return endings[near[0]] if near else ""
