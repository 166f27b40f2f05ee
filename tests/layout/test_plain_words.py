"""What people read is plain American English, with one word for one thing (plain_words.yml)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from content.yaml_files import read_yaml
from tests.layout.glossary import PAGE, WORDS, page_of
from tests.layout.visible_texts import Text, all_texts, of_code, of_document, of_page, of_script

GLOSSARY = read_yaml(WORDS)["glossary"]
AVOID = read_yaml(WORDS)["avoid"]
# Every word at once, so that each text is read once: patterns have no named groups of their own.
_ANY = re.compile("|".join(f"(?:{pattern})" for pattern in AVOID), re.IGNORECASE)


def better_for(found: str, words: str) -> str:
    """What the list says for the pattern that found this."""
    for pattern, better in AVOID.items():
        if any(found == each.group() for each in re.finditer(pattern, words, re.IGNORECASE)):
            return str(better)
    raise LookupError(found)


def faults_in(texts: Iterator[Text]) -> list[str]:
    return [
        f"{file}:{line}: “{found.group()}” in “{words.strip()[:90]}”: "
        f"write {better_for(found.group(), words)}"
        for file, line, words in texts
        for found in _ANY.finditer(words)
    ]


def test_no_quaint_or_british_word_stands_in_what_people_read() -> None:
    faults = faults_in(all_texts())
    assert not faults, "\n" + "\n".join(faults)


def test_the_glossary_page_is_the_one_of_the_list() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of(GLOSSARY), "run python -m tests.layout.glossary"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (of_page, '<p\n title="In vain">{{ "In vain" if x else y }}</p><p>In vain</p>'),
        (of_script, "say(\"In vain\"); // in vain\n/* in vain */ other(`In vain ${x}`, 'In vain');"),
        (
            of_code,
            '"""In vain."""\n\n\ndef f() -> str:\n    """In vain."""\n    return "In vain" + f"In vain {1}"',
        ),
        (of_document, "In vain\n`in vain`\n```\nin vain\n```\nin vain\n\nin vain"),
    ],
)
def test_what_people_read_is_found_and_nothing_else(read: type, text: str) -> None:
    told = faults_in(("a", line, words) for line, words in read(text))
    assert len(told) == (2 if read is of_code else 3)
    assert told[0].endswith("write without an answer")


def test_the_line_of_a_fault_is_told() -> None:
    assert faults_in(("a.html", line, words) for line, words in of_page("<p>\n\n  The fate</p>")) == [
        "a.html:3: “fate” in “The fate”: write result"
    ]
