"""Score stock Rasa by our own rules: `python -m tests.bench.stock_accuracy MODEL MESSAGES OUTSIDE`.

Runs in the bot's environment and prints JSON like `python -m training evaluate --json`. A follow-up is
asked without the message before it: stock understanding does not look back.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent

from training.evaluation import LabelledMessage, Outcome, Scorer, outcome_from, read_rows, score
from training.releases import read_published

DECLINES = ("nlu_fallback", "out_of_scope")
FAQ = "faq"


def main() -> int:
    """Score a model on one file of messages and one of messages out of scope."""
    model, messages, outside = sys.argv[1:4]
    manifest = read_published(Path(os.environ["FRONT_DESK_VAR"]))
    assert manifest is not None
    agent = Agent.load(model)
    inside = asyncio.run(_outcomes(agent, read_rows(Path(messages))))
    out = asyncio.run(_outcomes(agent, read_rows(Path(outside))))
    print(score(inside, out, Scorer(manifest)).as_json())
    return 0


async def _outcomes(agent: Agent, rows: list[LabelledMessage]) -> list[Outcome]:
    return [outcome_from(row, decision_of(await agent.parse_message(row.text))) for row in rows]


def decision_of(parse: dict[str, Any]) -> dict[str, Any]:
    """What stock Rasa would do, in the words of our own decision."""
    # One selector for all retrieval intents: "default" is what Rasa calls it.
    selector = parse["response_selector"]["default"]
    answers = [
        {"intent": each["intent_response_key"], "confidence": each["confidence"]}
        for each in selector["ranking"]
    ]
    ranking: list[dict[str, Any]] = []
    for intent in parse.get("intent_ranking") or ():
        ranking += answers if intent["name"] == FAQ else [_ranked(intent)]
    named, confidence = parse["intent"]["name"], float(parse["intent"]["confidence"])
    if named == FAQ and answers:
        # Right needs both: that it is a question, and which one.
        confidence *= float(answers[0]["confidence"])
        named = answers[0]["intent"]
    ranking = [each for each in ranking if each["intent"] != "nlu_fallback"]
    return {
        "outcome": _outcome(named),
        "intent": named,
        "confidence": confidence,
        "ranking": ranking,
        "parts": [],
        "choices": [],
    }


def _ranked(intent: dict[str, Any]) -> dict[str, Any]:
    return {"intent": intent["name"], "confidence": intent["confidence"]}


def _outcome(intent: str) -> str:
    if intent in DECLINES:
        return "declined"
    return "answered" if intent.startswith(f"{FAQ}/") else "skill"


if __name__ == "__main__":
    sys.exit(main())
