"""One answer as a file that stock Rasa reads, and back; quoting is the library's work alone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.scalarstring import DoubleQuotedScalarString as Quoted
from ruamel.yaml.scalarstring import LiteralScalarString as Block

from content.answer_rules import Place
from content.answers import ASPECT, ID, LANGUAGES, Answer, Source
from content.wording import Wording
from content.yaml_files import Problem, ProblemsError, line_of, read_plain

MAX_FILE_CHARS = 200_000
VERSION = "3.1"  # of Rasa's training data
_TOP, _ITEM = ("version", "nlu", "responses"), ("intent", "metadata", "examples")
_WORDING, _LANGUAGE = ("text", "metadata"), ("language",)
_METADATA = ("title", "it", "topics", "clinical", "starter", "offer_call", "sources", "reviewed_by",
             "review_by", "next", "follow_ups", "not_clinical")  # fmt: skip
_NEEDED = ("title", "topics", "clinical", "sources", "reviewed_by", "review_by", "next")
_NOT_CLINICAL = ("by", "why", "of")
_SOURCE = ("cite", "passage", "url", "read_at")
_EXAMPLE = re.compile(r"\s*-\s+(?P<text>.*\S)\s*")
_WRITER_WIDTH = 1_000_000  # a folded line would be legal, and harder to compare


def dump(answer: Answer) -> str:
    """Write an answer as `data/answers/<id>.yml` holds it."""
    document = {
        "version": Quoted(VERSION),
        "nlu": [
            {
                "intent": Quoted(f"faq/{answer.id}"),
                "metadata": _metadata(answer),
                "examples": Block("".join(f"- {question}\n" for question in answer.questions)),
            }
        ],
        "responses": {
            Quoted(f"utter_faq/{answer.id}"): _variations(answer.wordings),
            **{
                Quoted(f"{_more_of(answer.id)}{aspect}"): _variations(wordings)
                for aspect, wordings in answer.more.items()
            },
        },
    }
    writer = YAML()
    writer.width = _WRITER_WIDTH
    written = io.StringIO()
    writer.dump(document, written)
    return written.getvalue()


def _more_of(answer_id: str) -> str:
    """What the names of an answer's further passages begin with; the aspect follows."""
    return f"utter_more/{answer_id}_"


def _variations(wordings: Iterable[Wording]) -> list[dict[str, Any]]:
    return [
        {"text": Quoted(wording.text), "metadata": {"language": Quoted(wording.language)}}
        for wording in wordings
    ]


def _metadata(answer: Answer) -> dict[str, Any]:
    metadata: dict[str, Any] = {"title": Quoted(answer.title)}
    if answer.it:
        metadata["it"] = Quoted(answer.it)
    metadata["topics"] = [Quoted(topic) for topic in answer.topics]
    metadata["clinical"] = answer.clinical
    for name in ("starter", "offer_call"):
        if getattr(answer, name):
            metadata[name] = True
    metadata["sources"] = [_source(source) for source in answer.sources]
    signers = answer.reviewed_by or dict.fromkeys(answer.languages)
    metadata["reviewed_by"] = {key: name and Quoted(name) for key, name in signers.items()}
    metadata["review_by"] = Quoted(answer.review_by)
    metadata["next"] = [Quoted(name) for name in answer.next]
    if answer.not_clinical:
        metadata["not_clinical"] = {key: Quoted(text) for key, text in answer.not_clinical.items()}
    if answer.follow_ups:
        metadata["follow_ups"] = {key: Quoted(name) for key, name in answer.follow_ups.items()}
    return metadata


def _source(source: Source) -> dict[str, str]:
    return {name: Quoted(text) for name in _SOURCE if (text := getattr(source, name)) or name == "cite"}


def parse(text: str, *, shown_as: str) -> Answer:
    """Read one answer file. Raises ProblemsError: what is not understood is said, never dropped."""
    if len(text) > MAX_FILE_CHARS:
        raise ProblemsError([Problem(shown_as, 1, "This file is too long for one answer.")])
    try:
        reader = _Reader(read_plain(text), shown_as)  # fast, for what is in order
        answer = reader.answer()
        if answer is not None and not reader.problems:
            return answer
        document = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ProblemsError([Problem(shown_as, line, f"This is not YAML: {error.problem}.")]) from error
    except (ValueError, RecursionError) as error:
        raise ProblemsError([Problem(shown_as, 1, "This is not YAML.")]) from error
    reader = _Reader(document, shown_as)
    answer = reader.answer()
    if reader.problems or answer is None:
        raise ProblemsError(reader.problems)
    return answer


