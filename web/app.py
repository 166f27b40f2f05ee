"""Wiring: puts the rooms of the service together. No rule lives here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sanic import Sanic

from clinic.facts import load_clinic
from safety.check import warm_up
from web import accounts, clinic_facts, errors, invitations, migrations, releases, second_factor
from web.answering import Answering
from web.bots import Bots
from web.builds import Builds
from web.db import Database
from web.desk_watch import DeskWatch
from web.errors import Locked, NotSignedIn
from web.house import House, utc_now
from web.mail import Postman
from web.manifest import Manifests
from web.pages import STATIC, Pages, add_headers
from web.policies import project_of
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
from web.stopping import Unfinished
from web.studio import starter
from web.widget import help_without_server
from web.widget_look import load_look

logger = logging.getLogger(__name__)


def create_app(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Sanic:
    """Build the service. Raises ProblemsError when `clinic.yml` or `widget.yml` cannot be used."""
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
        clock=clock,
    )
    postman = Postman(settings, house.db, clock)
    answering = Answering(house, postman)
    app.ctx.house = house
    app.ctx.postman = postman
    app.ctx.relay = Relay(house.db, house.hub, process=house.process)
    app.ctx.unfinished = Unfinished()
    app.ctx.answering = answering
    app.ctx.builds = Builds(house)
    app.ctx.desk_watch = DeskWatch(house, postman)
    app.ctx.reminding = Reminding(house)
    app.ctx.reception = Reception(house, answering, postman)
    app.ctx.look = load_look(settings.widget_file, var=settings.var, clinic_name=house.clinic.name)
    app.ctx.pages = Pages(site_name=lambda: house.name)
    app.ctx.set_up_code = None
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
    warm_up()
    await migrations.upgrade(house.db)
    guard.check_doors(app)
    await _lay_before_a_clinician(house)
    if house.settings.desk:
        async with house.db.write() as tx:
            await second_factor.seal_all(tx, house.sealing)
            if await accounts.is_first_start(tx):
                app.ctx.set_up_code = await invitations.make_first(tx, now=house.clock())
        work = starter.fill(
            house.db, project_of(house.settings), now=house.clock(), names=(house.clinic.name,)
        )
        app.ctx.unfinished.start(work)  # reading the files takes seconds; visitors do not wait for it
    app.ctx.unfinished.start(_get_help_ready())
    await releases.reconcile(house)
    await app.ctx.relay.start()
    await app.ctx.answering.start()
    app.ctx.desk_watch.start()
    app.ctx.reminding.start()
    app.ctx.postman.start()


async def _lay_before_a_clinician(house: House) -> None:
    """Say which facts of the file are clinical, and hold them back until they are signed."""
    async with house.db.write() as tx:
        held = await clinic_facts.note_unsigned(tx, house.clinic, house.rules, now=house.clock())
    for name in held:
        logger.warning("The fact '%s' is clinical: visitors read it once a clinician has signed it", name)


async def _begin_to_close(app: Any) -> None:
    app.ctx.house.hub.close()


async def _close(app: Any) -> None:
    await app.ctx.unfinished.all_done()
    await app.ctx.builds.stop()
    await app.ctx.answering.stop()
    await app.ctx.desk_watch.stop()
    await app.ctx.reminding.stop()
    await app.ctx.postman.stop()
    await app.ctx.relay.stop()
    await app.ctx.house.bot.close()
    await app.ctx.house.db.close()
