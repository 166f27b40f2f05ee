"""The project that the bench gives to stock Rasa: what a rule says is in its domain."""

from __future__ import annotations

from pathlib import Path

from content.yaml_files import read_yaml
from tests.bench import stock_project


def test_every_rule_and_story_of_stock_rasa_speaks_of_what_its_domain_has(tmp_path: Path) -> None:
    stock_project.write(tmp_path, questions=2)
    domain = read_yaml(tmp_path / "domain.yml")
    # Stock Rasa makes the action of a retrieval intent itself, of the responses below its name.
    actions = {name.split("/")[0] for name in domain["responses"]}
    known = {"intent": {*domain["intents"], "nlu_fallback"}, "action": actions}
    played = read_yaml(tmp_path / "data" / "rules.yml")["rules"]
    played += read_yaml(tmp_path / "data" / "stories.yml")["stories"]
    steps = [
        (kind, str(name).split("/")[0])
        for each in played
        for step in each["steps"]
        for kind, name in step.items()
    ]
    assert [step for step in steps if step[1] not in known[step[0]]] == []
    assert len(steps) > 2 * len(domain["intents"])


def test_stock_rasa_has_something_to_say_to_every_question(tmp_path: Path) -> None:
    stock_project.write(tmp_path, questions=2)
    asked = {str(entry["intent"]) for entry in read_yaml(tmp_path / "data" / "nlu.yml")["nlu"]}
    answered = set(read_yaml(tmp_path / "domain.yml")["responses"])
    # Of a retrieval intent, each answer; of another one, what its rule says.
    rules = read_yaml(tmp_path / "data" / "rules.yml")["rules"]
    said = {step["intent"]: step2["action"] for rule in rules for step, step2 in [rule["steps"]]}
    needed = {f"utter_{intent}" if "/" in intent else said[intent] for intent in asked}
    assert needed - answered == set()
