"""After a card a plain denial brings none again; a new danger beside it does."""

from __future__ import annotations

import pytest

from safety.denials import after_card, is_plain_denial
from safety.verdicts import Verdict


@pytest.mark.parametrize(
    "text",
    [
        "no, she isn't suicidal, she told me",
        "he's not suicidal",
        "She's not going to kill herself, I asked",
        "he said he doesn't want to die",
        "no he would never hurt himself",
        "he isn't having a heart attack, it was gas",
        "Nobody is in danger!",
        "he was quoting a song.he isn't suicidal",
        "oh he meant he wanted to leave the party. he isn't suicidal, I asked him",
    ],
)
def test_a_plain_denial_is_heard(text: str) -> None:
    assert is_plain_denial(text)


@pytest.mark.parametrize(
    "text",
    [
        "no, but I want to die",
        "she isn't suicidal but she took all her pills",
        "he's not suicidal he just wants to end it all",
        "I'm not going to kill myself yet",
        "I don't want to die tonight",
        "he won't hurt himself with my gun in the safe",
        "I do not want to live",
        "I'm not suicidal, I just want to sleep forever",
        "he isn't breathing",
        "She isn't suicidal. She took forty of her pills.",
        "he's not suicidal. he gave his dog away and said goodbye to everyone",
        "no",
    ],
)
def test_any_other_word_beside_it_may_be_a_danger(text: str) -> None:
    assert not is_plain_denial(text)


@pytest.mark.parametrize(
    ("shown", "kind"), [("crisis_other", "none"), (None, "crisis_other"), ("check", "crisis_other")]
)
def test_it_counts_only_after_a_card(shown: str | None, kind: str) -> None:
    text = "she isn't suicidal, she told me"
    verdict = Verdict(kind="crisis_other", soft_line=False, rule=None, language="en", parts_left="")
    assert after_card(verdict, shown, text).kind == kind
