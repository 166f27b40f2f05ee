"""`make run` for real: ready when it answers, on loopback only, private, and gone when killed."""

from __future__ import annotations

import httpx
import psutil

from tests.end_to_end.running import Running

CANARY = "zebra-canary"
GIVE_UP_S = 600


def test_the_page_opens_at_the_address_it_says(running: Running) -> None:
    address = running.said[-1].split()[2]
    assert httpx.get(address).status_code == httpx.codes.OK


def test_everything_listens_on_loopback_only(running: Running) -> None:
    addresses = {
        connection.laddr.ip
        for part in running.parts
        for connection in part.net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert addresses == {"127.0.0.1"}


def test_the_bot_answers_nobody_without_the_token(running: Running) -> None:
    url = f"http://127.0.0.1:{running.bot_port}/webhooks/turn/turn"
    assert httpx.post(url, json={"text": "hello"}).status_code == httpx.codes.UNAUTHORIZED


def test_the_token_is_on_no_command_line(running: Running) -> None:
    token = token_of(running)
    assert token
    assert not [part for part in running.parts if token in " ".join(part.cmdline())]


def test_no_log_holds_what_a_visitor_wrote(running: Running) -> None:
    url = f"http://127.0.0.1:{running.bot_port}/webhooks/turn/turn"
    for text in (CANARY, f"/restart {CANARY}", f"{CANARY} i want to die"):
        turn = {"conversation_id": "c", "message_id": "1", "text": text, "facts": {"name": "N"}}
        headers = {"Authorization": f"Bearer {token_of(running)}"}
        answer = httpx.post(url, json=turn, headers=headers, timeout=GIVE_UP_S)
        assert answer.status_code == httpx.codes.OK
    logs = list((running.var / "logs").iterdir())
    assert len(logs) == 3
    assert not [log.name for log in logs if CANARY in log.read_text(encoding="utf-8")]


def test_a_killed_bot_comes_back(running: Running) -> None:
    (bot,) = [part for part in running.parts if "run" in part.cmdline()]
    bot.kill()
    assert running.process.stdout is not None
    for line in running.process.stdout:
        if line.startswith("Everything answers again"):
            break
    (again,) = [part for part in running.parts if "run" in part.cmdline()]
    assert again.pid != bot.pid


def test_a_sigkilled_supervisor_leaves_nothing_behind(running: Running) -> None:
    parts = running.parts
    assert len(parts) >= 3
    running.process.kill()
    _, alive = psutil.wait_procs(parts, timeout=GIVE_UP_S)
    assert alive == []


def token_of(running: Running) -> str:
    bot = next(part for part in running.parts if "run" in part.cmdline())
    return bot.environ()["FRONT_DESK_BOT_TOKEN"]
