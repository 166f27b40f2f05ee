"""Owns how a text becomes the words the rules are written in: one spelling for each, fillers gone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from safety.cleaning import normalise
from safety.lexicon import Lexicon
from safety.pattern_syntax import END

# Letters drawn alike, and digits and signs that stand for letters.
_LOOK_ALIKE_LETTERS = str.maketrans(
    "авеікмнорстухѕјԁοαενιρτυκᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "abeikmhopctyxsjdoaevipTuk".lower() + "abcdefghijklmnoprstuvwyz",
)
_LEET = str.maketrans("013457@$!|", "oieastasil")
_TOKEN = re.compile(r"[^\W_]+(?:['@$!*|]+[^\W_]+)*|[,:\u2013\u2014]|[^\w\s.]")
_DOUBLED = re.compile(r"(.)\1")
_GLUED_HINT = re.compile(r"die|kill|suicid|myself|mylife|wantto|wanna|endit|morir|matar|suicida")
MAX_GLUED_CHARS = 40
# Of each sentence its clauses, of each clause its tokens.
Cut = list[list[list[str]]]


@dataclass(frozen=True)
class Words:
    """The words of a message with, for each, its sentence and whether a comma follows it."""

    words: list[str]
    sentences: list[int]
    commas: frozenset[int]


def read_words(sentences: list[str], lexicon: Lexicon) -> Words:
    """Read the words of a message's sentences; every sentence stands between two END."""
    return read_cut(cut_sentences(sentences), lexicon)


def cut_sentences(sentences: list[str]) -> Cut:
    """Cut sentences into clauses and tokens, which are the same in every language."""
    return [_clauses(without_overlays(normalise(sentence))) for sentence in sentences]


def read_cut(cut: Cut, lexicon: Lexicon) -> Words:
    """Read the words of sentences that are cut already."""
    # A boundary before the first word, so that a rule can ask for the start of a sentence too.
    words: list[str] = [END]
    numbers: list[int] = [0]
    commas: set[int] = set()
    for number, clauses in enumerate(cut):
        for clause in clauses:
            spelled = [part for token in clause for part in _plain(token, lexicon)]
            words.extend(meant_by(_join_letters(spelled, lexicon), lexicon))
            commas.add(len(words) - 1)
        # "i. want. to. die.": words one by one are emphasis, not sentences; "suicidal. what is it?" are two.
        after = cut[number + 1] if number + 1 < len(cut) else []
        if sum(map(len, clauses)) > 1 or sum(map(len, after)) != 1:
            words.append(END)
        numbers.extend([number] * (len(words) - len(numbers)))
    return Words(words, numbers, frozenset(commas))


def without_overlays(text: str) -> str:
    """Drop the marks that no letter took in: strokes through every letter of a message."""
    return "".join(character for character in text if not unicodedata.combining(character))


def _clauses(text: str) -> list[list[str]]:
    clauses: list[list[str]] = [[]]
    for token in _TOKEN.findall(text):
        if token in ",:\u2013\u2014":
            clauses.append([])
        else:
            clauses[-1].append(token)
    return clauses


def meant_by(spelled: list[str], lexicon: Lexicon) -> list[str]:
    """Give the words meant, longest spelling first, without the fillers."""
    meant: list[str] = []
    position = 0
    while position < len(spelled):
        length, found = _longest_spelling(spelled, position, lexicon)
        meant.extend(word for word in found if word not in lexicon.fillers)
        position += length
    return meant


def _longest_spelling(spelled: list[str], position: int, lexicon: Lexicon) -> tuple[int, list[str]]:
    reach = lexicon.reach.get(spelled[position], 0)
    for length in range(min(reach, len(spelled) - position), 0, -1):
        found = lexicon.spellings.get(tuple(spelled[position : position + length]))
        if found is not None:
            return length, list(found)
    return 1, [spelled[position]]


def _plain(token: str, lexicon: Lexicon) -> list[str]:
    """Give a token without accents and disguises, cut where it holds several words."""
    if (token,) in lexicon.spellings:
        return [token]
    bare = _without_accents(token)
    known = lexicon.vocabulary
    if bare in known or (bare,) in lexicon.spellings:
        return [bare]
    if "'" in bare:
        return _apart(bare, lexicon)
    for guess in _undisguised(bare, lexicon):
        if guess in known or (guess,) in lexicon.spellings:
            return [guess]
    if len(bare) <= MAX_GLUED_CHARS and _GLUED_HINT.search(bare):
        parts = segment(bare, known)
        if len(parts) > 1:
            return parts
    return re.findall(r"\w+", bare)


