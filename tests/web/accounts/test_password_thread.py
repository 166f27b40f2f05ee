"""Passwords are checked in a thread behind everybody else; that it cannot step back locks nobody out."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from web.accounts import passwords


def checks() -> str | None:
    """Let a thread that begins as that of the passwords judge one."""
    with ThreadPoolExecutor(max_workers=1, initializer=passwords._step_back) as threads:
        return threads.submit(passwords.weakness, "short").result()


def test_a_service_that_runs_at_a_lower_priority_still_checks_passwords(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present, asked = 19, []

    def of_a_user_without_rights(_: int, __: int, priority: int) -> None:
        asked.append(priority)
        if priority < present:
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "getpriority", lambda *_: present)
    monkeypatch.setattr(os, "setpriority", of_a_user_without_rights)
    assert checks()
    assert asked == [19]


def test_a_system_that_refuses_priorities_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "setpriority", refused)
    assert checks()
