"""Everything that is wrong with the content, said with file, line and what to do.

Rasa's own reader ignores unknown keys, expands `${VAR}`, turns unquoted dates into objects and does
not see one question taught to two answers; `rasa data validate` returns 0 whatever it prints.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from ruamel.yaml.error import YAMLError

from content.answer_rules import IS_A_SETTING, Issue, issues_of
from content.answer_yaml import keys_of, of_document
from content.answers import Answer, one_line
from content.clinical import Judge, in_words
from content.facts import TEXTS, Clinic, load_clinic
from content.policies import Policy, read_policy
from content.readability import grade_of
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

FOLLOW_UPS = "follow_up/"
_STRAIGHT = str.maketrans("“”", "''")


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
    policy = read_policy(project)
    aspects = {
        question.intent.removeprefix(FOLLOW_UPS)
        for question in skill_questions
        if question.intent.startswith(FOLLOW_UPS)
    }
    sound: list[tuple[AnswerFile, Answer]] = []
    for file in answers:
        answer, found = of_document(file.document, file_id=file.id, shown_as=file.path)
        problems += found
        if answer is not None:
            sound.append((file, answer))
    problems += _content_problems(sound, policy, aspects)
    problems += _clinical_problems(sound, policy, (clinic.name,))
    problems += _fact_problems(clinic, policy)
    problems += _twice_taught([*_questions(answers), *skill_questions])
    problems += _environment_problems(project)
    return sorted(set(problems))


def _content_problems(
    answers: Sequence[tuple[AnswerFile, Answer]], policy: Policy, aspects: Collection[str]
) -> Iterator[Problem]:
    known = {answer.id for _, answer in answers}
    for file, answer in answers:
        for issue in issues_of(answer, known=known, policy=policy, aspects=aspects):
            if issue.stops:
                yield _placed(issue, file, answer)
    grades = [grade_of(each.text, policy.plain_words) for _, answer in answers for each in answer.wordings]
    if grades and median(grades) > policy.max_median_grade:
        text = f"The median reading grade of all replies is {median(grades):.1f}; "
        yield Problem("data/answers", 1, f"{text}at most {policy.max_median_grade} is allowed.")


def _placed(issue: Issue, file: AnswerFile, answer: Answer) -> Problem:
    """An issue with the line that it is about, in quotes that every terminal shows."""
    text = issue.text.translate(_STRAIGHT)
    name, *at = issue.place
    if name == "questions" and at and isinstance(at[0], int):
        question = answer.questions[at[0]]
        for each in questions_of(file.document, file.path):
            if one_line(each.text) == question:
                return Problem(file.path, each.line, text)
    return file.problem(text, *keys_of(file.id, issue.place))


def _clinical_problems(
    answers: Sequence[tuple[AnswerFile, Answer]], policy: Policy, names: tuple[str, ...]
) -> Iterator[Problem]:
    """Answers that are clinical by their text and are not marked so: nobody would sign them."""
    judge = Judge(policy.clinical, [answer for _, answer in answers], names)
    for file, answer in answers:
        if answer.clinical:
            continue
        if reasons := judge.of_answer(answer):
            text = f"This is clinical, because {in_words(reasons)}: write 'clinical: true'."
            yield file.problem(text, "nlu", 0, "metadata", "clinical")


def _fact_problems(clinic: Clinic, policy: Policy) -> Iterator[Problem]:
    for name in TEXTS:
        for text in promises_and_doses(clinic.texts.get(name, ""), policy):
            yield Problem("clinic.yml", 1, f"'{name}': {text}")


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
                yield Problem(shown_as, number, IS_A_SETTING)
