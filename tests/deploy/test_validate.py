"""What Rasa's validator only prints counts; what is as it should be does not."""

from __future__ import annotations

import pytest

from deploy.validate import findings

AT = "io.py:100: UserWarning:"
CODE = frozenset({"utter_said_by_an_action", "made_by_a_component"})


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 10:00:00 WARNING  rasa.validator  - The intent 'x' has two forms.",
        "2026-01-01 10:00:00 [warning  ] validator.verify_intents.not_used",
        "2026-01-01 10:00:00 ERROR    rasa.validator  - No intents found.",
        f"{AT} The utterance 'utter_forgotten' is not used in any story or rule.",
        f"{AT} The intent 'x' is listed in the domain file, but is not found in the training data.",
        f"{AT} The following duplicated intents have been found across files: greet",
    ],
)
def test_a_finding_is_found(line: str) -> None:
    assert list(findings([line], named_by_code=CODE)) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "2026-01-01 10:00:00 INFO     rasa.validator  - Validating intents...",
        "MovedIn20Warning: Deprecated API features detected!",
        "pkg_resources.py:3: DeprecationWarning: pkg_resources is deprecated",
        "tensorflow/compiler: TF-TRT Warning: Could not find TensorRT",
        f"{AT} The utterance 'utter_said_by_an_action' is not used in any story or rule.",
        f"{AT} The intent 'made_by_a_component' is listed in the domain file, but is not found.",
        f"{AT} The following duplicated intents have been found across multiple files: faq",
    ],
)
def test_what_is_as_it_should_be_is_not(line: str) -> None:
    assert list(findings([line], named_by_code=CODE)) == []


def test_an_issue_is_judged_by_its_second_line() -> None:
    head = f"{AT} Issue found in 'data/stories.yml' while parsing story one:"
    fine = "User intent 'faq/one' is a full retrieval intent."
    wrong = "Found intent 'no_such_intent' which is not part of the domain."
    found = list(findings([head, fine, head, wrong], named_by_code=CODE))
    assert found == [f"{head} {wrong}"]
