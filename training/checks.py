"""Everything that is wrong with the content, said with file, line and what to do.

Rasa's own reader ignores unknown keys, expands `${VAR}`, turns unquoted dates into objects and does
not see one question taught to two answers; `rasa data validate` returns 0 whatever it prints.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import jsonschema
from ruamel.yaml.error import YAMLError

from content.answer_yaml import of_document
from content.clinical import Judge, in_words
from content.facts import TEXTS, Clinic, load_clinic
from content.policies import Policy, read_policy
from content.replies import promises_and_doses
from content.yaml_files import Problem, ProblemsError, read_plain, read_yaml
from training.answer_files import (
    AnswerFile,
    Question,
    Read,
    questions_of,
    read_answers,
    read_skill_questions,
)
from training.replies import grade_of, reply_problems

_SCHEMA = json.loads(Path(__file__).with_name("answer_schema.json").read_text(encoding="utf-8"))
FOLLOW_UPS = "follow_up/"
_TYPES = {"string": "a text in quotes", "boolean": "true or false", "array": "a list",
          "object": "a set of keys"}  # fmt: skip


def check_project(project: Path) -> list[Problem]:
    """Check facts, answers, skills and questions of a Rasa project; sorted by file and line."""
    # Reading with lines takes many times as long: only for what has something to be named.
    return _check(project, read_yaml) if _check(project, _read_fast) else []


def _read_fast(path: Path, *, shown_as: str) -> Any:
    try:
        return read_plain(path.read_text(encoding="utf-8"))
    except (YAMLError, ValueError) as error:
        raise ProblemsError([Problem(shown_as, 1, str(error))]) from error


def _check(project: Path, read: Read) -> list[Problem]:
    answers, problems = read_answers(project, read)
    skill_questions: list[Question] = []
    clinic = Clinic("")
    try:
        clinic = load_clinic(project / "clinic.yml")
        skill_questions = read_skill_questions(project, read)
    except ProblemsError as error:
        problems += error.problems
    if not answers and not problems:
        problems.append(Problem("data/answers", 1, "There are no answers here yet."))
    sound = []
    for answer in answers:
        found = list(_shape_problems(answer))
        problems += found
        if not found:
            sound.append(answer)
    policy = read_policy(project)
    problems += _content_problems(sound, policy)
    problems += _clinical_problems(sound, policy, (clinic.name,))
    problems += _fact_problems(clinic, policy)
    aspects = {
        question.intent.removeprefix(FOLLOW_UPS)
        for question in skill_questions
        if question.intent.startswith(FOLLOW_UPS)
    }
    for answer in sound:
        problems += _follow_up_problems(answer, aspects)
    problems += _twice_taught([*_questions(answers), *skill_questions])
    problems += _environment_problems(project)
    return sorted(set(problems))


def _content_problems(answers: list[AnswerFile], policy: Policy) -> Iterator[Problem]:
    ids = {answer.id for answer in answers}
    grades = []
    for answer in answers:
        yield from _metadata_problems(answer, ids, policy)
        yield from reply_problems(answer, policy)
        count = sum(1 for _ in questions_of(answer.document, answer.path))
        if count < policy.min_questions:
            text = f"Only {count} questions; write {policy.min_questions} or more, as people type."
            yield answer.problem(text, "nlu", 0, "examples")
        grades += [grade_of(v["text"], policy) for v in answer.variations]
    if grades and median(grades) > policy.max_median_grade:
        text = f"The median reading grade of all replies is {median(grades):.1f}; "
        yield Problem("data/answers", 1, f"{text}at most {policy.max_median_grade} is allowed.")


def _clinical_problems(
    answers: list[AnswerFile], policy: Policy, names: tuple[str, ...]
) -> Iterator[Problem]:
    """Answers that are clinical by their text and are not marked so: nobody would sign them."""
    read = [of_document(answer.document, shown_as=answer.path) for answer in answers]
    judge = Judge(policy.clinical, [answer for answer in read if answer], names)
    for file, answer in zip(answers, read, strict=True):
        if answer is None or answer.clinical:
            continue
        if reasons := judge.of_answer(answer):
            text = f"This is clinical, because {in_words(reasons)}: write 'clinical: true'."
            yield file.problem(text, "nlu", 0, "metadata", "clinical")


def _fact_problems(clinic: Clinic, policy: Policy) -> Iterator[Problem]:
    for name in TEXTS:
        for text in promises_and_doses(clinic.texts.get(name, ""), policy):
            yield Problem("clinic.yml", 1, f"'{name}': {text}")


def _shape_problems(answer: AnswerFile) -> Iterator[Problem]:
    validator = jsonschema.Draft7Validator(_SCHEMA)
    for error in validator.iter_errors(_plain(answer.document)):
        yield answer.problem(_in_words(error), *error.absolute_path, *_extra_key(error))
    if answer.nlu.get("intent") not in (None, f"faq/{answer.id}"):
        text = f"This file is {answer.id}.yml, so its intent must be faq/{answer.id}."
        yield answer.problem(text, "nlu", 0, "intent")
    has_replies = isinstance(answer.document, Mapping) and answer.document.get("responses")
    if has_replies and not answer.variations:
        yield answer.problem(f"The reply must be called utter_faq/{answer.id}.", "responses")


def _extra_key(error: jsonschema.ValidationError) -> list[Any]:
    if error.validator != "additionalProperties" or not isinstance(error.instance, dict):
        return []
    known = error.schema.get("properties", {})
    return [key for key in error.instance if key not in known][:1]


def _in_words(error: jsonschema.ValidationError) -> str:
    where = error.absolute_path[-1] if error.absolute_path else "this file"
    if error.validator == "additionalProperties":
        known = ", ".join(error.schema.get("properties", {}))
        return f"Unknown key '{_extra_key(error)[0]}'. Known here: {known}."
    if error.validator == "required":
        missing = next(key for key in error.validator_value if key not in error.instance)
        return f"'{missing}' is missing."
    if error.validator == "type" and "date" in type(error.instance).__name__.lower():
        return f"'{where}' is an unquoted date: put it in quotes."
    if error.validator == "type":
        wanted = error.validator_value
        worded = _TYPES.get(wanted, wanted) if isinstance(wanted, str) else "a text or null"
        return f"'{where}' must be {worded}."
    return f"'{where}': {error.message}"


def _plain(node: Any) -> Any:
    """A document without ruamel's own types, which jsonschema does not take for objects or lists."""
    if isinstance(node, Mapping):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_plain(value) for value in node]
    if isinstance(node, str):
        return str(node)
    return node


