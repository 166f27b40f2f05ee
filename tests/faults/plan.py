"""What goes wrong in a run, all of it drawn from one seed: what is killed, when, and every bad turn."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

Part = Literal["web", "web-2", "bot", "bot-2", "actions", "postgresql"]
Mood = Literal["well", "slow 2", "slow 10", "slow 60", "error 500", "empty", "cut", "garbage", "liar"]

BAD_TURNS = 0.2
MOODS: tuple[Mood, ...] = (
    "slow 2", "slow 2", "slow 10", "error 500", "empty", "cut", "garbage", "liar", "slow 60",
)  # fmt: skip
# A kill comes so long after a message was sent: before its commit, after it, during the turn, later.
KILL_AFTER_S = (0.0, 0.5)
# How a visitor's way to the service fails, for one message in CUT_SENDS.
CUT_SENDS = 0.15
CUT_AFTER_S = (0.0, 0.05)
REPEATED_SENDS = 0.1
CUT_READS = 0.1


@dataclass(frozen=True)
class Shape:
    """What runs: so many web processes and bots, on which database; and of so many kills, which part."""

    name: str
    database: str
    shares: tuple[Part, ...]
    each: int = 1

    def parts(self, kind: str) -> list[Part]:
        """The web processes, or the bots."""
        names: dict[str, list[Part]] = {"web": ["web", "web-2"], "bot": ["bot", "bot-2"]}
        return names[kind][: self.each]


# Where there is one web process, it holds the messages and dies most often.
ONE_OF_EACH: tuple[Part, ...] = ("web", "web", "bot", "web", "actions")
TWO_OF_EACH: tuple[Part, ...] = ("web", "bot-2", "postgresql", "web-2", "bot", "actions", "web", "web-2")
SHAPES = (
    Shape("sqlite", "sqlite", ONE_OF_EACH),
    Shape("postgresql", "postgresql", ONE_OF_EACH),
    Shape("2x2", "postgresql", TWO_OF_EACH, each=2),
)


def shape_of(name: str) -> Shape:
    """The shape of a name."""
    return next(shape for shape in SHAPES if shape.name == name)


@dataclass(frozen=True)
class Kill:
    """SIGKILL for one part, a moment after so many messages were sent."""

    part: Part
    after_messages: int
    delay_s: float


@dataclass(frozen=True)
class Plan:
    """A run: the same seed gives the same kills, moods and visitors."""

    seed: int
    messages: int
    kills: tuple[Kill, ...]

    @classmethod
    def draw(cls, seed: int, *, messages: int, kills: int, shape: Shape = SHAPES[0]) -> Plan:
        """Spread the kills over the messages."""
        chance = random.Random(f"{seed}-kills")
        parts = [shape.shares[number % len(shape.shares)] for number in range(kills)]
        chance.shuffle(parts)
        every = messages / (kills + 1)
        drawn = [
            Kill(
                part=part,
                after_messages=max(1, round(every * (number + 1 + chance.uniform(-0.4, 0.4)))),
                delay_s=chance.uniform(*KILL_AFTER_S),
            )
            for number, part in enumerate(parts)
        ]
        return cls(seed, messages, tuple(drawn))

    def mood_of_turn(self, number: int) -> Mood:
        """How the bot is when it is asked for the so-manyth time."""
        chance = random.Random(f"{self.seed}-turn-{number}")
        return chance.choice(MOODS) if chance.random() < BAD_TURNS else "well"

    def chance_of_visitor(self, number: int) -> random.Random:
        """The dice of one visitor."""
        return random.Random(f"{self.seed}-visitor-{number}")
