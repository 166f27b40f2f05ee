"""What is wrong with a draft, in a sentence for its field: in the form, before a build, on import."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from clinic.answers import LANGUAGES, Answer
from clinic.policies import Policy
from clinic.replies import complaints as reply_complaints
from clinic.replies import missing_plain_wordings
from web.studio.question_index import Book, normalised

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
class Complaint:
    """One sentence about one field. `stops`: a build is refused until it is mended."""

    field: str
    text: str
    stops: bool = True


def about(
    answer: Answer,
    *,
    tests: Collection[str],
    is_on: bool,
    book: Book,
    known: Collection[str],
    policy: Policy,
    today: date,
) -> list[Complaint]:
    """Everything wrong with one answer; what is off stops no build."""
    found = [
        *_about_title(answer),
        *_about_questions(answer, book, policy),
        *_about_tests(tests, answer, book),
        *_about_reply(answer, policy),
        *_about_sources(answer, policy),
        *_about_rest(answer, known, today),
        *_about_settings(answer, tests),
    ]
    return found if is_on else [Complaint(each.field, each.text, stops=False) for each in found]


def _about_title(answer: Answer) -> Iterator[Complaint]:
    if not MIN_TITLE_CHARS <= len(answer.title) <= MAX_TITLE_CHARS:
        text = f"A title has {MIN_TITLE_CHARS} to {MAX_TITLE_CHARS} characters: it is what a button shows."
        yield Complaint("title", text)
    if len(answer.it) > MAX_TITLE_CHARS:
        yield Complaint("it", f"At most {MAX_TITLE_CHARS} characters.")


def _about_questions(answer: Answer, book: Book, policy: Policy) -> Iterator[Complaint]:
    count = len(answer.questions)
    if count < policy.min_questions:
        text = (
            f"{count or 'No'} question{'s' if count != 1 else ''} yet; a build needs {policy.min_questions}."
        )
        yield Complaint("questions", f"{text} You can save before that.")
    if count > MAX_QUESTIONS:
        yield Complaint("questions", f"At most {MAX_QUESTIONS} questions; this has {count}.")
    for question in answer.questions:
        if len(question) > MAX_QUESTION_CHARS:
            yield Complaint(
                "questions", f"“{question[:40]}…” is longer than {MAX_QUESTION_CHARS} characters."
            )
        if _ENTITY.search(question):
            text = f"“{question[:60]}” holds brackets that the bot would read as a command. Leave them out."
            yield Complaint("questions", text)
        if not normalised(question):
            yield Complaint("questions", f"“{question[:20]}” has no word in it.", stops=False)
    for same in book.twice(answer.questions, but=answer.id):
        text = f"“{same.question}” is also taught in “{same.taught.called}”. Keep it in one."
        yield Complaint("questions", text)


def near_duplicates(answer: Answer, book: Book) -> list[Complaint]:
    """Questions that are nearly taught elsewhere: hints for whoever writes, too slow for a whole list."""
    return [
        Complaint("questions", f"“{n.question}” is nearly “{n.taught.text}” in “{n.taught.called}”.", False)
        for n in book.near(answer.questions, but=answer.id)
    ]


def _about_tests(tests: Collection[str], answer: Answer, book: Book) -> Iterator[Complaint]:
    own = {normalised(question) for question in answer.questions}
    for test in tests:
        if normalised(test) in own:
            text = f"“{test}” is also a question above. A test is one the bot was never taught."
            yield Complaint("tests", text)
        elif elsewhere := book.same(test, but=answer.id):
            yield Complaint(
                "tests", f"“{test}” is taught in “{elsewhere.called}”, so it cannot be a test here."
            )


def _about_reply(answer: Answer, policy: Policy) -> Iterator[Complaint]:
    if not any(wording.text for wording in answer.wordings):
        yield Complaint("reply", "The reply is still empty.")
        return
    for wording in answer.wordings:
        if len(wording.text) > MAX_REPLY_CHARS:
            yield Complaint("reply", f"At most {MAX_REPLY_CHARS} characters.")
        for text in reply_complaints(wording.text, policy):
            yield Complaint("reply", text)
        if found := _MARKUP.search(wording.text):
            text = f"“{found.group().strip()[:30]}” would be seen as it stands. Leave it out."
            yield Complaint("reply", text)
        for link in _LINK.finditer(wording.text):
            if not re.match(r"https://|tel:|mailto:|\{\w+\}$", link["href"]):
                yield Complaint(
                    "reply", f"A link begins with https://, tel: or mailto:, not “{link['href'][:40]}”."
                )
    for text in missing_plain_wordings(list(answer.wordings)):
        yield Complaint("reply", text)


def _about_sources(answer: Answer, policy: Policy) -> Iterator[Complaint]:
    if not answer.sources:
        text = (
            "A clinical answer needs its source." if answer.clinical else "Say where this reply comes from."
        )
        yield Complaint("sources", text)
    if len(answer.sources) > MAX_SOURCES:
        yield Complaint("sources", f"At most {MAX_SOURCES} sources.")
    for source in answer.sources:
        if len(source.cite) < 3:
            yield Complaint("sources", "A source has a name: title, publisher, year.")
        if source.url and not source.url.startswith("https://"):
            yield Complaint("sources", f"“{source.url[:60]}” must begin with https://.")
        elif source.url and not policy.is_primary(source.url):
            text = f"“{source.url[:60]}” is not a primary publisher; put it under “read at”."
            yield Complaint("sources", text)
        if source.read_at and not re.match(r"https?://", source.read_at):
            yield Complaint("sources", f"“{source.read_at[:60]}” must begin with http:// or https://.")


def _about_rest(answer: Answer, known: Collection[str], today: date) -> Iterator[Complaint]:
    if not answer.topics:
        yield Complaint("topics", "Name at least one topic.")
    for topic in answer.topics:
        if not re.fullmatch(r"[a-z_]+", topic):
            yield Complaint("topics", f"“{topic[:40]}”: a topic is small letters and _ only.")
    for name in answer.next:
        if name not in known:
            yield Complaint("next", f"There is no answer “{name[:60]}”.")
        if name == answer.id:
            yield Complaint("next", "An answer does not offer itself.", stops=False)
    try:
        due = date.fromisoformat(answer.review_by)
    except ValueError:
        yield Complaint("review_by", "Choose a date until which these words are good.")
    else:
        if due < today:
            yield Complaint(
                "review_by", "This date is over: review the words, then choose a new one.", stops=False
            )
    if unknown := [language for language in answer.languages if language not in LANGUAGES]:
        yield Complaint("reply", f"The language “{unknown[0][:20]}” is not known here.")


def _about_settings(answer: Answer, tests: Collection[str]) -> Iterator[Complaint]:
    """`${NAME}` anywhere would become a setting of the server, secrets and all."""
    fields = {"title": [answer.title], "it": [answer.it], "questions": answer.questions, "tests": tests}
    fields["sources"] = [text for s in answer.sources for text in (s.cite, s.passage, s.url, s.read_at)]
    for field, texts in fields.items():
        if any("${" in text for text in texts):
            yield Complaint(field, "'${' would be replaced by a setting of this computer: write it out.")
