"""Wiring: puts the rooms of the service together. No rule lives here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sanic import Sanic

from clinic.facts import load_clinic
from web import accounts, errors, invitations, migrations, releases, second_factor
from web.answering import Answering
from web.bots import Bots
from web.builds import Builds
from web.db import RECORD_AWAY, Database
from web.desk_watch import DeskWatch
from web.errors import Locked, NotSignedIn
from web.house import House, utc_now
from web.mail import Postman
from web.manifest import Manifests
from web.pages import STATIC, Pages, add_headers
from web.reception import Reception
from web.relay import Relay
from web.reminding import Reminding
from web.routes import (
    account,
    audit,
    chat,
    desk,
    guard,
    locking,
    ratings,
    setup,
    sign_in,
    site,
    staff_home,
    studio,
    widget,
)
from web.routes import (
    accounts as people,
)
from web.routes.requests import refuse_foreign_pages, refuse_odd_addresses
from web.routes.studio.common import make_room
from web.schema import new_id
from web.sealing import Sealing
from web.settings import Settings
from web.stopping import Stopper, Unfinished
from web.studio import starter
from web.studio.desk import project_of
from web.verdicts import Verdicts
from web.widget import help_without_server
from web.widget_look import load_look

logger = logging.getLogger(__name__)
TRY_RECORD_EVERY_S = 2.0


def create_app(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, verdicts: Verdicts | None = None
) -> Sanic:
    """Build the service; it starts and stops its `verdicts` unless it was given some.

    Raises ProblemsError when `clinic.yml` or `widget.yml` cannot be used.
    """
    # Sanic wants a name of its own for every app of a process; tests build many.
    app = Sanic(f"front-desk-{new_id()}", configure_logging=False)
    app.config.update(
        REQUEST_MAX_SIZE=settings.limits.max_body_bytes,
        REQUEST_TIMEOUT=15,
        RESPONSE_TIMEOUT=int(settings.limits.max_wait_s) + 30,
        KEEP_ALIVE_TIMEOUT=60,
        GRACEFUL_SHUTDOWN_TIMEOUT=3.0,
        ACCESS_LOG=False,
        FALLBACK_ERROR_FORMAT="json",
        MOTD=False,
        TOUCHUP=False,  # it rewrites methods of Sanic for the whole process: good for one app only
    )
    manifests = Manifests(settings.releases)
    house = House(
        settings=settings,
        clinic=load_clinic(settings.clinic_file),
        db=Database(settings.database_url or f"sqlite:///{settings.sqlite}"),
        bot=Bots(
            settings.releases,
            manifests,
            url=settings.bot_url,
            token=settings.bot_token,
            timeout_s=settings.limits.bot_timeout_s,
        ),
        manifests=manifests,
        sealing=Sealing(settings.key_file),
        verdicts=verdicts or Verdicts(within_s=settings.limits.verdict_within_s),
        clock=clock,
    )
    postman = Postman(settings, house.db, clock)
    answering = Answering(house, postman)
    app.ctx.house = house
    app.ctx.postman = postman
    app.ctx.relay = Relay(house.db, house.hub, process=house.process)
    app.ctx.unfinished = Unfinished()
    app.ctx.stopper = Stopper()
    app.ctx.has_record = asyncio.Event()
    app.ctx.once_open = []  # called when the record came back after a start without it
    app.ctx.answering = answering
    app.ctx.builds = Builds(house)
    app.ctx.desk_watch = DeskWatch(house, postman)
    app.ctx.reminding = Reminding(house)
    app.ctx.reception = Reception(house, answering, postman)
    app.ctx.look = load_look(settings.widget_file, var=settings.var, clinic_name=house.clinic.name)
    app.ctx.pages = Pages(site_name=lambda: house.name)
    app.ctx.set_up_code = None
    app.ctx.keeps_verdicts = verdicts is None
    _open_doors(app, settings)
    _set_hours(app)
    return app


def _open_doors(app: Sanic, settings: Settings) -> None:
    errors.install(app)
    app.blueprint(chat.doors)
    app.blueprint(site.doors)
    app.blueprint(widget.doors)
    app.blueprint(ratings.doors)
    if settings.desk:
        for room in (sign_in, locking, setup, staff_home, account, people, audit, desk):
            app.blueprint(room.doors)
        app.blueprint(studio.doors)
        app.add_signal(make_room, "http.routing.after")
        app.error_handler.add(NotSignedIn, guard.to_sign_in)
        app.error_handler.add(Locked, guard.to_sign_in)
    app.static("/static", STATIC, name="static", use_modified_since=True)
    app.register_middleware(refuse_odd_addresses, "request")
    app.register_middleware(refuse_foreign_pages, "request")
    app.register_middleware(add_headers, "response")  # type: ignore[arg-type]


def _set_hours(app: Sanic) -> None:
    app.register_listener(_open, "before_server_start")
    app.register_listener(_begin_to_close, "before_server_stop")
    app.register_listener(_close, "after_server_stop")


async def _get_help_ready() -> None:
    """Now, while the bot is starting too, and not beside the first visitor's first message."""
    try:
        await asyncio.to_thread(help_without_server)
    except Exception as error:  # whoever asks for it later gets the error
        logger.error("The help without a server cannot be made: %s", type(error).__name__)


