"""Finds the words of a clinic's lists in a text, with spaCy's PhraseMatcher and Matcher.

For what owners write. No message of a visitor comes here: for those, `safety/matching.py` bounds the cost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, product
from typing import Any

from rapidfuzz.distance import OSA
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from content.clinical_words import Phrase, Together, Token

# So long a word with one letter wrong is still this word ("ibuprofin").
MIN_MISSPELT = 8
END = "."
MIN_TOLD_WORDS = 4  # "That is fine." alone tells nobody what to do
_ENDS = re.compile(r"[.!?;:]|\s+")

# A piece of a text (characters from, to before) and the name of what was found there.
Found = tuple[int, int, str]
Pattern = list[dict[str, Any]]


class Finder:
    """All lists of one clinic, ready to be looked for."""

    def __init__(
        self,
        phrases: Mapping[str, frozenset[Phrase]],
        together: Sequence[Together],
        harmless: frozenset[Phrase],
        *,
        addressed: frozenset[Phrase] = frozenset(),
        running: frozenset[Phrase] = frozenset(),
    ) -> None:
        vocab = Vocab()
        self._harmless = _Lists(vocab, {"harmless": harmless})
        self._lists = _Lists(vocab, phrases)
        self._of_sentences = _Lists(vocab, {"addressed": addressed, "running": running})
        self._misspelt = Matcher(vocab, fuzzy_compare=_is_misspelt)
        if long_words := sorted(_long_words(phrases.get("medicines", ()))):
            self._misspelt.add("medicines", [[{"ORTH": {"FUZZY1": {"IN": long_words}}}]])
        self._together = Matcher(vocab)
        for number, pair in enumerate(together):
            self._together.add(str(number), list(_pair_patterns(pair)))
        self._vocab = vocab

    def find(self, tokens: Sequence[Token]) -> list[Found]:
        """Everything that makes a text clinical; what is harmless is taken out first."""
        told = list(self._told_without_subject(tokens))
        tokens = self._without_harmless(tokens)
        doc = self._doc(tokens)
        found = [*self._lists.find(doc), *self._misspelt_in(doc), *self._pairs_in(doc)]
        return told + [(tokens[start].start, tokens[end - 1].end, name) for start, end, name in found]

    def _told_without_subject(self, tokens: Sequence[Token]) -> Iterator[Found]:
        """Sentences that tell a visitor what to do or to hope for, not of the clinic's running."""
        for is_end, group in groupby(tokens, key=lambda each: bool(_ENDS.fullmatch(each.word))):
            sentence = [] if is_end else list(group)
            if len(sentence) >= MIN_TOLD_WORDS:
                names = {name for _, _, name in self._of_sentences.find(self._doc(sentence))}
                if names == {"addressed"}:
                    yield sentence[0].start, sentence[-1].end, "told"

    def _doc(self, tokens: Sequence[Token]) -> Doc:
        return Doc(self._vocab, words=[END if _ENDS.fullmatch(each.word) else each.word for each in tokens])

    def _without_harmless(self, tokens: Sequence[Token]) -> list[Token]:
        """The words that are left; where some were taken out nothing comes together."""
        left: list[Token] = []
        done = 0
        for start, end, _ in sorted(self._harmless.find(self._doc(tokens)), key=lambda at: (at[0], -at[1])):
            if start >= done:
                left += [*tokens[done:start], Token(END, tokens[start].start, tokens[start].start)]
                done = end
        return [*left, *tokens[done:]]

    def _misspelt_in(self, doc: Doc) -> Iterator[Found]:
        yield from ((start, end, doc.vocab.strings[name]) for name, start, end in self._misspelt(doc))

    def _pairs_in(self, doc: Doc) -> Iterator[Found]:
        """Of each pair, from each first word to the nearest second one."""
        nearest: dict[tuple[int, int], int] = {}
        for pair, start, end in self._together(doc):
            nearest[pair, start] = min(end, nearest.get((pair, start), end))
        yield from ((start, end, "advice") for (_, start), end in nearest.items())


class _Lists:
    """Named lists of phrases: whole words by PhraseMatcher, those with any ending by Matcher."""

    def __init__(self, vocab: Vocab, phrases: Mapping[str, Iterable[Phrase]]) -> None:
        self._whole, self._open_ended = PhraseMatcher(vocab), Matcher(vocab)
        for name, listed in phrases.items():
            open_ended = [phrase for phrase in listed if any(word.endswith("*") for word in phrase)]
            self._whole.add(name, [Doc(vocab, words=list(p)) for p in listed if p not in open_ended])
            if open_ended:
                self._open_ended.add(name, _patterns(open_ended))

    def find(self, doc: Doc) -> Iterator[Found]:
        """Every place of every phrase, as tokens from, to before, and the name of its list."""
        for matcher in (self._whole, self._open_ended):
            yield from ((start, end, doc.vocab.strings[name]) for name, start, end in matcher(doc))


def _patterns(phrases: Iterable[Phrase]) -> list[Pattern]:
    """Patterns for phrases; single words share one, so that each word of a text is looked at once."""
    single = sorted(phrase[0] for phrase in phrases if len(phrase) == 1)
    longer = [[_one_of([word]) for word in phrase] for phrase in sorted(phrases) if len(phrase) > 1]
    return [[_one_of(single)], *longer] if single else longer


def _one_of(words: Sequence[str]) -> dict[str, Any]:
    if len(words) == 1 and not words[0].endswith("*"):
        return {"ORTH": words[0]}
    endings = (re.escape(word[:-1]) if word.endswith("*") else f"{re.escape(word)}$" for word in words)
    return {"ORTH": {"REGEX": f"^(?:{'|'.join(endings)})"}}


def _pair_patterns(pair: Together) -> Iterator[Pattern]:
    between = {"ORTH": {"NOT_IN": [END]}, "OP": f"{{,{pair.within}}}"}
    for first, then in product(_patterns(pair.first), _patterns(pair.then)):
        yield [*first, between, *then]


def _long_words(medicines: Iterable[Phrase]) -> Iterator[str]:
    for phrase in medicines:
        if len(phrase) == 1 and len(word := phrase[0].rstrip("*")) >= MIN_MISSPELT:
            yield word


def _is_misspelt(word: str, known: str, most: int) -> bool:
    """Count letters that changed places as one mistake; spaCy's own comparison counts two."""
    return word[0] == known[0] and OSA.distance(word, known, score_cutoff=most) <= most
