"""Start the action server, the bot and the web half, and watch over them (`make run`).

On a server the bot half has a supervisor and a user of its own (`--part bots`), and the web half the
other (`--part web`); they share the releases through deploy/release_mirror.py.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from deploy.bots import STATE_FILE, Bots
from deploy.housekeeping import Housekeeping
from deploy.preflight import StartRefused, check_ports, hold
from deploy.processes import Child, ChildRefused, Say, Watch
from deploy.readiness import answers, is_warm, wait_until_bot_ready, wait_until_ready
from deploy.release_mirror import ReleaseMirror
from deploy.release_pointers import WantedRelease
from deploy.settings import LOOPBACK, ROOT, Settings, SettingsError
from deploy.systemd_notify import READY, keep_telling, notify
from deploy.systemd_notify import STOPPING as STOPPING_NOW
from deploy.train import has_release, train
from deploy.web_processes import listen, webs_of

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
READY_AGAIN = "Everything answers again."
PATIENCE_S = 90.0
# Exit status for a service manager: as things are set, starting again would not help (EX_CONFIG).
WRONG_SETTINGS = 78
STILL_WAITING = "The bot has not answered yet. Its logs say more; still trying ..."
ALL, WEB, BOTS = "all", "web", "bots"
# Where the two supervisors of a server meet; the unit of the bot half binds the first to the second.
BOT_VAR, SERVING_FOR_BOTS = Path("/var/lib/front-desk-bot"), Path("/run/front-desk-serving")
BOT_LOG_MODE = 0o640  # the web half's user, who is trusted, may read what the bot half logs


def main(arguments: Sequence[str] | None = None) -> int:
    """Refuse, or run until stopped; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m deploy.supervise", description=__doc__)
    parser.add_argument("--part", choices=(ALL, WEB, BOTS), default=ALL)
    part = parser.parse_args(arguments).part
    try:
        settings = Settings.from_environment(os.environ)
        if part == BOTS:
            settings = replace(settings, var=BOT_VAR)
        settings.var.mkdir(mode=0o700, parents=True, exist_ok=True)
        with hold(settings.var):
            check_ports(ports_of(settings, part))
            if part != BOTS and not has_release(settings.var) and train(settings) != 0:
                return 1
            return asyncio.run({ALL: _run, WEB: _run_web, BOTS: _run_bots}[part](settings))
    except SettingsError as error:
        print(error, file=sys.stderr)
        return WRONG_SETTINGS
    except StartRefused as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


async def _run(settings: Settings) -> int:
    bots = bots_of(settings)
    return await supervise(
        children_of(settings),
        lambda: wait_until_ready(settings, bot_url=bots.published_url),
        settings.page_url,
        keepers=[bots.keep, Housekeeping(settings.var).keep],
    )


async def _run_web(settings: Settings) -> int:
    encoder = Path(os.environ.get("FRONT_DESK_ENCODER") or settings.var / "encoder")
    mirror = ReleaseMirror(settings.var, encoder, BOT_VAR / STATE_FILE)
    return await supervise(
        webs(settings),
        lambda: wait_until_ready(settings, bot_url=mirror.published_url),
        settings.page_url,
        keepers=[mirror.keep, Housekeeping(settings.var).keep],
    )


async def _run_bots(settings: Settings) -> int:
    bots = bots_of(
        settings,
        releases=SERVING_FOR_BOTS / "releases",
        state=settings.var / STATE_FILE,
        encoder=SERVING_FOR_BOTS / "encoder",
    )
    actions = replace(actions_of(settings), log_mode=BOT_LOG_MODE)
    return await supervise(
        [actions],
        lambda: wait_until_bot_ready(settings, bots.published_url),
        f"the bot half, for the web half on {settings.page_url}",
        keepers=[bots.keep, Housekeeping(settings.var).keep],
    )


def ports_of(settings: Settings, part: str = ALL) -> list[tuple[str, str, int]]:
    """Every port about to be used: (setting, host, port)."""
    web = [("FRONT_DESK_PORT", settings.host, settings.port)]
    bots = [
        ("FRONT_DESK_BOT_PORT", LOOPBACK, settings.bot_port),
        ("FRONT_DESK_ACTIONS_PORT", LOOPBACK, settings.actions_port),
    ]
    return {ALL: web + bots, WEB: web, BOTS: bots}[part]


