"""Owns the verdict on one message: which card, whether a soft line, and what is left to answer."""

from __future__ import annotations

import logging
import re
import traceback
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from safety.cleaning import MAX_MESSAGE_CHARS, MAX_RAW_CHARS, is_everyday, tidy
from safety.kept_rules import load_kept
from safety.language import language_of
from safety.opinions import second_opinion
from safety.pattern_syntax import END
from safety.rules import SIGNALS, RuleMatcher, Span, load_matchers
from safety.sentences import split_clauses, split_lines, split_sentences
from safety.verdicts import Verdict
from safety.words import Words, cut_sentences, read_cut, without_overlays

__all__ = ["Verdict", "check", "matchers", "warm_up"]

log = logging.getLogger(__name__)

# Of a text longer than a message may be, so much is judged at either end: a cry stands there.
END_CHARS = MAX_MESSAGE_CHARS // 2
# After a card at most so many clauses are asked whether they are questions of their own.
MAX_QUESTIONS = 16
# "/restart", "/faq/k_hole{...}": what chat systems take for commands.
_COMMAND = re.compile(r"^\s*/[\w/]+(?:\{[^}]*\})?")
# How near "people who" must stand to what it makes general.
ANYBODY_REACH = 3
_KEPT: list[Path] = []  # where this process finds the rules compiled, if it was told


@dataclass(frozen=True)
class _Finding:
    kind: str
    span: Span


def check(raw: str) -> Verdict:
    """Judge one message; a failure in here is "unsure", never "no crisis"."""
    try:
        return _check(raw)
    except Exception as error:
        # The message of an exception may quote the visitor: only its type and place leave this room.
        place = traceback.extract_tb(error.__traceback__)[-1]
        log.error(
            "safety check failed, verdict unsure: %s at %s:%s", type(error).__name__, place.name, place.lineno
        )
        return unsure(raw)


def unsure(text: str) -> Verdict:
    """Give the verdict when none can be had: 988, 911 and people, and all of it is left to answer."""
    return Verdict("unsure", soft_line=False, rule=None, language="en", parts_left=text)


def warm_up(kept: Path | None = None) -> None:
    """Load the rules now instead of with the first message, from where they are kept compiled."""
    _KEPT[:] = [kept] if kept else []
    check("warm up")


def matchers() -> dict[str, RuleMatcher]:
    """Load the rules of every language once; broken rules raise at once each time."""
    loaded = _loaded()
    if isinstance(loaded, Exception):
        raise loaded
    return loaded


@cache
def _loaded() -> dict[str, RuleMatcher] | Exception:
    # Reading the rules takes seconds: a failure is remembered, or every message would take them.
    try:
        return load_kept(_KEPT[0]) if _KEPT else load_matchers()
    except Exception as error:
        return error


def check_by_rules(raw: str) -> Verdict:
    """Judge one message by the rules alone, as a browser does while no server answers. May raise."""
    return _by_rules(raw)[0]


def check_by_classifier(raw: str) -> Verdict:
    """Judge one message by the classifier alone, as if no rule had fired. May raise."""
    by_rules, text, sentences, _ = _by_rules(raw)
    none = replace(by_rules, kind="none", rule=None, soft_line=False, parts_left=text)
    return second_opinion(none, text, sentences, explicit=False, hints=())


def _check(raw: str) -> Verdict:
    by_rules, text, sentences, found = _by_rules(raw)
    is_explicit = any(finding.span.rule.explicit for finding in found)
    hints = dict.fromkeys(" ".join(sentences[each.span.start : each.span.end]) for each in found)
    verdict = second_opinion(by_rules, text, sentences, explicit=is_explicit, hints=list(hints))
    return replace(verdict, explicit=is_explicit) if is_explicit else verdict


