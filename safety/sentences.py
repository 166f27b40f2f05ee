"""Owns where a sentence ends and where a clause does; which of them matter is for check.py."""

from __future__ import annotations

import re

# An end mark counts before a space or at the end, a dot also glued to the next word ("die.i mean it"),
# never inside a number (3.5), for dots that trail off ("i want to... die") or a sign inside a
# word ("k!ll").
_END = re.compile(
    r"(?:(?:[!?\u203d\u3002\uff1f\uff01\uff0e]+|[;\n])[)\"'\u201d\u2019]*(?=\s|$)|(?<![.\s])\.(?!\.)[)\"'\u201d\u2019]*(?=\s|$|[^\W\d_]))"
)
_CLAUSE = re.compile(r"\s*(?:[,:;\u2013\u2014]|\s-\s|\s(?:but|pero|also|anyway)\s)\s*")


def split_sentences(text: str) -> list[str]:
    """Cut a text into sentences, each with its own end mark."""
    sentences: list[str] = []
    start = 0
    for match in _END.finditer(text):
        sentences.append(text[start : match.end()].strip())
        start = match.end()
    sentences.append(text[start:].strip())
    return [sentence for sentence in sentences if sentence]


def split_lines(text: str) -> list[str]:
    """Cut a text of several lines into sentences; the end of a line ends one too."""
    return [sentence for line in text.splitlines() for sentence in split_sentences(line.strip())]


def split_clauses(sentence: str) -> list[str]:
    """Cut a sentence at commas, dashes and turns of thought."""
    return [clause for clause in _CLAUSE.split(sentence) if clause]
