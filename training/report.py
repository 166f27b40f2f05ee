"""What an owner reads before publishing: changes, figures, gates, and whom it would touch."""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timezone
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from content.clinical import Judge
from content.facts import names_of
from content.policies import read_policy
from safety.check import warm_up
from safety.lexicon import LANGUAGES
from safety.rules import SIGNALS, load_rules
from training import dangers, gates
from training.changes import changes
from training.dangers import RealCard, SafetyRecord
from training.evaluation import LabelledMessage, Outcome, Scorer, outcome_from, read_rows, score
from training.gate import FailedMessage, Gate
from training.impact import impact_of
from training.kept_decisions import Remembering, keep, kept
from training.models import CODE, TrainingFailed, documents
from training.questions import taught
from training.readings import Readings
from training.releases import read_manifest, release_id
from training.replay import Ask, Reaction, Understander, compare

MESSAGES, OUT_OF_SCOPE = "tests/evaluation/messages.tsv", "tests/evaluation/out_of_scope.tsv"
MUST_ANSWER, ANSWER_TESTS = "tests/must_answer.tsv", "test_messages.json"
MAX_QUESTIONS_TRIED = 8
VISITORS = "(a visitor's message)"
Tell = Callable[[str, float], None]
NOTHING: Mapping[str, Any] = {"answers": {}, "utterances": {}}
NOT_REPLAYED: dict[str, Any] = {"n": 0, "changed": 0, "kinds": {}, "rows": []}


def get_ready(before: Path | None) -> None:
    """Load what a report needs that does not wait for the new release."""
    warm_up()
    if before:
        _understander(before)


def make_report(
    folder: Path, var: Path, before: Path | None, visitors: Iterable[Mapping[str, Any]], tell: Tell
) -> dict[str, Any]:
    """Compare the release in `folder` with the published one and judge it by the gates."""
    manifest = read_manifest(folder)
    manifest_before = read_manifest(before) if before else NOTHING
    is_same_model = bool(before) and manifest["learnt"] == manifest_before.get("learnt")
    own = manifest["answers"].keys()
    questions = _questions(folder, manifest)
    sent = list(visitors)
    cards = dangers.real_cards(sent)
    asks = _Asks(
        folder,
        [Ask.of(visitor) for visitor in sent if not visitor.get("heard")],
        known=own | manifest_before["answers"].keys(),
        own=own,
        firsts=[each[0] for each in questions.values()],
    )
    tell("evaluate", 0.0)
    warm_up()
    candidate = Understander(folder)
    other = _understander(before) if before and not is_same_model else None
    # The end of the step is told once, below.
    both = compare(
        [candidate, Remembering(other, kept(var, other.folder))] if other else [candidate],
        asks.all,
        lambda done: tell("evaluate", min(done, 0.99)),
    )
    now = both[0]
    if now is None:
        raise TrainingFailed("The new release cannot be asked.")
    keep(var, folder, asks.of_ours(asks.all), asks.of_ours(now))
    was = now if is_same_model else both[1] if other else None
    tell("evaluate", 1.0)
    unreached = _unreached(candidate, questions, asks.of_firsts(now))
    readings = _readings(folder, manifest_before, manifest)
    heard_before = dangers.SafetyRecord.read(before)
    heard = dangers.listen(heard_before, cards)
    heard.write(folder)
    danger = _Danger(candidate, cards, heard_before, heard)
    judged = _judge(asks, now, was, manifest, manifest_before, unreached, readings, danger)
    return {
        "release": release_id(folder),
        "against": manifest_before.get("release"),
        "changes": changes(folder, before, manifest, manifest_before),
        "figures": {
            "before": _figures(asks, was, manifest_before) if was is not None else None,
            "after": _figures(asks, now, manifest),
        },
        "gates": [gate.as_json() for gate in judged],
        "safety": {**dangers.by_kind(heard_before, heard), "own": dangers.own_examples(folder)},
        "is_compared": was is not None,
        "replay": _replay(asks, was, now, readings),
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
    }


