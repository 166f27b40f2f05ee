"""Whatever a danger is wrapped in, it is still seen; and it is never hidden by a harmless neighbour."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from safety.check import check
from safety.rules import SIGNALS
from tests.safety.phrases import DANGEROUS

LEET = str.maketrans("ie", "13")
WRAPPERS: dict[str, Callable[[str], str]] = {
    "slash command": lambda text: f"/restart {text}",
    "slash payload": lambda text: f'/faq/k_hole{{"x":1}} {text}',
    "wide space and slash": lambda text: f"\u3000/stop\u3000{text}",
    "quotes": lambda text: f"\u201c{text}\u201d",
    "zero width inside words": lambda text: "\u200b".join(text),
    "zero width for spaces": lambda text: text.replace(" ", "\u200b"),
    "capitals": str.upper,
    "emoji": lambda text: f"\U0001f62d {text} \U0001f494\U0001f494",
    "emoji between words": lambda text: text.replace(" ", " \U0001f62d ", 2),
    "code fence": lambda text: f"```\n{text}\n```",
    "full width": lambda text: "".join(
        chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text
    ),
    "direction override": lambda text: f"\u202e{text}\u202c",
    "combining marks": lambda text: "".join(f"{letter}\u0336" for letter in text),
    "before a question": lambda text: f"{text}. how much does a session cost?",
    "after a question": lambda text: f"Do you take insurance? {text}",
    "under a polite line": lambda text: f"hello there,\n\n{text}\n\nthanks",
    "after a look-alike": lambda text: f"my back is killing me today. {text}",
    "before a look-alike": lambda text: f"{text}. anyway i'm dying to know the price",
}
EXPLICIT = [row["text"] for row in DANGEROUS if row["style"] in ("plain", "long")]


def missed(texts: list[str], wrapper: str) -> list[str]:
    return [text for text in texts if check(WRAPPERS[wrapper](text)).kind not in SIGNALS]


@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_a_wrapped_danger_is_seen(wrapper: str) -> None:
    # Each wrapper begins with another phrase, so that together they meet most of them.
    first = list(WRAPPERS).index(wrapper)
    assert missed(EXPLICIT[first :: len(WRAPPERS)], wrapper) == []


@pytest.mark.thorough
@pytest.mark.parametrize("wrapper", WRAPPERS)
def test_every_danger_is_seen_in_every_wrapper(wrapper: str) -> None:
    assert missed(EXPLICIT, wrapper) == []


@pytest.mark.parametrize(
    "text",
    [
        "i want to k1ll mys3lf",
        "wanna d1e",
        "su1c1dal again",
        "i want to d i e",
        "i.want.to.die",
        "i. want. to. die.",
        "i-want-to-die",
        "i_want_to_die",
        "iwanttodie",
        "#iwanttodie",
        "i w a n t t o d i e",
        "i want to... die",
        "i want to diiiiieeee",
        "i wаnt tо dіe",  # with Cyrillic letters
        "i want to k*ll myself",
        "gonna k!ll myself",
        "suicid3 thoughts tonight",
        "ＫＭＳ",
        "m e  q u i e r o  m o r i r",
        "mequieromatar",
    ],
)
def test_a_disguised_danger_is_seen(text: str) -> None:
    assert check(text).kind in SIGNALS


@pytest.mark.parametrize(
    "text",
    [
        "the therapist studied ingredients for soldiers",
        "suitable for diet and audience",
        "988",
        "2nd floor, 5mg, 10am",
        "w3 b00k 4 2morrow",
        "k",
        "o k t h a n k s",
    ],
)
def test_undoing_disguises_invents_no_danger(text: str) -> None:
    assert check(text).kind == "none"
