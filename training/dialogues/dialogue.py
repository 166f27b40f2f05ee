"""Written conversations: read from JSON Lines, told by file and line what is wrong with them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from content.yaml_files import Problem, ProblemsError, read_plain
from training.dialogues.answers import OF_SKILLS
from training.dialogues.texts import listed

NUMBER = "{tel}"  # stands for a fictional number of that conversation's own
ANY_OF = "any_of"
_SCHEMA = Path(__file__).with_name("schema.yml")
# One of these topics has to be there for the check to hold.
_ONE_OF_THEM = ("topic", "topic_or_offer", "offer")


@dataclass(frozen=True)
class Dialogue:
    """One conversation: what the visitor does, step by step, and what each reply must show."""

    id: str
    kind: str
    group: str  # the file that it stands in, without its ending
    steps: Sequence[Mapping[str, Any]]
    language: str = "en"

    def with_number(self, number: str) -> Dialogue:
        """The same conversation with a telephone number of its own."""
        return replace(self, steps=[_filled(step, number) for step in self.steps])

    def is_about(self, topics: Collection[str]) -> bool:
        """Whether content with these topics can be held to all that this conversation expects."""
        there = {*topics, *OF_SKILLS}
        return all(_can_hold(step.get("expect") or {}, there) for step in self.steps)


def read_dialogues(paths: Sequence[Path]) -> list[Dialogue]:
    """Read files of conversations. Raises ProblemsError, OSError."""
    read: dict[str, Dialogue] = {}
    problems = []
    for path, number, line in _lines(paths):
        try:
            dialogue = _read(line, group=path.stem)
            if dialogue.id in read:
                raise ValueError(f"The id {dialogue.id} stands in these files already.")
            read[dialogue.id] = dialogue
        except ValueError as error:
            problems.append(Problem(path.as_posix(), number, str(error)))
    if problems:
        raise ProblemsError(problems)
    return [*read.values()]


def topics_named(expect: Mapping[str, Any]) -> set[str]:
    """Every topic that an expectation names, for a look at its spelling."""
    found: set[str] = set()
    for name in (*_ONE_OF_THEM, "only_topics"):
        found |= {*listed(expect.get(name, ()))}
    for each in expect.get("topics_all", ()):
        found |= {*listed(each)}
    if isinstance(expect.get("crisis_mode"), dict):
        found |= {*listed(expect["crisis_mode"].get("allow", ()))}
    return found.union(*map(topics_named, expect.get(ANY_OF, ())))


def _lines(paths: Sequence[Path]) -> Iterator[tuple[Path, int, str]]:
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                yield path, number, line


def _read(line: str, *, group: str) -> Dialogue:
    """One line as it is written. Raises ValueError with what is wrong."""
    try:
        written = json.loads(line)
    except ValueError as error:
        raise ValueError(f"This line is not JSON: {error}.") from error
    wrong = best_match(_validator().iter_errors(written))
    if wrong is not None:
        where = ".".join(map(str, wrong.absolute_path)) or "The conversation"
        raise ValueError(f"{where}: {wrong.message[:300]}.")
    return Dialogue(
        written["id"], written["kind"], group, written["turns"], written.get("language", "en")
    )  # fmt: skip


@lru_cache(maxsize=1)
def _validator() -> Draft202012Validator:
    schema = read_plain(_SCHEMA.read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=FormatChecker(["regex"]))


def _can_hold(expect: Mapping[str, Any], topics: Collection[str]) -> bool:
    """Whether content with these topics can fulfil it; of some alternatives, those on a topic say it."""
    there = set(topics)
    if not all(there & {*listed(each)} for each in _asked_about(expect)):
        return False
    on_a_topic = [each for each in expect.get(ANY_OF, ()) if _is_on_a_topic(each)]
    return not on_a_topic or any(_can_hold(each, topics) for each in on_a_topic)


def _asked_about(expect: Mapping[str, Any]) -> list[Any]:
    """Topics, or lists of them of which one is enough: each has to be there."""
    return [*(expect[name] for name in _ONE_OF_THEM if name in expect), *expect.get("topics_all", ())]


def _is_on_a_topic(expect: Mapping[str, Any]) -> bool:
    return bool(_asked_about(expect)) or any(map(_is_on_a_topic, expect.get(ANY_OF, ())))


def _filled(value: Any, number: str) -> Any:
    if isinstance(value, str):
        return value.replace(NUMBER, number)
    if isinstance(value, Mapping):
        return {key: _filled(each, number) for key, each in value.items()}
    return [_filled(each, number) for each in value] if isinstance(value, list) else value
