"""What is wrong with a draft, in a sentence for its field: in the form, before a build, on import."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from content.answers import LANGUAGES, Answer
from content.policies import Policy
from content.replies import issues as reply_issues
from content.replies import missing_plain_wordings
from web.studio.question_index import QuestionIndex, normalised

MAX_TITLE_CHARS, MIN_TITLE_CHARS = 60, 3
MAX_QUESTION_CHARS = 300
MAX_QUESTIONS = 200
MAX_REPLY_CHARS = 2_000
MAX_SOURCES = 8
# What Rasa would read as an entity or a slot: "[Monday](day)", "[Monday]{...}".
_ENTITY = re.compile(r"\[[^\]]+\]\s*[({\[]")
_MARKUP = re.compile(r"<\s*/?\s*[a-z!][^>]*>|!\[[^\]]*\]\(|^#{1,6}\s|^\s*```|&#?\w+;", re.I | re.M)
_LINK = re.compile(r"\]\(\s*(?P<href>[^)\s]*)")


@dataclass(frozen=True)
class Issue:
    """One sentence about one field. `stops`: a build is refused until it is mended."""

    field: str
    text: str
    stops: bool = True


def about(
    answer: Answer,
    *,
    tests: Collection[str],
    is_on: bool,
    book: QuestionIndex,
    known: Collection[str],
    policy: Policy,
    today: date,
) -> list[Issue]:
    """Everything wrong with one answer; what is off stops no build."""
    found = [
        *_about_title(answer),
        *_about_questions(answer, book, policy),
        *_about_tests(tests, answer, book),
        *_about_reply(answer, policy),
        *_about_follow_ups(answer, known, policy),
        *_about_sources(answer, policy),
        *_about_rest(answer, known, today),
        *_about_settings(answer, tests),
    ]
    return found if is_on else [Issue(each.field, each.text, stops=False) for each in found]


def _about_title(answer: Answer) -> Iterator[Issue]:
    if not MIN_TITLE_CHARS <= len(answer.title) <= MAX_TITLE_CHARS:
        text = f"A title has {MIN_TITLE_CHARS} to {MAX_TITLE_CHARS} characters: it is what a button shows."
        yield Issue("title", text)
    if len(answer.it) > MAX_TITLE_CHARS:
        yield Issue("it", f"At most {MAX_TITLE_CHARS} characters.")


def _about_questions(answer: Answer, book: QuestionIndex, policy: Policy) -> Iterator[Issue]:
    count = len(answer.questions)
    if count < policy.min_questions:
        text = (
            f"{count or 'No'} question{'s' if count != 1 else ''} yet; a build needs {policy.min_questions}."
        )
        yield Issue("questions", f"{text} You can save before that.")
    if count > MAX_QUESTIONS:
        yield Issue("questions", f"At most {MAX_QUESTIONS} questions; this has {count}.")
    for question in answer.questions:
        if len(question) > MAX_QUESTION_CHARS:
            yield Issue("questions", f"“{question[:40]}…” is longer than {MAX_QUESTION_CHARS} characters.")
        if _ENTITY.search(question):
            text = f"“{question[:60]}” holds brackets that the bot would read as a command. Leave them out."
            yield Issue("questions", text)
        if not normalised(question):
            yield Issue("questions", f"“{question[:20]}” has no word in it.", stops=False)
    for same in book.twice(answer.questions, but=answer.id):
        text = f"“{same.question}” is also taught in “{same.taught.called}”. Keep it in one."
        yield Issue("questions", text)


def near_duplicates(answer: Answer, book: QuestionIndex) -> list[Issue]:
    """Questions that are nearly taught elsewhere: hints for whoever writes, too slow for a whole list."""
    return [
        Issue("questions", f"“{n.question}” is nearly “{n.taught.text}” in “{n.taught.called}”.", False)
        for n in book.near(answer.questions, but=answer.id)
    ]


def _about_tests(tests: Collection[str], answer: Answer, book: QuestionIndex) -> Iterator[Issue]:
    own = {normalised(question) for question in answer.questions}
    for test in tests:
        if normalised(test) in own:
            text = f"“{test}” is also a question above. A test is one the bot was never taught."
            yield Issue("tests", text)
        elif elsewhere := book.same(test, but=answer.id):
            yield Issue("tests", f"“{test}” is taught in “{elsewhere.called}”, so it cannot be a test here.")


def _about_reply(answer: Answer, policy: Policy) -> Iterator[Issue]:
    if not any(wording.text for wording in answer.wordings):
        yield Issue("reply", "The reply is still empty.")
        return
    for wording in answer.wordings:
        if len(wording.text) > MAX_REPLY_CHARS:
            yield Issue("reply", f"At most {MAX_REPLY_CHARS} characters.")
        for text in reply_issues(wording.text, policy):
            yield Issue("reply", text)
        for text in _markup(wording.text):
            yield Issue("reply", text)
        for link in _LINK.finditer(wording.text):
            if not re.match(r"https://|tel:|mailto:|\{\w+\}$", link["href"]):
                yield Issue(
                    "reply", f"A link begins with https://, tel: or mailto:, not “{link['href'][:40]}”."
                )
    for text in missing_plain_wordings(list(answer.wordings)):
        yield Issue("reply", text)


def _about_follow_ups(answer: Answer, known: Collection[str], policy: Policy) -> Iterator[Issue]:
    for aspect, wordings in answer.more.items():
        called = aspect.replace("_", " ")
        for wording in wordings:
            for text in (*reply_issues(wording.text, policy), *_markup(wording.text)):
                yield Issue("follow_ups", f"“{called}”: {text}")
        for text in missing_plain_wordings(list(wordings)):
            yield Issue("follow_ups", f"“{called}”: {text}")
    for aspect, name in answer.follow_ups.items():
        if name not in known:
            yield Issue("follow_ups", f"“{aspect.replace('_', ' ')}”: there is no answer “{name[:60]}”.")


def _markup(text: str) -> Iterator[str]:
    if found := _MARKUP.search(text):
        yield f"“{found.group().strip()[:30]}” would be seen as it stands. Leave it out."


def _about_sources(answer: Answer, policy: Policy) -> Iterator[Issue]:
    if not answer.sources:
        text = (
            "A clinical answer needs its source." if answer.clinical else "Say where this reply comes from."
        )
        yield Issue("sources", text)
    if len(answer.sources) > MAX_SOURCES:
        yield Issue("sources", f"At most {MAX_SOURCES} sources.")
    for source in answer.sources:
        if len(source.cite) < 3:
            yield Issue("sources", "A source has a name: title, publisher, year.")
        if source.url and not source.url.startswith("https://"):
            yield Issue("sources", f"“{source.url[:60]}” must begin with https://.")
        elif source.url and not policy.is_primary(source.url):
            text = f"“{source.url[:60]}” is not a primary publisher; put it under “read at”."
            yield Issue("sources", text)
        if source.read_at and not re.match(r"https?://", source.read_at):
            yield Issue("sources", f"“{source.read_at[:60]}” must begin with http:// or https://.")


def _about_rest(answer: Answer, known: Collection[str], today: date) -> Iterator[Issue]:
    if not answer.topics:
        yield Issue("topics", "Name at least one topic.")
    for topic in answer.topics:
        if not re.fullmatch(r"[a-z_]+", topic):
            yield Issue("topics", f"“{topic[:40]}”: a topic is small letters and _ only.")
    for name in answer.next:
        if name not in known:
            yield Issue("next", f"There is no answer “{name[:60]}”.")
        if name == answer.id:
            yield Issue("next", "An answer does not offer itself.", stops=False)
    try:
        due = date.fromisoformat(answer.review_by)
    except ValueError:
        yield Issue("review_by", "Choose a date until which these words are good.")
    else:
        if due < today:
            yield Issue(
                "review_by", "This date is over: review the words, then choose a new one.", stops=False
            )
    if unknown := [language for language in answer.languages if language not in LANGUAGES]:
        yield Issue("reply", f"The language “{unknown[0][:20]}” is not known here.")


def _about_settings(answer: Answer, tests: Collection[str]) -> Iterator[Issue]:
    """`${NAME}` anywhere would become a setting of the server, secrets and all."""
    fields = {"title": [answer.title], "it": [answer.it], "questions": answer.questions, "tests": tests}
    fields["sources"] = [text for s in answer.sources for text in (s.cite, s.passage, s.url, s.read_at)]
    for field, texts in fields.items():
        if any("${" in text for text in texts):
            yield Issue(field, "'${' would be replaced by a setting of this computer: write it out.")
