"""Plays conversations through the real turn channel, action server included, for reading."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from content.facts import load_clinic
from content.wording import pick, render
from content.yaml_files import read_yaml
from safety.cards import card, soft_line
from training.local_bots import LocalBot, local_bot
from training.releases import needed_release, read_manifest

SAFETY, SOFT_LINE = "utter_safety_", "utter_safety_soft_line"


@dataclass
class PlayedTurn:
    """What the visitor typed, what should happen, what the bot said and understood."""

    user: str
    expect: str
    said: list[str] = field(default_factory=list)
    choices: list[str] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    understood: dict[str, Any] = field(default_factory=dict)


class Player:
    """One visitor's conversation with a running bot."""

    def __init__(self, bot: LocalBot, manifest: Mapping[str, Any], facts: Mapping[str, Any]) -> None:
        self._bot = bot
        self._manifest = manifest
        self._facts = facts
        self._events: list[dict[str, Any]] = []
        self.language = "en"

    def send(self, text: str, *, expect: str = "") -> PlayedTurn:
        """Type one message."""
        return self._take(PlayedTurn(text, expect), text=text)

    def press(self, intent: str, title: str) -> PlayedTurn:
        """Press a choice."""
        return self._take(PlayedTurn(title, ""), choice={"intent": intent, "title": title})

    def _take(self, played: PlayedTurn, **message: Any) -> PlayedTurn:
        result = self._bot.turn(
            events=self._events, facts=dict(self._facts), language=self.language, **message
        )
        self._events, self.language = result["events"], result["language"]
        played.said = [self._worded(reply) for reply in result["replies"]]
        played.choices = [c["title"] for reply in result["replies"] for c in reply["choices"]]
        played.requests, played.understood = result["requests"], result["understood"]
        return played

    def _worded(self, reply: Mapping[str, Any]) -> str:
        name = reply["utterance"]
        if name == SOFT_LINE:
            return str(soft_line(self.language))
        if name.startswith(SAFETY):
            return f"[card] {card(name.removeprefix(SAFETY), self.language).text}"
        known = {k: v for k, v in self._facts.items() if isinstance(v, str)} | reply["values"]
        variations = self._manifest["utterances"][name]
        wording = pick(variations, language=self.language, known=known.keys())
        if wording is None:
            raise LookupError(f"No wording of {name} can be said with what is known.")
        return render(wording.text, known)


def play_file(var: Path, path: Path, *, as_json: bool) -> str:
    """Play every conversation of a file and return them as text or JSON."""
    conversations = read_yaml(path)["conversations"]
    manifest = read_manifest(needed_release(var))
    facts = {**load_clinic(Path("clinic.yml")).facts(), "can_call_back": True, "chat_days": "30"}
    played = {}
    with local_bot(Path(), var) as bot:
        for conversation in conversations:
            player = Player(bot, manifest, facts)
            turns = [
                player.send(str(turn["user"]), expect=str(turn.get("expect", "")))
                for turn in conversation["turns"]
            ]
            played[f"{conversation['id']}: {conversation['about']}"] = turns
    if as_json:
        return json.dumps({name: [asdict(t) for t in turns] for name, turns in played.items()})
    return "\n\n".join(_as_text(name, turns) for name, turns in played.items())


def _as_text(name: str, turns: list[PlayedTurn]) -> str:
    lines = [f"== {name}"]
    for turn in turns:
        lines += [f"visitor: {turn.user}", f"   (expect: {turn.expect})"]
        lines += [f"bot: {text}" for text in turn.said]
        if turn.choices:
            lines.append(f"     [{'] ['.join(turn.choices)}]")
        lines += [f"     -> {request['kind']}: {request['fields']}" for request in turn.requests]
        understood = turn.understood
        lines.append(f"     ({understood['outcome']}, {understood['intent']}, {understood['confidence']})")
    return "\n".join(lines)