_ENDINGS = {"m": "am", "re": "are", "ll": "will", "ve": "have", "d": "would", "s": "is"}


def _apart(token: str, lexicon: Lexicon) -> list[str]:
    """Spell out "don't" and "i'm"; other apostrophes only go."""
    glued = token.replace("'", "")
    stem, _, ending = token.rpartition("'")
    if ending == "t" and (glued,) in lexicon.spellings:
        return [glued]
    if lexicon.language == "en" and ending in _ENDINGS:
        return [*_plain(stem, lexicon), _ENDINGS[ending]]
    return [glued]


def _undisguised(word: str, lexicon: Lexicon) -> list[str]:
    """List what a disguised or mistyped word may be, nearest first."""
    guesses: list[str] = []
    if any(character.isdigit() or character in "@$!|" for character in word):
        guesses += [word.translate(_LEET), word.translate(_LEET).replace("i", "l")]
    if "*" in word:
        guesses += [known for known in sorted(lexicon.repaired) if _is_starred(word, known)]
    if _DOUBLED.search(word):
        guesses += [_DOUBLED.sub(r"\1", word)]
        guesses += [word[: m.start()] + word[m.start() + 1 :] for m in _DOUBLED.finditer(word)]
    repair = repaired(word, lexicon.repaired)
    return [*guesses, repair] if repair else guesses


def _is_starred(word: str, known: str) -> bool:
    """Tell whether a word is the known one with stars for some of its letters."""
    same_length = len(word) == len(known)
    return same_length and all(left in ("*", right) for left, right in zip(word, known, strict=True))


@lru_cache(maxsize=4_096)
def repaired(word: str, targets: frozenset[str]) -> str | None:
    """Give the dangerous word this one is a single slip away from, if any.

    Only words of six letters and more are repaired: among short ones everything is one slip away.
    """
    if len(word) < 5 or not word.isalpha():
        return None
    near = (target for target in sorted(targets) if len(target) >= 6 and one_slip(word, target))
    return next(near, None)


def one_slip(left: str, right: str) -> bool:
    """Tell whether one letter added, dropped, changed or swapped makes the words the same."""
    if abs(len(left) - len(right)) > 1 or left[0] != right[0]:
        return False
    start = 0
    while start < min(len(left), len(right)) and left[start] == right[start]:
        start += 1
    rest, other = left[start:], right[start:]
    swapped = rest[:2] == other[:2][::-1] and rest[2:] == other[2:]
    return swapped or rest[1:] == other[1:] or rest[1:] == other or rest == other[1:]


def segment(glued: str, vocabulary: set[str]) -> list[str]:
    """Cut "iwanttodie" into the fewest known words; nothing when it cannot be cut."""
    best: list[list[str] | None] = [[]] + [None] * len(glued)
    for end in range(1, len(glued) + 1):
        for start in range(end):
            before = best[start]
            if before is None or glued[start:end] not in vocabulary:
                continue
            found = best[end]
            if found is None or len(before) + 1 < len(found):
                best[end] = [*before, glued[start:end]]
    return best[-1] or []


def _join_letters(words: list[str], lexicon: Lexicon) -> list[str]:
    """Join "d i e" and "i w a n t t o d i e" into words."""
    joined: list[str] = []
    run: list[str] = []
    for word in [*words, ""]:
        if len(word) == 1 and word.isalpha():
            run.append(word)
            continue
        whole = "".join(run)
        cut = segment(whole, lexicon.vocabulary) if 3 <= len(run) <= MAX_GLUED_CHARS else []
        joined += cut or run
        run = []
        joined += [word] if word else []
    return joined


@lru_cache(maxsize=4_096)
def _without_accents(token: str) -> str:
    decomposed = unicodedata.normalize("NFKD", token)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    if bare.isascii():
        return bare
    latin = any("a" <= character <= "z" for character in bare)
    swapped = bare.translate(_LOOK_ALIKE_LETTERS)
    return swapped if latin or (bare.isalpha() and swapped.isascii()) else bare
