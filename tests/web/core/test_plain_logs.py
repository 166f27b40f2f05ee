"""The log: whatever a client sends stays in its line and moves no terminal."""

from __future__ import annotations

import logging
import sys

import pytest

from web.core.plain_logs import PlainFormatter


def entry(message, caught=None):
    return PlainFormatter().format(logging.LogRecord("web", logging.ERROR, "x.py", 1, message, (), caught))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("\x1b]0;owned\x07\x00", "\\x1b]0;owned\\x07\\x00"),
        ("a\n2026-11-30 INFO web: all is well", "a\\n2026-11-30 INFO web: all is well"),
        ("a\rb\x9bc", "a\\rb\\x9bc"),
        ("\u202egnal", "\\u202egnal"),
        ("a\udcffb", "a\\udcffb"),
        ("señora 你好", "señora 你好"),
    ],
)
def test_a_message_is_one_plain_line(sent, shown):
    assert entry(sent).endswith(f" ERROR web: {shown}")
    assert len(entry(sent).splitlines()) == 1
    entry(sent).encode()


def test_a_traceback_keeps_its_lines_and_nothing_else():
    try:
        raise ValueError("\x1b[2J")
    except ValueError:
        written = entry("It failed", sys.exc_info())
    assert len(written.splitlines()) > 2
    assert "\x1b" not in written