async def _open(app: Any) -> None:
    house: House = app.ctx.house
    if app.ctx.keeps_verdicts:
        house.verdicts.start()  # they read the rules while the rest is made ready
    guard.check_doors(app)
    app.ctx.unfinished.start(_get_help_ready())
    try:
        await _open_record(app)
    except RECORD_AWAY as error:
        logger.error(
            "Alert: the record cannot be used (%s). Visitors get the phone, 988 and 911; nothing is stored. "
            "Trying again every %s s.", type(error).__name__, TRY_RECORD_EVERY_S,
        )  # fmt: skip
        app.ctx.unfinished.start(_open_record_when_back(app))
    if app.ctx.keeps_verdicts:
        await house.verdicts.ready()


async def _open_record(app: Any) -> None:
    """Do everything that needs the record; may be done again after it failed."""
    house: House = app.ctx.house
    await migrations.upgrade(house.db)
    if house.settings.desk:
        async with house.db.write() as tx:
            await second_factor.seal_all(tx, house.sealing)
            if await accounts.is_first_start(tx):
                app.ctx.set_up_code = await invitations.make_first(tx, now=house.clock())
    await releases.reconcile(house)
    await app.ctx.answering.start()
    await app.ctx.relay.start()
    if house.settings.desk:
        work = starter.fill(house.db, project_of(house.settings), now=house.clock())
        app.ctx.unfinished.start(work)  # reading the files takes seconds; visitors do not wait for it
    app.ctx.desk_watch.start()
    app.ctx.reminding.start()
    app.ctx.postman.start()
    app.ctx.has_record.set()


async def _open_record_when_back(app: Any) -> None:
    while not await app.ctx.stopper.pause(TRY_RECORD_EVERY_S):
        app.ctx.house.db.forget_connections()
        try:
            await _open_record(app)
        except RECORD_AWAY as error:
            logger.warning("The record is still away: %s", type(error).__name__)
            continue
        except Exception as error:  # nobody awaits this: said, and tried again
            logger.error("Alert: the record cannot be opened: %s", type(error).__name__)
            continue
        logger.info("The record is back; messages are stored again.")
        for told in app.ctx.once_open:
            await told(app)
        return


async def _begin_to_close(app: Any) -> None:
    app.ctx.house.hub.close()


async def _close(app: Any) -> None:
    app.ctx.stopper.stop()
    await app.ctx.unfinished.all_done()
    await app.ctx.builds.stop()
    for part in ("answering", "desk_watch", "reminding", "postman", "relay"):
        try:
            await getattr(app.ctx, part).stop()
        except RECORD_AWAY as error:  # what it would have given back is taken up at the next start
            logger.error("%s ended without the record: %s", part, type(error).__name__)
    if app.ctx.keeps_verdicts:
        await app.ctx.house.verdicts.stop()
    await app.ctx.house.bot.close()
    await app.ctx.house.db.close()