def children_of(settings: Settings) -> list[Child]:
    """The parts beside the bots, each with the token of the door that it opens or knocks at."""
    return [actions_of(settings), *webs(settings)]


def webs(settings: Settings) -> list[Child]:
    """The web half: one process that listens itself, or several behind one port."""
    if settings.web_processes == 1:
        return [web_of(settings)]
    return webs_of(settings, listen(settings))


def actions_of(settings: Settings) -> Child:
    """The action server."""
    return Child(
        "The action server",
        settings.actions_command,
        settings.environ(with_token=False, with_secrets=False),
        ROOT,
        settings.var / "logs" / "actions.log",
        watch=Watch(partial(answers, f"{settings.actions_url}/health")),
    )


def web_of(settings: Settings) -> Child:
    """The web half."""
    return Child(
        "The web half",
        settings.web_command,
        settings.environ(with_token=True, with_actions_token=False),
        ROOT,
        settings.var / "logs" / "web.log",
        # Until somebody has an account it prints the link to set up with: a person has to see that.
        shows_output=True,
        watch=Watch(partial(answers, settings.page_url)),
    )


def bots_of(
    settings: Settings,
    *,
    releases: Path | None = None,
    state: Path | None = None,
    encoder: Path | None = None,
) -> Bots:
    """The bots of the releases: the published one on the usual port, another on a free one."""
    secret, logs = settings.environ(with_token=True, with_secrets=False), settings.var / "logs"
    if encoder is not None:
        secret |= {"FRONT_DESK_ENCODER": str(encoder)}

    def start(serves: Callable[[], WantedRelease], port: int, number: int) -> Child:
        name = f"Bot {number + 1}" if number else "The bot"
        log = f"bot-{number + 1}.log" if number else "bot.log"
        return Child(
            name,
            lambda: settings.bot_command(serves().model, port),
            secret,
            ROOT,
            logs / log,
            log_mode=BOT_LOG_MODE if state else 0o600,
            watch=Watch(partial(answers, f"http://{LOOPBACK}:{port}/")),
        )

    return Bots(
        releases or settings.var / "releases",
        start,
        partial(is_warm, settings),
        first_port=settings.bot_port,
        copies=settings.bots,
        state=state,
    )


async def supervise(
    children: list[Child],
    wait_until_ready: Callable[[], Awaitable[None]],
    address: str,
    say: Say = lambda line: print(line, flush=True),
    keepers: Sequence[Callable[[Say], Coroutine[Any, Any, None]]] = (),
) -> int:
    """Keep the children running, and the keepers at work, until a signal says stop.

    Returns the exit status.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, stop.set)
    say("Starting the bot, its action server and the page (about half a minute) ...")
    down = asyncio.Event()
    tasks = [asyncio.create_task(child.keep_running(_telling(say, down))) for child in children]
    tasks += [asyncio.create_task(keep(_telling(say, down))) for keep in keepers]
    tasks.append(asyncio.create_task(_tell_when_ready(wait_until_ready, address, down, say)))
    alive = asyncio.create_task(keep_telling())
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    say("Stopping ...")
    notify(STOPPING_NOW)
    for task in (stopped, alive, *tasks):
        task.cancel()
    await asyncio.gather(alive, *tasks, return_exceptions=True)
    ended = [task.exception() for task in done - {stopped}]  # none but the stop signal ends by itself
    for error in ended:
        say(str(error))
    say("Stopped.")
    if stopped in done:
        return 0
    return WRONG_SETTINGS if any(isinstance(error, ChildRefused) for error in ended) else 1


def _telling(say: Say, down: asyncio.Event) -> Say:
    """Say what happened to a child, and note that not everything answers."""

    def tell(line: str) -> None:
        down.set()
        say(line)

    return tell


async def _tell_when_ready(
    wait_until_ready: Callable[[], Awaitable[None]], address: str, down: asyncio.Event, say: Say
) -> None:
    line = f"Ready. Open {address} (Ctrl-C stops everything)."
    while True:
        down.clear()
        reminder = asyncio.get_running_loop().call_later(PATIENCE_S, say, STILL_WAITING)
        await wait_until_ready()
        reminder.cancel()
        say(line)
        notify(READY)
        line = READY_AGAIN
        await down.wait()


if __name__ == "__main__":
    sys.exit(main())
