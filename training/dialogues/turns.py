"""One message of a visitor and all that came back, as the checks read it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from training.dialogues.answers import Answers
from training.dialogues.texts import plain
from training.dialogues.wordings import wording, words

CARD, NOTICE = "card", "notice"
DECLINED, ASKS_BACK = wording("declined"), wording("asks_back")
PERSON, ALSO_ASKED = wording("person"), words("also_asked")
NONE_OF_THEM, SOFT_LINE = words("none_of_them"), words("soft_line")


@dataclass(frozen=True)
class ReceivedMessage:
    """One message of the bot, the house or safety; its text is plain."""

    author: str
    kind: str
    text: str
    utterance: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    titles: tuple[str, ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> ReceivedMessage:
        """From what the visitor's protocol tells."""
        return cls(
            author=str(told["author"]),
            kind=str(told["kind"]),
            text=plain(told["text"]),
            utterance=str(told.get("utterance") or ""),
            details=told.get("details") or {},
            titles=tuple(plain(choice["title"]) for choice in told.get("choices") or ()),
        )

    @property
    def is_card(self) -> bool:
        return self.kind == CARD

    @property
    def is_soft_line(self) -> bool:
        """Whether it is the one line about help that stands below other replies."""
        return SOFT_LINE.search(self.text) is not None


@dataclass(frozen=True)
class Turn:
    """What a visitor said, what came back, and whether a request for a call was open."""

    said: str
    messages: Sequence[ReceivedMessage]
    answers: Answers
    was_open: bool = False
    is_open: bool = False

    @cached_property
    def replies(self) -> list[ReceivedMessage]:
        """What was said but for the line about help."""
        return [each for each in self.messages if not each.is_soft_line]

    @cached_property
    def answered(self) -> list[tuple[str, ReceivedMessage]]:
        """The answers of the content that were given, by name."""
        named = ((self.answers.name_of(each.utterance, each.details), each) for each in self.messages)
        return [(name, each) for name, each in named if name]

    @cached_property
    def others(self) -> list[ReceivedMessage]:
        """What was said and is no answer, no card and not the line about help."""
        given = {id(each) for _, each in self.answered}
        return [each for each in self.replies if id(each) not in given and not each.is_card]

    @cached_property
    def cards(self) -> list[str]:
        """The kinds of safety's cards that were shown."""
        return [str(each.details.get("kind") or CARD) for each in self.messages if each.is_card]

    @cached_property
    def titles(self) -> list[str]:
        """What the buttons say."""
        return [title for each in self.messages for title in each.titles]

    @property
    def text(self) -> str:
        """All that was said."""
        return "\n".join(each.text for each in self.messages)

    @property
    def reply_text(self) -> str:
        """All that was said but for the line about help."""
        return "\n".join(each.text for each in self.replies)

    @cached_property
    def answered_topics(self) -> set[str]:
        return {topic for name, _ in self.answered for topic in self.answers.topics_of(name)}

    @cached_property
    def offered_topics(self) -> set[str]:
        return {topic for title in self.titles for topic in self.answers.topics_of_title(title)}

    @cached_property
    def named_topics(self) -> set[str]:
        """Topics that it names as asked about too, without answering them."""
        named = " ".join(each.text for each in self.others if ALSO_ASKED.search(each.text)).casefold()
        return {topic for topic in self.answers.topics if topic.replace("_", " ") in named}

    @cached_property
    def asks_back(self) -> bool:
        """Whether it answers nothing and asks which of some questions was meant."""
        return not self.answered and any(map(self.is_asking_back, self.others))

    def is_asking_back(self, message: ReceivedMessage) -> bool:
        """Whether one message does, with at least one choice that leads somewhere."""
        leads = any(self.answers.topics_of_title(t) or NONE_OF_THEM.search(t) for t in message.titles)
        return leads and ASKS_BACK.fits(message.utterance, message.text)

    @cached_property
    def declined(self) -> bool:
        """Whether it says that it did not understand, or has nothing on this."""
        return not self.answered and any(DECLINED.fits(each.utterance, each.text) for each in self.others)

    @cached_property
    def offers_person(self) -> bool:
        """Whether the team, a person or a call is offered or named."""
        is_offered = any("callback" in self.answers.topics_of_title(title) for title in self.titles)
        return is_offered or any(PERSON.fits(each.utterance, each.text) for each in self.messages)

    def words_for_a_reader(self) -> list[str]:
        """The turn as lines: V for the visitor, B for what came back."""
        lines = [f"V> {self.said}"]
        for each in self.messages:
            name = f"card:{each.details.get('kind')}" if each.is_card else each.utterance or each.kind
            lines.append(f"B> [{name}] {each.text}")
        return [*lines, f"   ({' | '.join(self.titles)})"] if self.titles else lines
