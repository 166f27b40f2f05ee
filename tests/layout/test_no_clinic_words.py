"""No word of the clinic stands in code, templates or settings: the same program serves any clinic.

Its words are those of `clinic.yml` (the name) and `data/clinical.yml` (what only this clinic treats with
and for). Comments and docstrings may use them to explain.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

from content.facts import names_of
from content.yaml_files import read_yaml

PROJECT = Path(__file__).parents[2]
ROOMS = ("actions", "components", "content", "safety", "training", "web", "deploy")
KINDS = {".py", ".html", ".js", ".css", ".yml", ".yaml", ".json", ".toml", ".sh", ".txt"}
# What people say and take anywhere, as data of a language: danger is recognised at a dentist's too.
OF_ANY_CLINIC = ("safety/rules/", "safety/words/", "content/clinical.yml", "training/encoder/")
LISTS = ("medicines", "conditions")
# Words of a clinic that are everyday English, or an engineer's, as well.
EVERYDAY = {"tolerance"}
# What is left, and why. Nothing may be added; what is mended is struck out here.
KNOWN = {
    "components/spelling/abbreviations.py": {"ketamine"},  # until it reads the synonyms of data/
    "content/scoring.py": {"bad_trip", "k_hole", "ketamine"},  # topics of the evaluation sets
    "content/facts.py": {"spravato"},  # a key of clinic.yml, and so a setting
    "web/studio/facts_form.py": {"spravato"},
}
_COMMENT = re.compile(r"\{#.*?#\}|<!--.*?-->|/\*.*?\*/|(?m:^\s*(?://|#).*$)", re.DOTALL)


def own_words(project: Path) -> set[str]:
    """What only this clinic says, as it was written: "k hole", "dissociat*"."""
    lists = read_yaml(project / "data" / "clinical.yml")["clinical"]
    listed = ",".join(str(lists.get(name) or "") for name in LISTS)
    words = {" ".join(part.split()).lower() for part in listed.split(",")}
    # The name as a whole: its words alone may be anybody's.
    return words - {""} - EVERYDAY | {name.lower() for name in names_of(project)}


def pattern_of(words: set[str]) -> re.Pattern[str]:
    """These words, also within names of code ("k_hole")."""
    each = (re.escape(word).replace(r"\ ", "[ _-]") for word in sorted(words))
    found = (word.removesuffix(r"\*") + r"\w*" if word.endswith(r"\*") else word for word in each)
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(found)})(?![a-z0-9])")


def said_in(path: Path) -> str:
    """What a file says to the machine or to people, without what it says to its readers."""
    text = path.read_text(encoding="utf-8")
    return _code(text) if path.suffix == ".py" else _COMMENT.sub(" ", text)


def _code(text: str) -> str:
    docstrings = {
        node.body[0].lineno
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and ast.get_docstring(node) is not None
    }
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return " ".join(
        token.string
        for token in tokens
        if token.type != tokenize.COMMENT
        and not (token.type == tokenize.STRING and token.start[0] in docstrings)
    )


def files_of(room: str) -> list[Path]:
    """The text files of one room that belong to no language as a whole."""
    found = (path for path in sorted((PROJECT / room).rglob("*")) if path.suffix in KINDS)
    return [path for path in found if not path.relative_to(PROJECT).as_posix().startswith(OF_ANY_CLINIC)]


def found_in(room: str, words: re.Pattern[str]) -> dict[str, set[str]]:
    said = {path: set(words.findall(said_in(path).lower())) for path in files_of(room)}
    return {path.relative_to(PROJECT).as_posix(): found for path, found in said.items() if found}


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("project", [PROJECT, PROJECT / "tests" / "dental"], ids=["shipped", "dental"])
def test_no_word_of_a_clinic_stands_in_code(project: Path, room: str) -> None:
    found = found_in(room, pattern_of(own_words(project)))
    known = {path: own for path, own in KNOWN.items() if path.startswith(f"{room}/") and project == PROJECT}
    assert found == known


def test_the_words_are_those_of_the_content() -> None:
    words = own_words(PROJECT)
    assert {"ketamine", "k hole", "balanced ketamine"} <= words
    pattern = pattern_of(words)
    assert pattern.findall('"k_hole": dissociative, ketamines and KETAMINE'.lower()) == [
        *("k_hole", "dissociative", "ketamine"),
    ]


def test_comments_and_docstrings_are_left_out(tmp_path: Path) -> None:
    code, page = tmp_path / "a.py", tmp_path / "a.html"
    code.write_text('"""One."""\n\n\ndef f() -> str:\n    """Two."""\n    return "three"  # four\n')
    page.write_text("{# five #}<p>six</p><!-- seven -->")
    assert [word for word in ("One", "Two", "three", "four") if word in said_in(code)] == ["three"]
    assert [word for word in ("five", "six", "seven") if word in said_in(page)] == ["six"]
