"""Write `data/` out as a project for stock Rasa: `python -m tests.bench.stock_project TO QUESTIONS`.

The same questions and replies, in Rasa's own words. What stock Rasa has no place for is adapted:

- Titles, sources and dates of an answer stay behind; a reply is its English wording.
- A fact in a reply ({phone}) becomes a plain word: stock Rasa would fill it from a slot.
- Skills that need our actions (the callback form, a person) get one sentence of text. So stock Rasa
  runs without an action server, which makes its turns cheaper than ours.
- Asking back, crises and Spanish are parts of ours; stock Rasa has its FallbackClassifier instead.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

from content.yaml_files import read_yaml
from tests.bench.sample import sample

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CONFIG = HERE / "stock" / "config.yml"
# What a skill of ours says in stock Rasa; the names are those of data/.
SAYS = {
    "greet": "utter_greet",
    "thank": "utter_you_are_welcome",
    "goodbye": "utter_goodbye",
    "affirm": "utter_acknowledge",
    "deny": "utter_all_right",
    "bot_identity": "utter_bot_identity",
    "capabilities": "utter_capabilities",
    "insult": "utter_insult",
    "compliment": "utter_compliment",
    "out_of_scope": "utter_decline",
    "none_of_these": "utter_none_of_these",
    "cancel_callback": "utter_nothing_to_cancel",
    "nlu_fallback": "utter_default",
}
# Skills that need the form or an action of ours.
SPOKEN = {
    "callback": "Our team can call you. Please leave your name and number.",
    "talk_to_human": "I'm a computer program. Please call us to talk to a person.",
    "inform": "Thank you. I have noted that.",
    "correct_details": "Thank you. I have noted that.",
    "refuse_details": "All right, you don't have to leave anything.",
}
AND_MORE = "Thank you for telling me. Please ask me a question, or call us."
FACT = re.compile(r"\{(\w+)\}")


def main() -> int:
    """Write the project into the folder named on the command line."""
    write(Path(sys.argv[1]), questions=int(sys.argv[2]))
    return 0


def write(to: Path, *, questions: int) -> None:
    """Write config, domain, rules, stories and at most so many questions of each intent (0: all)."""
    (to / "data").mkdir(parents=True, exist_ok=True)
    shutil.copy(CONFIG, to / "config.yml")
    (to / "credentials.yml").write_text("rest: {}\n", encoding="utf-8")
    (to / "endpoints.yml").write_text("", encoding="utf-8")
    documents = [read_yaml(path) for path in sorted((ROOT / "data").rglob("*.yml"))]
    nlu = [entry for document in documents for entry in _questions(document, questions)]
    intents = {str(entry["intent"]) for entry in nlu}
    names = {intent.split("/")[0] for intent in intents}
    said = {_says(name) for name in names | {"nlu_fallback"}}
    responses = {
        name: texts
        for document in documents
        for name, texts in _responses(document).items()
        if name.startswith("utter_faq/") or name in said
    }
    responses |= {f"utter_{name}": [_text(text)] for name, text in SPOKEN.items()}
    # What our actions and policies say in several steps is one sentence here. An intent with a slash has
    # a response of its own, or stock Rasa says nothing.
    needed = said | {f"utter_{intent}" for intent in intents if "/" in intent}
    retrieved = {f"utter_{intent.split('/')[0]}" for intent in intents if "/" in intent}
    responses |= {name: [_text(AND_MORE)] for name in sorted(needed - set(responses) - retrieved)}
    _dump(to / "data" / "nlu.yml", {"nlu": nlu})
    _dump(to / "data" / "rules.yml", {"rules": [_rule(name) for name in sorted(names | {"nlu_fallback"})]})
    _dump(to / "data" / "stories.yml", {"stories": list(_stories())})
    _dump(to / "domain.yml", _domain(names, responses))


def _questions(document: Any, most: int) -> Iterator[dict[str, Any]]:
    for entry in document.get("nlu") or ():
        if "intent" not in entry:  # phrases of our own extractors
            continue
        examples = sample(str(entry["examples"]), most, seed=str(entry["intent"]))
        yield {"intent": str(entry["intent"]), "examples": LiteralScalarString(examples)}


def _responses(document: Any) -> dict[str, list[dict[str, str]]]:
    found = document.get("responses") or {}
    return {str(name): [_text(_english(variations))] for name, variations in found.items()}


def _english(variations: Any) -> str:
    """The first English wording; one that needs no fact before one that does."""
    texts = [str(each["text"]) for each in variations if each["metadata"]["language"] == "en"]
    texts = texts or [str(each["text"]) for each in variations]
    return sorted(texts, key=lambda text: bool(FACT.search(text)))[0]


def _text(text: str) -> dict[str, str]:
    return {"text": DoubleQuotedScalarString(FACT.sub(r"our \1", text).replace("{", "(").replace("}", ")"))}


def _says(intent: str) -> str:
    return SAYS.get(intent, f"utter_{intent}")


def _rule(intent: str) -> dict[str, Any]:
    says = _says(intent)
    return {"rule": f"say {says} for {intent}", "steps": [{"intent": intent}, {"action": says}]}


def _stories() -> Iterator[dict[str, Any]]:
    """The named conversations of data/stories.yml, without our actions and the form."""
    for story in read_yaml(ROOT / "data" / "stories.yml")["stories"]:
        steps = [dict(step) for step in story["steps"]]
        if any("active_loop" in step for step in steps):
            steps = [{"intent": "callback"}, {"action": "utter_callback"}]
        kept = [step for step in steps if not str(step.get("action", "")).startswith("action_")]
        yield {"story": str(story["story"]), "steps": [{k: str(v) for k, v in step.items()} for step in kept]}


def _domain(names: set[str], responses: dict[str, Any]) -> dict[str, Any]:
    return {
        "intents": sorted(names),
        "responses": responses,
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }


def _dump(path: Path, content: dict[str, Any]) -> None:
    yaml = YAML()
    yaml.width = 4096
    with path.open("w", encoding="utf-8") as file:
        yaml.dump({"version": DoubleQuotedScalarString("3.1"), **content}, file)


if __name__ == "__main__":
    sys.exit(main())