def of_document(document: Any, *, file_id: str, shown_as: str) -> tuple[Answer | None, list[Problem]]:
    """The answer of the loaded file `<file_id>.yml` that is to be built, or what is not in order in it."""
    reader = _Reader(document, shown_as, file_id=file_id)
    answer = reader.answer()
    return (None if reader.problems else answer), reader.problems


def keys_of(answer_id: str, place: Place) -> tuple[str | int, ...]:
    """Where in an answer's file that stands which is at `place` in the `Answer`."""
    name, *rest = place
    if name == "questions":
        return ("nlu", 0, "examples")
    if name == "wordings":
        return ("responses", f"utter_faq/{answer_id}", *rest)
    if name == "more":
        return ("responses", f"{_more_of(answer_id)}{rest[0]}", *rest[1:])
    return ("nlu", 0, "metadata", *place)


class _Reader:
    """Goes through one document and collects what is not as it should be.

    With `file_id` it is a file to be built: then no key may be missing.
    """

    def __init__(self, document: Any, shown_as: str, *, file_id: str | None = None) -> None:
        self.document = document
        self.shown_as = shown_as
        self.file_id = file_id
        self.is_finished = file_id is not None
        self.problems: list[Problem] = []

    def complain(self, text: str, *keys: Any) -> None:
        self.problems.append(Problem(self.shown_as, line_of(self.document, *keys), text))

    def answer(self) -> Answer | None:
        top = self.mapping(self.document, _TOP, needed=_TOP)
        if self.is_finished and top.get("version") != VERSION:
            self.complain(f"'version' must be \"{VERSION}\", in quotes.", "version")
        items = self.a_list(top.get("nlu"), "nlu")
        if len(items) != 1:
            self.complain("An answer file holds one intent under 'nlu'.", "nlu")
            return None
        item = self.mapping(items[0], _ITEM, "nlu", 0, needed=_ITEM)
        answer_id = self.text(item.get("intent"), "nlu", 0, "intent").removeprefix("faq/")
        if not ID.fullmatch(answer_id):
            self.complain("The intent must be faq/ and lowercase letters, digits or _.", "nlu", 0)
            return None
        if self.file_id not in (None, answer_id):
            text = f"This file is {self.file_id}.yml, so its intent must be faq/{self.file_id}."
            self.complain(text, "nlu", 0, "intent")
            return None
        keys = ("nlu", 0, "metadata")
        metadata = self.mapping(item.get("metadata") or {}, _METADATA, *keys, needed=_NEEDED)
        return Answer(
            id=answer_id,
            questions=self.questions(item.get("examples")),
            wordings=self.wordings(top.get("responses"), f"utter_faq/{answer_id}"),
            more=self.more(top.get("responses"), answer_id),
            follow_ups=self.follow_ups(metadata.get("follow_ups"), *keys, "follow_ups"),
            title=self.text(metadata.get("title", ""), *keys, "title"),
            it=self.text(metadata.get("it", ""), *keys, "it"),
            review_by=self.text(metadata.get("review_by", ""), *keys, "review_by"),
            topics=self.texts(metadata.get("topics"), *keys, "topics"),
            next=self.texts(metadata.get("next"), *keys, "next"),
            sources=self.sources(metadata.get("sources"), *keys, "sources"),
            reviewed_by=self.signers(metadata.get("reviewed_by"), *keys, "reviewed_by"),
            not_clinical=self.released(metadata.get("not_clinical"), *keys, "not_clinical"),
            **{name: self.flag(metadata.get(name), *keys, name)
               for name in ("clinical", "starter", "offer_call")},
        )  # fmt: skip

    def mapping(
        self, value: Any, known: tuple[str, ...], *keys: Any, needed: tuple[str, ...] = ()
    ) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.complain(f"Keys are expected here: {', '.join(known)}.", *keys)
            return {}
        for key in value:
            if key not in known:
                self.complain(f"Unknown key '{key}'. Known here: {', '.join(known)}.", *keys, key)
        for key in needed if self.is_finished else ():
            if key not in value:
                self.complain(f"'{key}' is missing.", *keys)
        return value

    def a_mapping(self, value: Any, *keys: Any) -> Mapping[str, Any]:
        """Keys that are not known before."""
        if value is not None and not isinstance(value, Mapping):
            self.complain("Keys are expected here.", *keys)
        return {str(key): each for key, each in value.items()} if isinstance(value, Mapping) else {}

    def a_list(self, value: Any, *keys: Any) -> list[Any]:
        if value is None:
            return []
        if not isinstance(value, list):
            self.complain("A list is expected here.", *keys)
            return []
        return value

    def text(self, value: Any, *keys: Any) -> str:
        if isinstance(value, str):
            return str(value)
        is_date = isinstance(value, date)
        what = "is an unquoted date" if is_date else "must be a text"
        self.complain(f"'{keys[-1]}' {what}: put it in quotes.", *keys)
        return ""

    def texts(self, value: Any, *keys: Any) -> tuple[str, ...]:
        items = self.a_list(value, *keys)
        return tuple(self.text(item, *keys, index) for index, item in enumerate(items))

    def flag(self, value: Any, *keys: Any) -> bool:
        if value is not None and not isinstance(value, bool):
            self.complain(f"'{keys[-1]}' must be true or false.", *keys)
        return value is True

    def questions(self, value: Any) -> tuple[str, ...]:
        keys = ("nlu", 0, "examples")
        found = []
        for line in self.text(value if value is not None else "", *keys).split("\n"):
            match = _EXAMPLE.fullmatch(line)
            if match:
                found.append(match.group("text"))
            elif line.strip() not in ("", "-"):
                self.complain(f"'{line.strip()[:60]}' is no question: begin it with '- '.", *keys)
        return tuple(found)

    def more(self, value: Any, answer_id: str) -> dict[str, tuple[Wording, ...]]:
        """The further passages; what else stands among the responses is none of this answer."""
        start, reply = _more_of(answer_id), f"utter_faq/{answer_id}"
        found = {}
        for name in self.a_mapping(value, "responses"):
            if self.is_passage(name, start):
                found[name.removeprefix(start)] = self.wordings(value, name)
            elif name != reply:
                wanted = f"a passage of this answer is called {start} and its aspect"
                wanted = wanted if name.startswith("utter_more/") else f"the reply must be called {reply}"
                self.complain(f"'{name[:60]}': {wanted}.", "responses", name)
        return found

    @staticmethod
    def is_passage(name: str, start: str) -> bool:
        return name.startswith(start) and bool(ASPECT.fullmatch(name.removeprefix(start)))

    def follow_ups(self, value: Any, *keys: Any) -> dict[str, str]:
        if not isinstance(value or {}, Mapping):
            self.complain("Aspects with the answer that speaks of each are expected here.", *keys)
            return {}
        return {str(key): self.text(name, *keys, key) for key, name in (value or {}).items()}

    def wordings(self, value: Any, name: str) -> tuple[Wording, ...]:
        responses = value if isinstance(value, Mapping) else {}
        found = []
        for index, item in enumerate(self.a_list(responses.get(name), "responses", name)):
            keys = ("responses", name, index)
            wording = self.mapping(item, _WORDING, *keys, needed=_WORDING)
            metadata = self.mapping(
                wording.get("metadata") or {}, _LANGUAGE, *keys, "metadata", needed=_LANGUAGE
            )
            language = self.text(metadata.get("language", "en"), *keys, "metadata", "language")
            if language not in LANGUAGES:
                self.complain(f"'language' is one of {', '.join(LANGUAGES)}.", *keys)
            found.append(Wording(self.text(wording.get("text"), *keys, "text"), language))
        return tuple(found)

    def sources(self, value: Any, *keys: Any) -> tuple[Source, ...]:
        found = []
        for index, item in enumerate(self.a_list(value, *keys)):
            source = self.mapping(item, _SOURCE, *keys, index, needed=("cite",))
            texts = {name: self.text(source[name], *keys, index, name) for name in _SOURCE if name in source}
            found.append(Source(**{"cite": "", **texts}))
        return tuple(found)

    def released(self, value: Any, *keys: Any) -> dict[str, str]:
        said = self.mapping(value or {}, _NOT_CLINICAL, *keys, needed=_NOT_CLINICAL if value else ())
        return {str(key): self.text(text, *keys, key) for key, text in said.items()}

    def signers(self, value: Any, *keys: Any) -> dict[str, str | None]:
        signers: dict[str, str | None] = {}
        for language, name in self.mapping(value or {}, LANGUAGES, *keys).items():
            signers[str(language)] = None if name is None else self.text(name, *keys, language)
        return signers
