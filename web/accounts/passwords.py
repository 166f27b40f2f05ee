"""Passwords: how they are kept, checked, and which ones are refused."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_CHARS, MAX_CHARS = 12, 200
_DIFFERENT_CHARS = 6
# zxcvbn counts the guesses that a program needs which knows lists, names, keyboards and dates. Its work
# grows fast with the length, and so much is enough to tell.
_GUESSES_LOG10, _JUDGED_CHARS = 10.0, 24
# Its lists are English; these come first elsewhere.
_ELSEWHERE = ("contraseña", "contrasena", "passwort", "motdepasse", "senha", "frontdesk")
FIRST_TRIED = "This password is too easy to guess. Please choose another one."
_COMMON = Path(__file__).with_name("common_passwords.txt")
_LOOKS_LIKE = str.maketrans("013457@$!", "oieastasi")
# At least what OWASP asks of Argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NICE = 10  # a core that a visitor's message needs is the message's


def _step_back() -> None:
    """Let every other thread go first; on Linux a thread has a priority of its own.

    A service that runs at a lower priority as a whole may not raise this one: then it stays as it is.
    """
    mine = threading.get_native_id()
    with suppress(OSError):  # nobody could sign in without this thread
        os.setpriority(os.PRIO_PROCESS, mine, max(_NICE, os.getpriority(os.PRIO_PROCESS, mine)))


# Each check takes 19 MiB and a core for a while: guesses wait in a row, visitors do not wait for them.
_threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords", initializer=_step_back)


async def hashed(password: str) -> str:
    """Make the hash that is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def is_right(known_hash: str | None, guess: str) -> bool:
    """Check a guess, in a thread. Without a hash it takes the same time and is wrong."""
    fits = await asyncio.get_running_loop().run_in_executor(_threads, _fits, known_hash, guess)
    return fits and known_hash is not None


async def why_weak(password: str, *, own_words: tuple[str, ...] = ()) -> str | None:
    """Say why a password is refused, in a thread; None when it is good enough."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, lambda: weakness(password, own_words=own_words))


def weakness(password: str, *, own_words: tuple[str, ...] = ()) -> str | None:
    """Say why a password is refused; None when it is good enough."""
    if len(password) < MIN_CHARS:
        return f"Please use at least {MIN_CHARS} characters. Three or four words are easy to remember."
    if len(password) > MAX_CHARS:
        return f"Please use at most {MAX_CHARS} characters."
    plain = _plain(password)
    if len(set(password.lower())) < _DIFFERENT_CHARS or plain in _common() or _core(password) in _common():
        return FIRST_TRIED
    if any(_plain(word) in plain for word in own_words if len(word) > 3):
        return "Please leave your name and the clinic's name out of the password."
    if any(_core(password).replace(_plain(word), "") in _common() for word in _parts(own_words)):
        return FIRST_TRIED  # what the clinic treats with, and "clinic"
    if _is_a_row(password):
        return "This is a row of neighboring keys or numbers. Please choose another one."
    # Of a long one the beginning or the end may be anything, as long as the other holds.
    parts = {password[:_JUDGED_CHARS], password[-_JUDGED_CHARS:]}
    return None if any(_is_hard(part, own_words) for part in parts) else FIRST_TRIED


def _is_hard(part: str, own_words: tuple[str, ...]) -> bool:
    """Whether it takes very many guesses, also for somebody who knows whose password it is."""
    from zxcvbn import zxcvbn  # its lists are read when a password is chosen, not at every start

    judged = zxcvbn(part, user_inputs=[*_parts(own_words), *_ELSEWHERE])
    return bool(judged["guesses_log10"] >= _GUESSES_LOG10)


def _parts(own_words: tuple[str, ...]) -> list[str]:
    """The single words of names."""
    parts = (part for text in own_words for part in (*text.split(), *re.split(r"[\W_]+", text)))
    return [part for part in parts if len(part) > 2]


def _fits(known_hash: str | None, guess: str) -> bool:
    try:
        return _hasher.verify(known_hash or _nobodys_hash(), guess)
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))


@cache
def _common() -> frozenset[str]:
    return frozenset(_plain(line) for line in _COMMON.read_text(encoding="utf-8").split())


def _plain(text: str) -> str:
    """Take away what people add to pass a rule: capitals, signs, 0 for o."""
    return re.sub(r"[\W_]", "", text.lower().translate(_LOOKS_LIKE))


def _core(password: str) -> str:
    """The word in the middle, without the numbers and signs around it."""
    return _plain(re.sub(r"^[\W\d_]+|[\W\d_]+$", "", password))


def _is_a_row(password: str) -> bool:
    keys = re.sub(r"[\W_]", "", password.lower())
    rows = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiopasdfghjklzxcvbnm", "01234567890123456789")
    half = keys[: max(6, len(keys) // 2)]
    return any(half in row or half[::-1] in row for row in rows)