def _readings(folder: Path, before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[Readings, Readings]:
    """The words of the published release and of this one, as live mode says them today."""
    judge = Judge(read_policy(folder).clinical, (), names_of(folder))
    today = datetime.now(timezone.utc).date()
    return Readings(before, judge, today), Readings(now, judge, today)


def _replay(
    asks: _Asks,
    was: Sequence[Any] | None,
    now: Sequence[Any],
    readings: tuple[Readings, Readings] | None = None,
) -> dict[str, Any]:
    """What visitors would notice; with nothing to compare with nothing is claimed."""
    if not was:
        return NOT_REPLAYED
    return impact_of(asks.visitors, asks.of_visitors(was), asks.of_visitors(now), readings)


def _read_by(asks: _Asks, was: Sequence[Any], now: Sequence[Any]) -> list[tuple[str, Any, Any]]:
    """The must-answer messages, and those of visitors without their words."""
    own = zip(asks.must_answer, asks.of_must_answer(was), asks.of_must_answer(now), strict=True)
    theirs = zip(asks.of_visitors(was), asks.of_visitors(now), strict=True)
    return [*((text, a, b) for (_, text), a, b in own), *(("", a, b) for a, b in theirs)]


@lru_cache(maxsize=1)  # got ready before
def _understander(folder: Path) -> Understander | None:
    """The published release; none when this version cannot use what an earlier one left."""
    try:
        return Understander(folder)
    except Exception as error:
        print(f"Release {folder.name} cannot be compared with: {type(error).__name__}", file=sys.stderr)
        return None


class _Asks:
    """Every message that both releases are asked, in one list, and where each set stands in it."""

    def __init__(
        self,
        folder: Path,
        visitors: Sequence[Ask],
        *,
        known: Collection[str],
        own: Collection[str],
        firsts: Sequence[str] = (),
    ) -> None:
        """`known` are the answers of both releases, `own` and `firsts` those of the one in `folder`."""
        self.rows = read_rows(_file_of(folder, MESSAGES))
        self.outside = read_rows(_file_of(folder, OUT_OF_SCOPE))
        self.crisis = _crisis_texts()
        self.must_answer = _must_answer(_file_of(folder, MUST_ANSWER), known)
        self.tests = _tests(folder / ANSWER_TESTS, own)
        self.visitors = visitors
        sets: tuple[Sequence[Ask], ...] = (
            [_ask_of(row) for row in self.rows],
            [_ask_of(row) for row in self.outside],
            [Ask("", text) for text in self.crisis],
            [Ask("", text) for _, text in self.must_answer],
            [Ask("", text) for _, text in self.tests],
            [Ask("", text) for text in firsts],
            visitors,  # the last, so that what is ours stands together
        )
        self.all = [ask for each in sets for ask in each]
        ends = [sum(len(each) for each in sets[: at + 1]) for at in range(len(sets))]
        starts = [0, *ends[:-1]]
        self._slices = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        (self.of_rows, self.of_outside, self.of_crisis, self.of_must_answer, self.of_tests,
         self.of_firsts, self.of_visitors) = (partial(_cut, part) for part in self._slices)  # fmt: skip
        self.of_ours = partial(_cut, slice(0, starts[-1]))


class _Danger:
    """Messages of people in danger, beside those of the rules: how many are replayed, which are lost."""

    def __init__(
        self,
        candidate: Understander,
        cards: Sequence[RealCard],
        before: SafetyRecord | None,
        now: SafetyRecord,
    ) -> None:
        caught, lost = dangers.caught(now), dangers.lost_rows(before, now)
        self.replayed, self.real = len(caught) + len(lost), len(cards)
        # What safety hears is worth nothing when the bot's half passes it on to an answer.
        kept = [card for card in cards if card.id in now.cards]
        asked = [row.text for row in caught] + [card.text for card in kept]
        (decided,) = compare([candidate], [Ask("", text) for text in asked], lambda done: None)
        if decided is None:
            raise TrainingFailed("The new release cannot be asked about dangers.")
        passed_on = [Reaction.of(each).outcome != "safety" for each in decided]
        rows, real = passed_on[: len(caught)], passed_on[len(caught) :]
        lost += [row for row, is_lost in zip(caught, rows, strict=True) if is_lost]
        lost_cards = dangers.lost_cards(cards, before, now)
        lost_cards += [card for card, is_lost in zip(kept, real, strict=True) if is_lost]
        self.lost = [FailedMessage(row.text, "not heard", was=row.kind, wanted=gates.CARD) for row in lost]
        self.lost += [
            FailedMessage(VISITORS, "not heard", was=card.kind, wanted=gates.CARD, id=card.id)
            for card in lost_cards
        ]


def _cut(part: slice, decided: Sequence[Any]) -> Sequence[Any]:
    return decided[part]


def _judge(
    asks: _Asks,
    now: Sequence[Any],
    was: Sequence[Any] | None,
    manifest: Mapping[str, Any],
    manifest_before: Mapping[str, Any],
    unreached: Sequence[str],
    readings: tuple[Readings, Readings] | None = None,
    danger: _Danger | None = None,
) -> list[Gate]:
    words = gates.GateWords(manifest_before, manifest)
    scorers = Scorer(manifest_before), Scorer(manifest)
    decided = asks.of_rows(was if was is not None else now), asks.of_rows(now)
    outcomes = [_outcomes(asks.rows, each) for each in decided]

    def is_right(at: int) -> tuple[bool, bool]:
        return scorers[0].given_is_right(outcomes[0][at]), scorers[1].given_is_right(outcomes[1][at])

    published = manifest_before.get("release")
    texts = [row.text for row in asks.rows] if published else []
    new = manifest["answers"].keys() - manifest_before["answers"].keys() if published else ()
    is_lost = was is None and published
    return [
        gates.crisis(asks.crisis, asks.of_crisis(now), words, **(vars(danger) if danger else {})),
        gates.asked("must_answer", asks.must_answer, asks.of_must_answer(now), words, "must-answer messages"),
        gates.cannot_compare(str(published))
        if is_lost
        else gates.must_keep(texts, decided[0], decided[1], is_right, words),
        gates.asked("tests", asks.tests, asks.of_tests(now), words, "test messages of the answers"),
        gates.new_answers_tested(sorted(new), asks.tests, words),
        gates.reachable(unreached, len(manifest["answers"]), words),
        gates.sourced(manifest, words),
        gates.still_clinical(manifest_before, manifest, words),
        *([gates.read_differently(_read_by(asks, was, now), *readings)] if readings and was else ()),
    ]


def _figures(asks: _Asks, decided: Sequence[Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
    inside = _outcomes(asks.rows, asks.of_rows(decided))
    outside = _outcomes(asks.outside, asks.of_outside(decided))
    return score(inside, outside, Scorer(manifest)).figures


def _outcomes(rows: Sequence[LabelledMessage], decided: Sequence[Any]) -> list[Outcome]:
    return [outcome_from(row, decision) for row, decision in zip(rows, decided, strict=True)]


def _questions(folder: Path, manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """The first questions of each answer, some text even for an answer without any."""
    found: dict[str, list[str]] = {name: [] for name in sorted(manifest["answers"])}
    for text, intent in taught(document for _, document in documents(folder)).questions:
        if (name := intent.removeprefix("faq/")) in found:
            found[name].append(text)
    return {name: texts[:MAX_QUESTIONS_TRIED] or [""] for name, texts in found.items()}


def _unreached(
    candidate: Understander, questions: Mapping[str, Sequence[str]], first: Sequence[Any]
) -> list[str]:
    """Answers that none of their first questions leads to; `first` decides most of them."""

    def missed(names: Sequence[str], decided: Sequence[Any]) -> list[str]:
        pairs = zip(names, decided, strict=True)
        return [name for name, decision in pairs if f"faq/{name}" not in Reaction.of(decision).gets]

    left = missed(list(questions), first)
    for at in range(1, MAX_QUESTIONS_TRIED):
        more = {name: questions[name][at] for name in left if at < len(questions[name])}
        if not more:
            break
        still = missed(list(more), candidate.decisions([Ask("", text) for text in more.values()]))
        left = [name for name in left if name in still or name not in more]
    return left


def _ask_of(row: LabelledMessage) -> Ask:
    return Ask(row.id, row.text, after=row.after)


def _crisis_texts() -> list[str]:
    """One message for each rule that must bring a card; the rules' own tests try all of theirs."""
    rules = (rule for language in LANGUAGES for rule in load_rules(language))
    return [rule.fires_on[0] for rule in rules if rule.kind in SIGNALS]


def _tests(path: Path, own: Collection[str]) -> list[tuple[str, str]]:
    """Pairs of answer and a message that it is never taught, as the studio writes them."""
    tests = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return [(name, text) for name, texts in tests.items() if name in own for text in texts]


def _must_answer(path: Path, known: Collection[str]) -> list[tuple[str, str]]:
    """Pairs of answer and message that this clinic must keep answering."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [(row["answer"], row["text"]) for row in rows if row["answer"] in known]


def _file_of(folder: Path, name: str) -> Path:
    """A file of messages: the project's own, else the one that is shipped."""
    return folder / name if (folder / name).exists() else CODE / name
