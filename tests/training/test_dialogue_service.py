"""Written conversations against the whole service of a release: what a visitor sees is what is judged."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from training.__main__ import main
from training.dialogues.answers import Answers
from training.dialogues.dialogue import Dialogue
from training.dialogues.playing import play_all
from training.dialogues.service import ServiceNotReady, _wait_until_served, service_of
from training.dialogues.visitor import Visitor
from training.releases import needed_release, read_manifest

pytestmark = pytest.mark.thorough  # starts both halves

PROJECT = Path(__file__).parents[2]
VAR = Path(os.environ.get("FRONT_DESK_VAR", PROJECT / "var"))
CALL = {"name": "Ana", "contact": "{tel}", "time": "mornings"}


@pytest.fixture(scope="module")
def answers() -> Answers:
    return Answers(read_manifest(needed_release(VAR))["answers"])


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The service on the published release; the installation's own settings must not reach it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        patch.setenv("FRONT_DESK_MODE", "live")
        with service_of(needed_release(VAR), VAR) as found:
            yield found


def test_a_card_is_seen_though_the_web_half_shows_it(url: str, answers: Answers) -> None:
    visitor = Visitor(url, answers, address="10.1.2.3")
    visitor.begin()
    turn = visitor.say("i want to kill myself")
    visitor.leave()
    assert turn.cards == ["crisis"]


def test_a_request_is_open_once_it_was_really_sent(url: str, answers: Answers) -> None:
    steps: list[dict[str, Any]] = [
        {
            "fill": {**CALL, "to": "consent"},
            "expect": {"readback_has": ["Ana", "{tel}"], "callback_open": False},
        },
        {"press": "^yes, send", "expect": {"sent": True, "callback_open": True}},
    ]
    again: list[dict[str, Any]] = [
        {"fill": {**CALL, "to": "sent"}, "expect": {"sent": True}}
    ]  # the first one was taken along
    dialogues = [
        Dialogue("one", "k", "g", steps),
        *(Dialogue(f"again-{n}", "k", "g", again) for n in range(4)),
    ]
    played = play_all(dialogues, url, answers)
    assert [each.why for each in played] == [[]] * 5
    assert [each.lost for each in played] == [""] * 5


def test_what_is_expected_and_does_not_come_is_told(url: str, answers: Answers) -> None:
    (played,) = play_all(
        [Dialogue("one", "k", "g", [{"say": "hello", "expect": {"card": "any", "in_form": False}}])],
        url,
        answers,
    )
    assert played.why == ["card: no card, not ['any']"]


def test_nothing_is_begun_when_the_time_is_over(url: str, answers: Answers) -> None:
    (played,) = play_all([Dialogue("one", "k", "g", [{"say": "hello"}])], url, answers, limit_s=-1)
    assert (played.is_judged, played.lost) == (False, "no time was left")


def test_a_service_that_is_not_there_loses_conversations_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.dialogues.visitor.PATIENCE_S", 0.0)
    monkeypatch.setattr("training.dialogues.playing.PAUSE_S", 0.0)
    file = tmp_path / "some.jsonl"
    file.write_text(json.dumps({"id": "a", "kind": "k", "turns": [{"say": "hello"}]}), encoding="utf-8")
    monkeypatch.setattr("components.rasa_patches.no_tensorflow.install", lambda: None)
    arguments = ["--var", str(VAR), "converse", str(file), "--score", "--url", "http://127.0.0.1:9"]
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("No conversation could be played: POST: no connection")


def test_the_command_counts_and_holds_against_floors(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file, floors = tmp_path / "some.jsonl", tmp_path / "floors.yml"
    lines = [
        {"id": f"d{n}", "kind": "k", "turns": [{"say": "hello", "expect": {"card": "any"}}]} for n in range(3)
    ]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    floors.write_text("some: {title: Greetings, counts: conversations, at_least: 0.5}", encoding="utf-8")
    monkeypatch.setattr("components.rasa_patches.no_tensorflow.install", lambda: None)
    arguments = ["--var", str(VAR), "converse", str(file), "--score", "--url", url]
    assert main([*arguments, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["all"]["conversations"], told["all"]["right"], len(told["failed"])) == (3, 0, 3)
    assert main([*arguments, "--floors", str(floors)]) == 1
    assert "Greetings: 0 of 3 conversations are right; at least 50% should be." in capsys.readouterr().out


def test_a_web_half_that_does_not_start_is_told_with_its_log(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_text("FRONT_DESK_PORT is 'x'.", encoding="utf-8")
    with subprocess.Popen(["false"]) as process, pytest.raises(ServiceNotReady, match="FRONT_DESK_PORT"):
        _wait_until_served("http://127.0.0.1:9", process, log)
