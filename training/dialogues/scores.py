"""Counts of what went right, by file and kind, and as a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from training.dialogues.player import Played

_HEAD = (
    f"{'file':<20} {'kind':<14} {'all':>5} {'right':>6} {'share':>7}  {'turns':>6} {'right':>6} {'share':>7}"
)


@dataclass(frozen=True)
class Count:
    """How many conversations and turns of a set went right."""

    conversations: int
    right: int
    turns: int
    turns_right: int
    lost: int = 0
    skipped: int = 0

    @property
    def share(self) -> float | None:
        return self.right / self.conversations if self.conversations else None

    @property
    def turns_share(self) -> float | None:
        return self.turns_right / self.turns if self.turns else None

    def as_data(self) -> dict[str, Any]:
        """For a report."""
        return {
            "conversations": self.conversations, "right": self.right, "share": _rounded(self.share),
            "turns": self.turns, "turns_right": self.turns_right, "turns_share": _rounded(self.turns_share),
            "lost": self.lost, "skipped": self.skipped,
        }  # fmt: skip


def count(played: Iterable[Played]) -> Count:
    """Count some conversations; what was not served or does not apply counts as neither."""
    every = list(played)
    judged = [each for each in every if each.is_judged]
    turns = [is_right for each in judged for is_right in each.counted]
    return Count(
        conversations=len(judged),
        right=sum(each.passed for each in judged),
        turns=len(turns),
        turns_right=sum(turns),
        lost=sum(bool(each.lost) for each in every),
        skipped=sum(each.skipped for each in every),
    )


def by_group(played: Iterable[Played]) -> dict[str, list[Played]]:
    """The conversations of each file."""
    return _by(played, lambda each: each.dialogue.group)


def as_data(played: Sequence[Played]) -> dict[str, Any]:
    """All counts, what failed and why, and what could not be played."""
    groups = {
        group: count(some).as_data() | {"kinds": {k: count(v).as_data() for k, v in _by_kind(some).items()}}
        for group, some in by_group(played).items()
    }
    return {
        "all": count(played).as_data(),
        "files": groups,
        "failed": [_named(each) | {"why": each.why} for each in played if each.is_judged and not each.passed],
        "not_played": [_named(each) | {"why": each.lost} for each in played if each.lost],
    }


def as_table(played: Sequence[Played]) -> str:
    """All counts, for a reader."""
    lines = [_HEAD]
    for group, some in by_group(played).items():
        lines.append(_line(group, "all", count(some)))
        kinds = _by_kind(some)
        if len(kinds) > 1:
            lines += [_line("", kind, count(mine)) for kind, mine in kinds.items()]
    return "\n".join([*lines, _line("all files", "", count(played))])


def as_text(played: Played) -> str:
    """One conversation, with what failed behind the turn that failed."""
    aside = f", not played: {played.lost}" if played.lost else ", not applicable" if played.skipped else ""
    lines = [f"--- {played.dialogue.group} {played.dialogue.id} ({played.dialogue.kind}){aside}"]
    for step in played.steps:
        lines += [f"  {line}" for turn in step.turns for line in turn.words_for_a_reader()]
        lines += [f"  !! {failed}" for failed in step.failed or ()]
    return "\n".join(lines)


def _by_kind(played: Iterable[Played]) -> dict[str, list[Played]]:
    return dict(sorted(_by(played, lambda each: each.dialogue.kind).items()))


def _by(played: Iterable[Played], key: Callable[[Played], str]) -> dict[str, list[Played]]:
    groups: dict[str, list[Played]] = defaultdict(list)
    for each in played:
        groups[key(each)].append(each)
    return dict(groups)


def _named(played: Played) -> dict[str, Any]:
    return {"id": played.dialogue.id, "file": played.dialogue.group, "kind": played.dialogue.kind}


def _line(group: str, kind: str, c: Count) -> str:
    line = (
        f"{group:<20} {kind:<14} {c.conversations:>5} {c.right:>6} {_percent(c.share)}  "
        f"{c.turns:>6} {c.turns_right:>6} {_percent(c.turns_share)}"
    )
    aside = [f"{c.lost} not played"] * bool(c.lost) + [f"{c.skipped} not applicable"] * bool(c.skipped)
    return "  ".join([line, *aside])


def _percent(share: float | None) -> str:
    return f"{'-':>7}" if share is None else f"{share:>7.1%}"


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
