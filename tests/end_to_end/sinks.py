"""Every page on which somebody else's words may stand, and the addresses at which hostile texts are shown.

Add a line for a page that shows any: `who` looks, and how many of the stored texts stand there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote

from tests.end_to_end.payloads import StoredPayloads, joined

NAME = re.compile(r"zq\d{4}", re.IGNORECASE)
PER_PAGE = 25  # search results
ONE_BY_ONE = 20  # pages of one person that are opened in a round
# Sanic refuses a request line and headers of more than 8,192 bytes.
MAX_WORDS_CHARS = 6_000


@dataclass(frozen=True)
class Sink:
    """A page that shows what the record holds: all of the texts, some, or none."""

    who: str
    path: str
    shows: Literal["all", "some", "none"] = "all"

    def addresses(self, stored: StoredPayloads, texts: list[str]) -> list[str]:
        """Where to look, so that every text that can stand there does."""
        if "{page}" in self.path:
            return [self.path.format(page=page + 1) for page in range(len(texts) // PER_PAGE + 1)]
        if "{account}" in self.path:
            return [self.path.format(account=account) for account in stored.account_ids[:ONE_BY_ONE]]
        return [self.path.format(busy=stored.conversation_id, answer=stored.answer_id)]


@dataclass(frozen=True)
class Echo:
    """A page that shows words of its own address, each time at most so many characters."""

    who: str
    path: str
    most: int
    shows: Literal["all", "none"] = "all"
    fields: int = 1  # how often the last field of the address may stand in it, with other words

    def addresses(self, texts: list[str]) -> Iterator[tuple[str, set[str]]]:
        """Addresses that hold all texts between them, and the names to be seen on each page."""
        room = MAX_WORDS_CHARS // (self.path.count("{words}") * self.fields)
        lines = list(joined(texts, self.most, room=room))
        again = f"&{re.split('[?&]', self.path)[-1]}"
        for start in range(0, len(lines), self.fields):
            first, *others = (quote(line, safe="") for line in lines[start : start + self.fields])
            path = self.path.format(words=first) + "".join(again.format(words=words) for words in others)
            yield path, names_in(" ".join(lines[start : start + self.fields]) * (self.shows == "all"))


def names_in(text: str) -> set[str]:
    """The marks of the texts that stand somewhere."""
    return {name.lower() for name in NAME.findall(text)}


SINKS = (
    Sink("nurse", "/desk"),
    Sink("nurse", "/desk/conversations/{busy}"),
    Sink("nurse", "/desk/callbacks"),
    Sink("nurse", "/desk/hours"),
    Sink("nurse", "/desk/replies"),
    Sink("nurse", "/desk/crisis-steps"),
    Sink("clinician", "/studio/false-alarms"),
    Sink("nurse", "/desk/search?reason=person&page={page}"),
    Sink("nurse", "/desk/numbers", "none"),
    Sink("nurse", "/studio/now"),
    Sink("clinician", "/desk/week"),
    Sink("clinician", "/desk/conversations/{busy}"),
    Sink("clinician", "/studio/signing"),
    Sink("clinician", "/studio/signing/sheet"),
    Sink("owner", "/studio", "some"),
    Sink("owner", "/studio/answers"),
    Sink("owner", "/studio/answers/{answer}"),
    Sink("owner", "/studio/answers/{answer}/history"),
    Sink("owner", "/studio/releases", "some"),
    Sink("owner", "/studio/releases/2"),
    Sink("owner", "/studio/facts"),
    Sink("owner", "/studio/arrange"),
    Sink("owner", "/studio/arrange/{answer}"),
    Sink("owner", "/studio/tables", "none"),
    Sink("owner", "/studio/rules", "none"),
    Sink("administrator", "/people"),
    Sink("administrator", "/people/{account}", "some"),
    Sink("administrator", "/setup/clinic", "none"),
    Sink("administrator", "/setup/content", "none"),
    Sink("administrator", "/setup/site", "none"),
    Sink("stranger", "/", "none"),
)
ECHOES = (
    Echo("nurse", "/desk/search?words={words}&answer={words}&said={words}", 200),
    Echo("owner", "/studio/answers?q={words}", 100),
    Echo("owner", "/studio/answers/new?question={words}", 300, fields=8),
    Echo("owner", "/studio/try?release={words}", MAX_WORDS_CHARS, "none"),
    Echo("administrator", "/audit?did={words}&about_id={words}", MAX_WORDS_CHARS),
    Echo("stranger", "/sign-in?name={words}&next=/{words}", 200),
)
