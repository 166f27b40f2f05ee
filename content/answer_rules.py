"""What an answer must be, in a sentence for each field: the form, imports and builds all ask here.

What needs more than one answer stands elsewhere: a question taught twice, the median of all grades.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from content.answers import LANGUAGES, Answer, Source
from content.policies import Policy
from content.questions import normalised
from content.replies import issues as reply_issues
from content.replies import missing_plain_wordings
from content.wording import Wording

MAX_TITLE_CHARS, MIN_TITLE_CHARS = 60, 3
MAX_QUESTION_CHARS = 300
MAX_QUESTIONS = 200
MAX_REPLY_CHARS = 2_000
MAX_SOURCES = 8
MIN_SOURCE_CHARS = 3
# What Rasa would read as an entity or a slot: "[Monday](day)", "[Monday]{...}".
_ENTITY = re.compile(r"\[[^\]]+\]\s*[({\[]")
_MARKUP = re.compile(r"<\s*/?\s*[a-z!][^>]*>|!\[[^\]]*\]\(|^#{1,6}\s|^\s*```|&#?\w+;", re.I | re.M)
_LINK = re.compile(r"\]\(\s*(?P<href>[^)\s]*)")

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Issue:
    """One sentence about one field of the form. `stops`: a build is refused until it is mended.

    `place` is where in the `Answer`: ("sources", 1, "url").
    """

    field: str
    text: str
    stops: bool = True
    place: Place = dataclasses.field(default=(), compare=False)


def issues_of(
    answer: Answer, *, known: Collection[str], policy: Policy, aspects: Collection[str] = ()
) -> Iterator[Issue]:
    """Everything wrong with one answer by itself.

    `known` are the ids of all answers, `aspects` the follow-ups that are taught (none: any is taken).
    """
    yield from _about_title(answer)
    yield from _about_questions(answer, policy)
    yield from _about_reply(answer, policy)
    yield from _about_follow_ups(answer, known, aspects, policy)
    yield from _about_sources(answer, policy)
    yield from _about_topics(answer)
    yield from _about_next(answer, known)
    yield from _about_review_by(answer)
    yield from _about_settings(answer)


def _about_title(answer: Answer) -> Iterator[Issue]:
    if not MIN_TITLE_CHARS <= len(answer.title) <= MAX_TITLE_CHARS:
        text = f"A title has {MIN_TITLE_CHARS} to {MAX_TITLE_CHARS} characters: it is what a button shows."
        yield Issue("title", text, place=("title",))
    if len(answer.it) > MAX_TITLE_CHARS:
        yield Issue("it", f"At most {MAX_TITLE_CHARS} characters.", place=("it",))


def _about_questions(answer: Answer, policy: Policy) -> Iterator[Issue]:
    count, place = len(answer.questions), ("questions",)
    if count < policy.min_questions:
        some = f"Only {count} question{'s' if count != 1 else ''}" if count else "No questions"
        text = f"{some} yet; a build needs {policy.min_questions}. You can save before that."
        yield Issue("questions", text, place=place)
    if count > MAX_QUESTIONS:
        yield Issue("questions", f"At most {MAX_QUESTIONS} questions; this has {count}.", place=place)
    for index, question in enumerate(answer.questions):
        for text in _about_question(question):
            yield Issue("questions", text, place=(*place, index))
        if not normalised(question):
            text = f"“{question[:20]}” has no word in it."
            yield Issue("questions", text, stops=False, place=(*place, index))


def _about_question(question: str) -> Iterator[str]:
    if len(question) > MAX_QUESTION_CHARS:
        yield f"“{question[:40]}…” is longer than {MAX_QUESTION_CHARS} characters."
    if _ENTITY.search(question):
        yield f"“{question[:60]}” holds brackets that the bot would read as a command. Leave them out."


def _about_reply(answer: Answer, policy: Policy) -> Iterator[Issue]:
    if not any(wording.text for wording in answer.wordings):
        yield Issue("reply", "The reply is still empty.", place=("wordings",))
        return
    for index, wording in enumerate(answer.wordings):
        for text in (*_about_wording(wording, policy), *_about_links(wording.text)):
            yield Issue("reply", text, place=("wordings", index))
        if len(wording.text) > MAX_REPLY_CHARS:
            yield Issue("reply", f"At most {MAX_REPLY_CHARS} characters.", place=("wordings", index))
    for text in missing_plain_wordings(list(answer.wordings)):
        yield Issue("reply", text, place=("wordings",))
    if unknown := [language for language in answer.languages if language not in LANGUAGES]:
        yield Issue("reply", f"The language “{unknown[0][:20]}” is not known here.", place=("wordings",))


def _about_wording(wording: Wording, policy: Policy) -> Iterator[str]:
    if not wording.text:
        yield "One of the wordings is empty."
    yield from reply_issues(wording.text, policy)
    if found := _MARKUP.search(wording.text):
        yield f"“{found.group().strip()[:30]}” would be seen as it stands. Leave it out."


def _about_links(text: str) -> Iterator[str]:
    for link in _LINK.finditer(text):
        if not re.match(r"https://|tel:|mailto:|\{\w+\}$", link["href"]):
            yield f"A link begins with https://, tel: or mailto:, not “{link['href'][:40]}”."


def _about_follow_ups(
    answer: Answer, known: Collection[str], aspects: Collection[str], policy: Policy
) -> Iterator[Issue]:
    for aspect, wordings in answer.more.items():
        place = ("more", aspect)
        for text in _about_aspect(aspect, aspects):
            yield Issue("follow_ups", text, place=place)
        for index, text in _about_passage(wordings, policy):
            yield Issue("follow_ups", f"“{_called(aspect)}”: {text}", place=(*place, *index))
    for aspect, name in answer.follow_ups.items():
        place = ("follow_ups", aspect)
        for text in _about_aspect(aspect, aspects):
            yield Issue("follow_ups", text, place=place)
        if name not in known:
            text = f"“{_called(aspect)}”: there is no answer “{name[:60]}”."
            yield Issue("follow_ups", text, place=place)


def _about_aspect(aspect: str, aspects: Collection[str]) -> Iterator[str]:
    if aspects and aspect not in aspects:  # it would never be asked for
        yield f"“{aspect}” is no follow-up in data/follow_ups.yml."


def _about_passage(wordings: Sequence[Wording], policy: Policy) -> Iterator[tuple[Place, str]]:
    if not wordings:
        yield (), "there is nothing to say yet."
    for index, wording in enumerate(wordings):
        for text in _about_wording(wording, policy):
            yield (index,), text
    for text in missing_plain_wordings(list(wordings)):
        yield (), text


def _called(aspect: str) -> str:
    return aspect.replace("_", " ")


def _about_sources(answer: Answer, policy: Policy) -> Iterator[Issue]:
    if not answer.sources:
        where = "Say where this reply comes from"
        wanted = "a clinical answer needs its source" if answer.clinical else where
        yield Issue("sources", f"No source yet: {wanted}.", place=("sources",))
    if len(answer.sources) > MAX_SOURCES:
        yield Issue("sources", f"At most {MAX_SOURCES} sources.", place=("sources",))
    for index, source in enumerate(answer.sources):
        for name, text in _about_source(source, policy):
            yield Issue("sources", text, place=("sources", index, name))


def _about_source(source: Source, policy: Policy) -> Iterator[tuple[str, str]]:
    if len(source.cite) < MIN_SOURCE_CHARS:
        yield "cite", "A source has a name: title, publisher, year."
    if 0 < len(source.passage) < MIN_SOURCE_CHARS:
        yield "passage", f"“{source.passage}” is too short for a passage of a source."
    if source.url and not source.url.startswith("https://"):
        yield "url", f"“{source.url[:60]}” must begin with https://."
    elif source.url and not policy.is_primary(source.url):
        yield "url", f"“{source.url[:60]}” is not a primary publisher; put it under “read at”."
    if source.read_at and not re.match(r"https?://", source.read_at):
        yield "read_at", f"“{source.read_at[:60]}” must begin with http:// or https://."


def _about_topics(answer: Answer) -> Iterator[Issue]:
    if not answer.topics:
        yield Issue("topics", "Name at least one topic.", place=("topics",))
    for index, topic in enumerate(answer.topics):
        if not re.fullmatch(r"[a-z_]+", topic):
            text = f"“{topic[:40]}”: a topic is lowercase letters and _ only."
            yield Issue("topics", text, place=("topics", index))


def _about_next(answer: Answer, known: Collection[str]) -> Iterator[Issue]:
    for index, name in enumerate(answer.next):
        if name not in known:
            yield Issue("next", f"There is no answer “{name[:60]}”.", place=("next", index))
        if name == answer.id:
            text = "An answer does not offer itself."
            yield Issue("next", text, stops=False, place=("next", index))


def _about_review_by(answer: Answer) -> Iterator[Issue]:
    if day_of(answer.review_by) is None:
        text = "Choose a date until which these words are good."
        yield Issue("review_by", text, place=("review_by",))


def day_of(text: str) -> date | None:
    """The day of a date as files hold it, 2027-05-01; Python 3.11 alone would take more forms."""
    try:
        return date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) else None
    except ValueError:
        return None


def _about_settings(answer: Answer) -> Iterator[Issue]:
    """`${NAME}` anywhere would become a setting of the server, secrets and all."""
    texts: list[tuple[Place, str]] = [(("title",), answer.title), (("it",), answer.it)]
    texts += [(("questions", index), question) for index, question in enumerate(answer.questions)]
    texts += [
        (("sources", index, name), getattr(source, name))
        for index, source in enumerate(answer.sources)
        for name in ("cite", "passage", "url", "read_at")
    ]
    for place, text in texts:
        if "${" in text:
            yield Issue(str(place[0]), IS_A_SETTING, place=place)


IS_A_SETTING = "'${' would be replaced by a setting of this computer: write it out."
