"""The project that the bench gives to stock Rasa: what a rule says is in its domain."""

from __future__ import annotations

from pathlib import Path

from content.yaml_files import read_yaml
from tests.bench import stock_project


def test_every_rule_and_story_of_stock_rasa_speaks_of_what_its_domain_has(tmp_path: Path) -> None:
    stock_project.write(tmp_path, questions=2)
    domain = read_yaml(tmp_path / "domain.yml")
    known = {"intent": {*domain["intents"], "nlu_fallback"}, "action": {*domain["responses"], "utter_faq"}}
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
