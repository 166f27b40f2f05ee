"""What goes wrong in a run, all of it drawn from one seed: what is killed, when, and every bad turn."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

Part = Literal["web", "bot", "actions"]
Mood = Literal["well", "slow 2", "slow 10", "slow 60", "error 500", "empty", "cut", "garbage", "liar"]

# Of so many kills, which part. The web half holds the messages: it dies most often.
SHARES: tuple[Part, ...] = ("web", "web", "bot", "web", "actions")
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
    def draw(cls, seed: int, *, messages: int, kills: int) -> Plan:
        """Spread the kills over the messages."""
        chance = random.Random(f"{seed}-kills")
        parts = [SHARES[number % len(SHARES)] for number in range(kills)]
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
