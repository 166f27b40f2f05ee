"""Repairs spelling before anything is scored: five typos in a hundred letters cost an encoder
thirteen points of accuracy, repair gives back most of them (nlu-benchmarks.md, 3.7). Free of Rasa.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from components.spelling.abbreviations import MIXED_UP, SHORTHAND

MIN_LETTERS = 4
MIN_LETTERS_FOR_TWO_EDITS = 7
# Rare short words of the encoder's vocabulary are more often somebody's typo than somebody's word.
COMMON_ENCODER_WORDS = 12_000
MIN_LETTERS_OF_RARE_WORD = 6
# A content word that is so much rarer than one that sounds the same is a typing error on purpose.
MUCH_RARER, MIN_LETTERS_OF_SLIP = 5, 5
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


class Speller:
    """Repairs words that neither the content nor common English knows."""

    def __init__(
        self, content_words: Sequence[str], common_words: Sequence[str], rare_words: Sequence[str] = ()
    ) -> None:
        """`content_words` and `common_words` most frequent first; `rare_words` are no slips either."""
        content = [word for word in content_words if len(word) >= MIN_LETTERS]
        self._content = _ByLength(content)
        self._common = _ByLength([word for word in common_words if len(word) >= MIN_LETTERS])
        rare = (word for word in rare_words if len(word) >= MIN_LETTERS_OF_RARE_WORD)
        self._known = {*content_words, *common_words, *rare, *SHORTHAND.values()}
        self._by_sound: dict[str, str] = {}
        for word in content:
            if len(word) >= MIN_LETTERS_FOR_TWO_EDITS:
                self._by_sound.setdefault(sound_of(word), word)

    def repair(self, text: str) -> str:
        """The text with texting habits written out and unknown words repaired; case is lost."""
        return self._repaired(text, lambda match: self._word(match.group()))

    def _repaired(self, text: str, word_of: Callable[[re.Match[str]], str]) -> str:
        repaired = _WORD.sub(word_of, text.lower().replace("’", "'"))
        for pattern, meant in MIXED_UP:
            repaired = re.sub(pattern, meant, repaired)
        return repaired

    def repair_all(self, texts: Iterable[str]) -> list[str]:
        """Many texts, each of their words looked up once."""
        known: dict[str, str] = {}

        def word_of(match: re.Match[str]) -> str:
            word = match.group()
            if word not in known:
                known[word] = self._word(word)
            return known[word]

        return [self._repaired(text, word_of) for text in texts]

    def _word(self, word: str) -> str:
        if word in SHORTHAND:
            return SHORTHAND[word]
        if len(word) < MIN_LETTERS or word.endswith("'s") or self._is_known(word):
            return word
        return self._nearest(word) or self._as_heard(word) or word

    def _is_known(self, word: str) -> bool:
        """Whether this is a word, or another form of one: "massages" is not "messages"."""
        stem = re.sub(r"(?:es|s|ed|(?<!e)ing)$", "", word)
        is_form = len(stem) >= MIN_LETTERS and (stem in self._known or f"{stem}e" in self._known)
        return word in self._known or (stem != word and is_form)

    def _as_heard(self, word: str) -> str | None:
        """A long word of the content that sounds the same: "skitzophrenia"."""
        return self._by_sound.get(sound_of(word)) if len(word) >= MIN_LETTERS_FOR_TWO_EDITS else None

    def _nearest(self, word: str) -> str | None:
        for words, edits in ((self._content, 1), (self._common, 1), (self._content, 2)):
            if edits == 2 and len(word) < MIN_LETTERS_FOR_TWO_EDITS:
                continue
            likely = words.as_long_as(word, edits)
            found = process.extract(word, likely, scorer=OSA.distance, score_cutoff=edits, limit=None)
            if found:
                # Nearest, then what sounds the same ("helo" is no "help"), then the same first letter
                # (rarely mistyped), then the most frequent.
                sound = sound_of(word)
                best = min(
                    found, key=lambda hit: (hit[1], sound_of(hit[0]) != sound, hit[0][0] != word[0], hit[2])
                )
                return str(best[0])
        return None


class _ByLength:
    """Words in their order, to look through only those that are about as long as another."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._found: dict[tuple[int, int], list[str]] = {}

    def as_long_as(self, word: str, edits: int) -> list[str]:
        """The words that so many edits may make of a word of this length."""
        key = len(word), edits
        if key not in self._found:
            self._found[key] = [each for each in self._words if abs(len(each) - len(word)) <= edits]
        return self._found[key]


def speller_for(content_words: Sequence[str], language: Sequence[str]) -> Speller:
    """The speller of a content, in a language whose words are given with the most frequent first."""
    return Speller(content_words, language[:COMMON_ENCODER_WORDS], language[COMMON_ENCODER_WORDS:])


_SOUNDS = (
    ("sch", "sk"), ("ch", "k"), ("ph", "f"), ("ps", "s"), ("tz", "z"), ("ck", "k"), ("x", "ks"), ("q", "k"),
)  # fmt: skip


def sound_of(word: str) -> str:
    """Roughly how a word sounds: its first letter and its consonants, doubled ones once."""
    heard = word
    for spelled, sound in _SOUNDS:
        heard = heard.replace(spelled, sound)
    heard = re.sub(r"c(?=[eiy])", "s", heard).replace("c", "k")
    heard = heard[:1] + re.sub(r"[aeiouy']", "", heard[1:])
    return re.sub(r"(.)\1+", r"\1", heard)


def content_words_of(texts: Iterable[str], words: Collection[str] = ()) -> list[str]:
    """Words that stand in the training questions at least twice, most frequent first.

    Once is not enough: the questions hold typing errors on purpose, a few of them more often. Those
    sound like a word that is much more frequent, and are none of the language's `words`.
    """
    counts = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    frequent = [(word, count) for word, count in counts.most_common() if count > 1]
    by_sound: dict[str, list[tuple[str, int]]] = {}
    for word, count in frequent:
        by_sound.setdefault(sound_of(word), []).append((word, count))
    return [
        word
        for word, count in frequent
        if word in words or not _is_slip(word, count, by_sound[sound_of(word)])
    ]


def _is_slip(word: str, count: int, alike: Sequence[tuple[str, int]]) -> bool:
    return len(word) >= MIN_LETTERS_OF_SLIP and any(
        MUCH_RARER * count <= other_count and OSA.distance(word, other, score_cutoff=1) == 1
        for other, other_count in alike
    )