def _metadata_problems(answer: AnswerFile, ids: set[str], policy: Policy) -> Iterator[Problem]:
    keys = ("nlu", 0, "metadata")
    sources = answer.metadata.get("sources") or []
    if not sources:
        yield answer.problem("No source: say where this reply comes from.", *keys, "sources")
    for index, source in enumerate(sources):
        url = source.get("url")
        if url and not policy.is_primary(url):
            text = f"'{url}' is not a primary publisher; put it under read_at."
            yield answer.problem(text, *keys, "sources", index, "url")
    for index, name in enumerate(answer.metadata.get("next") or []):
        if name not in ids:
            yield answer.problem(f"There is no answer '{name}'.", *keys, "next", index)
    for aspect, name in (answer.metadata.get("follow_ups") or {}).items():
        if name not in ids:
            yield answer.problem(f"There is no answer '{name}'.", *keys, "follow_ups", aspect)


def _follow_up_problems(answer: AnswerFile, aspects: set[str]) -> Iterator[Problem]:
    """Passages and links are of aspects that are taught; any other would never be asked for.

    A content that teaches no follow-ups at all may hold passages for later.
    """
    start = f"utter_more/{answer.id}_"
    for name in answer.passages:
        if not name.startswith(start):
            yield answer.problem(
                f"A passage of this answer is called {start} and its aspect.", "responses", name
            )
        elif aspects and name.removeprefix(start) not in aspects:
            text = f"'{name.removeprefix(start)}' is no follow-up in data/follow_ups.yml."
            yield answer.problem(text, "responses", name)
    for aspect in answer.metadata.get("follow_ups") or {}:
        if aspects and aspect not in aspects:
            text = f"'{aspect}' is no follow-up in data/follow_ups.yml."
            yield answer.problem(text, "nlu", 0, "metadata", "follow_ups", aspect)


def _questions(answers: Iterable[AnswerFile]) -> Iterator[Question]:
    for answer in answers:
        yield from questions_of(answer.document, answer.path)


def _twice_taught(questions: Iterable[Question]) -> Iterator[Problem]:
    """Questions taught to two; a follow-up may be one too: it counts only behind an answer."""
    seen: dict[str, list[Question]] = defaultdict(list)
    for question in questions:
        if question.normalised and not question.intent.startswith(
            FOLLOW_UPS
        ):  # emoji alone have no words to compare
            seen[question.normalised].append(question)
    for same in seen.values():
        first = same[0]
        for other in same[1:]:
            if other.intent != first.intent:
                text = f"'{other.text}' is also taught in {first.path}:{first.line}. Keep it in one."
                yield Problem(other.path, other.line, text)


def _environment_problems(project: Path) -> Iterator[Problem]:
    """`${NAME}` anywhere: Rasa would put the server's environment, secrets and all, in its place."""
    for path in sorted((project / "data").rglob("*.yml")):
        shown_as = path.relative_to(project).as_posix()
        for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "${" in row:
                text = "'${' would be replaced by a setting of this computer: write it out."
                yield Problem(shown_as, number, text)
