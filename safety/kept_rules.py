"""Owns the rules as they are kept compiled: reading and compiling them takes half a second of processor.

Only plain values are kept (`marshal`, which runs nothing), under a hash of all rules, words and code and of
this Python. What does not fit, or does not hear its own examples, is compiled again.
"""

from __future__ import annotations

import marshal
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from safety.lexicon import LANGUAGES, Lexicon
from safety.matching import Matcher
from safety.rules import SIGNALS, Rule, RuleMatcher, load_matchers
from safety.sealed_files import hash_of, keep, read, sources_of_rules
from safety.sentences import split_sentences
from safety.words import read_words

FILE = "safety-rules.bin"


def load_kept(file: Path) -> dict[str, RuleMatcher]:
    """Give the matchers of every language from this file; compile them, and keep them there, else."""
    made_from = hash_of(sources_of_rules(), sys.version)
    content = read(file, made_from)
    matchers = _matchers(content) if content is not None else None
    if matchers is None:
        matchers = load_matchers()
        keep(file, made_from, _packed(matchers))
    return matchers


def _packed(matchers: dict[str, RuleMatcher]) -> bytes:
    return marshal.dumps({language: _plain(each) for language, each in matchers.items()})


def _plain(matcher: RuleMatcher) -> tuple[Any, ...]:
    rules = [_values(rule) for rule in matcher.rules.values()]
    return _values(matcher.lexicon), rules, matcher.matcher.kept


def _matchers(content: bytes) -> dict[str, RuleMatcher] | None:
    """Put the matchers together again; None when that fails or one does not hear its own examples."""
    try:
        languages = marshal.loads(content)
        made = {
            name: RuleMatcher(Lexicon(*lexicon), [Rule(*rule) for rule in rules], Matcher(tree))
            for name, (lexicon, rules, tree) in languages.items()
        }
    except (EOFError, TypeError, ValueError):
        return None
    return made if tuple(made) == LANGUAGES and all(map(_hears, made.values())) else None


def _hears(matcher: RuleMatcher) -> bool:
    """Whether the first example of each rule for danger still makes that rule fire."""
    for rule in matcher.rules.values():
        if rule.kind in SIGNALS:
            words = read_words(split_sentences(rule.fires_on[0]), matcher.lexicon)
            if not any(span.rule is rule for span in matcher.match(words)):
                return False
    return True


def _values(made: Any) -> tuple[Any, ...]:
    return tuple(getattr(made, each.name) for each in fields(made))
