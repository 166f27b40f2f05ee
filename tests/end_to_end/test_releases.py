"""Publish and undo while visitors chat, bots are killed and nothing may be lost; memory stays."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from tests.end_to_end.running import Running
from web.app import create_app
from web.context import AppContext
from web.core.settings import Settings
from web.releases import publishing

PUBLISHES = 20 if os.environ.get("FRONT_DESK_PROVE") else 3  # `make prove` sets it
VISITORS = 2
MAX_GROWTH = 0.05
GIVE_UP_S = 600.0
QUESTIONS = (
    "what is a k-hole",
    "how long does a visit take",
    "is it safe",
    "hi",
    "what are the side effects",
)


@pytest.fixture(scope="module")
def context(running: Running) -> Iterator[AppContext]:
    """The rules of releases on the running installation's own files."""
    settings = Settings.from_environment({"FRONT_DESK_VAR": str(running.var)})
    made: AppContext = create_app(settings).ctx.context
    yield made
    done(made.db.close())


@pytest.fixture(scope="module")
def first(context: AppContext) -> str:
    """The release that is published when the tests begin."""
    return publishing.published(context)


@pytest.fixture(scope="module")
def other(context: AppContext, first: str) -> str:
    """A second release: the same model under another hash, so that it wants a bot of its own."""
    folder = context.settings.releases
    shutil.copytree(folder / first, folder / "building-90", copy_function=os.link)
    manifest = json.loads((folder / first / "manifest.json").read_text(encoding="utf-8"))
    (folder / "building-90" / "manifest.json").unlink()
    text = json.dumps({**manifest, "release": "90", "learnt": "of another content"})
    (folder / "building-90" / "manifest.json").write_text(text, encoding="utf-8")
    (folder / "building-90").rename(folder / "90")
    return "90"


class Visitor(threading.Thread):
    """Asks one question after the other and notes what came back."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.http = httpx.Client(base_url=address, timeout=60, trust_env=False)
        self.is_over = threading.Event()
        self.answers: list[dict[str, Any] | None] = []
        self.slowest_s = 0.0

    def run(self) -> None:
        with self.http:
            self._chat()

    def _chat(self) -> None:
        started = self.http.post("/v1/conversations").json()
        path = f"/v1/conversations/{started['id']}/messages"
        self.http.headers["authorization"] = f"Bearer {started['token']}"
        while not self.is_over.is_set():
            text = QUESTIONS[len(self.answers) % len(QUESTIONS)]
            body = {"client_id": f"message-{len(self.answers):04}", "text": text}
            asked_s = time.monotonic()
            sent = self.http.post(path, json=body)
            if sent.status_code == httpx.codes.TOO_MANY_REQUESTS:  # nobody types that fast
                self.is_over.wait(sent.json()["retry_after_s"])
                continue
            self.answers.append(self._answer_to(path, sent.json()["message"]))
            self.slowest_s = max(self.slowest_s, time.monotonic() - asked_s)

    def _answer_to(self, path: str, message: dict[str, Any]) -> dict[str, Any] | None:
        """The bot's answer to one message; a sentence that stands in for it is none."""
        deadline_s, after = time.monotonic() + 60, message["seq"]
        while time.monotonic() < deadline_s:
            news = self.http.get(path, params={"after": after, "wait": 5}).json()
            after = news["last"]
            for heard in news["messages"]:
                if heard["author"] == "bot" and heard["in_reply_to"] == message["id"]:
                    return dict(heard)
        return None


@contextmanager
def visitors_at(address: str) -> Iterator[list[Visitor]]:
    visitors = [Visitor(address) for _ in range(VISITORS)]
    for visitor in visitors:
        visitor.start()
    try:
        yield visitors
    finally:
        for visitor in visitors:
            visitor.is_over.set()
        for visitor in visitors:
            visitor.join()


def done(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end in a thread of its own: the browser of other tests keeps a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def bots(running: Running) -> list[psutil.Process]:
    return [part for part in running.parts if "run" in part.cmdline()]


def memory_of(running: Running) -> int:
    """Proportional memory of everything that runs."""
    return sum(part.memory_full_info().pss for part in running.parts)


def wait_until(condition: Any) -> None:
    deadline_s = time.monotonic() + GIVE_UP_S
    while not condition():
        assert time.monotonic() < deadline_s, "it never came true"
        time.sleep(0.2)


def test_publishing_under_load_loses_nothing(
    running: Running, context: AppContext, first: str, other: str
) -> None:
    address = running.said[-1].split()[2].rstrip("/")
    measured = []
    with visitors_at(address) as visitors:
        for turn in range(PUBLISHES):
            done(publishing.publish(context, (other, first)[turn % 2], by="an owner"))
            (behind,) = [bot for bot in bots(running) if not serves(bot, context)][:1]
            behind.kill()  # the one that is not published: nobody may notice
            answered = sum(len(visitor.answers) for visitor in visitors)
            wait_until(lambda so_far=answered: sum(len(v.answers) for v in visitors) > so_far + 4)
            wait_until(lambda: context.bot.is_warm(first) and context.bot.is_warm(other))
            measured.append(memory_of(running))
    answers = [answer for visitor in visitors for answer in visitor.answers]
    assert None not in answers
    spoken_by = {answer["details"]["release"] for answer in answers if answer}
    assert spoken_by == {first, other}
    assert measured[-1] <= measured[0] * (1 + MAX_GROWTH), measured


def test_an_undo_is_the_earlier_release_again(context: AppContext, first: str, other: str) -> None:
    before = publishing.published(context)
    target = first if before == other else other
    done(publishing.publish(context, target, by="an owner"))
    assert done(publishing.undo(context, by="an owner")) == before
    assert publishing.published(context) == before


def test_with_its_own_bot_dead_the_other_one_answers(running: Running, context: AppContext) -> None:
    (published,) = [bot for bot in bots(running) if serves(bot, context)]
    published.kill()
    address = running.said[-1].split()[2].rstrip("/")
    with visitors_at(address) as visitors:
        wait_until(lambda: all(visitor.answers for visitor in visitors))
    assert not [visitor for visitor in visitors if None in visitor.answers]


def test_a_model_with_one_changed_byte_is_neither_started_nor_published(context: AppContext) -> None:
    folder = context.settings.releases
    shutil.copytree(folder / publishing.published(context), folder / "91")
    model = folder / "91" / "model.tar.gz"
    model.write_bytes(model.read_bytes()[:-1] + b"?")
    with pytest.raises(Exception, match="is incomplete"):
        done(publishing.publish(context, "91", by="an owner"))


def serves(bot: psutil.Process, context: AppContext) -> bool:
    """Whether this process serves the published release."""
    model = bot.cmdline()[bot.cmdline().index("-m", 5) + 1]
    return Path(model).parent.name == publishing.published(context)