def _by_rules(raw: str) -> tuple[Verdict, str, list[str], list[_Finding]]:
    """Give the rules' verdict, the text and sentences they read, and where each rule fired."""
    raw = _ends(raw, MAX_RAW_CHARS // 2)
    text = _ends(tidy(raw), END_CHARS)
    sentences = _sentences(raw)
    findings: list[_Finding] = []
    soft_line = False
    for reading, words, matcher in _read(_readings(raw, text, sentences)):
        found, soft = _judge(words, matcher)
        findings += found if reading is sentences else [_whole(each, sentences) for each in found]
        soft_line = soft_line or soft
    verdict = _verdict(text, sentences, findings, soft_line=soft_line)
    return verdict, text, sentences, findings


def _ends(text: str, chars: int) -> str:
    """Give a text whole, or when it is longer than both its ends, these two."""
    return text if len(text) <= 2 * chars else f"{text[:chars]}\n.\n{text[-chars:]}"


def _sentences(raw: str) -> list[str]:
    """Cut a message into sentences; the end of a line ends one too."""
    seen = "\n".join(line for line in map(tidy, raw.splitlines()) if line)
    return split_lines(_ends(seen, END_CHARS))


def _readings(raw: str, text: str, sentences: list[str]) -> list[list[str]]:
    """Give the sentences, and the other ways to read them.

    Lines run on, hidden characters taken for gaps, and without strokes or a command in front.
    """
    if is_everyday(raw) and not _COMMAND.match(text):
        return [sentences]  # they would all be the same
    run_on = without_overlays(text)
    apart = without_overlays(_ends(tidy(raw, hidden=" "), END_CHARS))
    return [sentences, *map(split_sentences, dict.fromkeys((run_on, apart, _COMMAND.sub("", run_on))))]


def _read(readings: list[list[str]]) -> Iterator[tuple[list[str], Words, RuleMatcher]]:
    """Give the words of each reading in each language; what says the same as one before it is left out."""
    seen: dict[str, list[tuple[list[str], frozenset[int]]]] = defaultdict(list)
    for reading in readings:
        cut = cut_sentences(reading)
        for language, matcher in matchers().items():
            words = read_cut(cut, matcher.lexicon)
            if (said := (words.words, words.commas)) not in seen[language]:
                seen[language].append(said)
                yield reading, words, matcher


def _judge(words: Words, matcher: RuleMatcher) -> tuple[list[_Finding], bool]:
    spans = matcher.match(words)
    masks = _by_word(_masks(spans, words))
    soft_line = any(span.rule.kind == "soft" for span in spans)
    findings: list[_Finding] = []
    for span in (span for span in spans if span.rule.kind in SIGNALS):
        near = (mask for at in range(span.start, span.end) for mask in masks.get(at, ()))
        hiding = [mask for mask in near if _hides(mask, span)]
        if hiding:
            despair = span.rule.kind.startswith("crisis")
            soft_line = soft_line or (despair and any(mask.rule.soft_line for mask in hiding))
            continue
        kind = _kind(span, words, matcher)
        if kind is None:
            soft_line = True
        else:
            findings.append(_Finding(kind, span_with_sentences(span, words)))
    return findings, soft_line


def span_with_sentences(span: Span, words: Words) -> Span:
    """Give the span counted in sentences instead of words."""
    # A pattern that begins with the start of a sentence holds the end of the one before.
    start = span.start + (words.words[span.start] == END and span.end > span.start + 1)
    return Span(span.rule, words.sentences[start], words.sentences[span.end - 1] + 1)


def _whole(finding: _Finding, sentences: list[str]) -> _Finding:
    """Make a finding of another reading stand for the whole message."""
    return _Finding(finding.kind, Span(finding.span.rule, 0, len(sentences)))


def _masks(spans: list[Span], words: Words) -> list[Span]:
    """Give the look-alikes that hold: each up to its first comma."""
    by_sentence: dict[int, list[str]] = defaultdict(list)
    for word, at in zip(words.words, words.sentences, strict=True):
        by_sentence[at].append(word)
    sentences = {at: f" {' '.join(said)} " for at, said in by_sentence.items()}
    stands_back: dict[tuple[str, int], bool] = {}
    masks: list[Span] = []
    for span in (span for span in spans if span.rule.kind == "look_alike"):
        at = words.sentences[span.start]
        key = span.rule.id, at
        if key not in stands_back:
            stands_back[key] = any(f" {phrase} " in sentences[at] for phrase in span.rule.unless)
        if not stands_back[key]:
            masks.append(_until_comma(span, words))
    return masks


def _by_word(masks: list[Span]) -> dict[int, list[Span]]:
    """Find masks by the words they lie on: a long message has thousands, and few at one place."""
    found: dict[int, list[Span]] = defaultdict(list)
    for mask in masks:
        for at in range(mask.start, mask.end):
            found[at].append(mask)
    return found


def _until_comma(mask: Span, words: Words) -> Span:
    """End a look-alike at its first comma, what follows is another thought; it hides no end of a sentence."""
    end = next((at + 1 for at in range(mask.start, mask.end) if at in words.commas), mask.end)
    said = [at for at in range(mask.start, end) if words.words[at] != END]
    return Span(mask.rule, said[0], said[-1] + 1) if said else mask


def _hides(mask: Span, span: Span) -> bool:
    named = mask.rule.hides
    return mask.overlaps(span) and (not named or span.rule.kind in named or span.rule.id in named)


def _kind(span: Span, words: Words, matcher: RuleMatcher) -> str | None:
    """Give the kind of card; None when a wish to die is spoken of in general."""
    if span.rule.kind != "crisis":
        return span.rule.kind
    lexicon = matcher.lexicon
    inside = words.words[span.start : span.end]
    if any(word in lexicon.first_person for word in inside):
        return "crisis"
    if any(word in lexicon.reflexive for word in inside):
        return "crisis_other"
    for distance, word in enumerate(_before(span, words), start=1):
        if word in lexicon.first_person:
            return "crisis"
        if word in lexicon.third_person:
            return "crisis_other"
        if word in lexicon.anybody and distance <= ANYBODY_REACH:
            return None
    return "crisis_other" if any(word in lexicon.third_person for word in inside) else "crisis"


def _before(span: Span, words: Words) -> Iterator[str]:
    """Give the words of the span's sentence before it, the nearest first."""
    for at in range(span.start - 1, -1, -1):
        if words.words[at] == END:
            return
        yield words.words[at]


def _verdict(text: str, sentences: list[str], findings: list[_Finding], *, soft_line: bool) -> Verdict:
    language = "es" if language_of(text) == "es" else "en"
    if not findings:
        return Verdict("none", soft_line, rule=None, language=language, parts_left=text)
    first = min(findings, key=lambda finding: SIGNALS.index(finding.kind))
    if first.span.rule.language == "es":
        language = "es"
    fired = {
        at
        for finding in findings
        for at in range(finding.span.start, finding.span.end)
        if at < len(sentences)
    }
    left = _left(sentences, fired)
    return Verdict(
        first.kind, soft_line=False, rule=first.span.rule.id, language=language, parts_left=" ".join(left)
    )


def _left(sentences: list[str], fired: set[int]) -> list[str]:
    """Keep the sentences where nothing fired, and of the others the clauses that ask something."""
    left: list[str] = []
    looks = MAX_QUESTIONS
    for at, sentence in enumerate(sentences):
        if at not in fired:
            left.append(sentence)
            continue
        asking = [clause for clause in _clauses(sentence) if _asks(clause)]
        left += [clause for clause in asking[:looks] if not _fires(clause)]
        looks = max(0, looks - len(asking))
    return left


def _clauses(sentence: str) -> list[str]:
    clauses = split_clauses(sentence)
    return clauses if len(clauses) > 1 else []


def _asks(clause: str) -> bool:
    words = clause.casefold().lstrip("¿\"'( ").replace("'", " ").split()
    return bool(words) and any(words[0] in each.lexicon.questions for each in matchers().values())


def _fires(clause: str) -> bool:
    return any(_judge(words, matcher)[0] for _, words, matcher in _read([[clause]]))
