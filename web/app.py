"""Wiring: puts the rooms of the service together. No rule lives here."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sanic import Sanic

from content.facts import load_clinic
from safety.kept_rules import FILE as RULES
from web import metrics, migrations, rotation
from web.accounts import accounts, invitations, two_factor
from web.accounts.routes import audit, home, lock_screen, login, notifications, people, profile
from web.bot.manifest import Manifests
from web.bot.pool import Bots
from web.chat.health import HealthCheck
from web.chat.inbound import Inbound
from web.chat.routes import conversations, health, ratings, reply_contacts
from web.chat.turn_worker import TurnWorker
from web.context import AppContext, utc_now
from web.core.background import StopSignal, TaskGroup
from web.core.db import RECORD_AWAY, Database
from web.core.encryption import Encryption
from web.core.errors import Locked, NotSignedIn
from web.core.keys.record_keys import RecordKeys
from web.core.open_files import connections_at_once
from web.core.pg_notify import PgNotify
from web.core.settings import Settings
from web.desk import routes
from web.desk.queue_snapshot import QueueSnapshot
from web.desk.timeout_worker import TimeoutWorker
from web.help_center.answer_pages import AnswerPages
from web.help_center.routes import answers_list, help_center
from web.help_center.routes import votes as answer_votes
from web.help_center.search import WordIndex
from web.help_center.titles import use_file
from web.hours import clinic_facts, own_project
from web.hours.policies import own_of
from web.http import error_handler, guard, prefix
from web.http.connections import Connections
from web.http.fairness import Fairness, keep_to_rates
from web.http.files import STATIC, let_keep, version_of_files
from web.http.requests import refuse_foreign_hosts, refuse_foreign_pages, refuse_odd_addresses
from web.http.templates import Pages, add_headers
from web.http.uploads import Uploads
from web.notifications.mailer import Mailer
from web.notifications.push.sender import PushSender
from web.releases import publishing
from web.releases.builds import Builds
from web.releases.following import Follower
from web.safety.workers import Verdicts
from web.schema import new_id
from web.setup import beginnings
from web.setup.routes import homepage, setup
from web.studio import routes as studio
from web.studio.background.warm_up import WorkspaceWarmUp
from web.studio.forecast.draft_bot import DraftBot
from web.studio.review_reminders import ReviewReminders
from web.studio.routes.common import make_room
from web.studio.scheduling.worker import PublishScheduler
from web.widget.loader import help_without_server
from web.widget.routes import widget
from web.widget.theme import load_look

logger = logging.getLogger(__name__)
TRY_RECORD_EVERY_S = 2.0


def create_app(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, verdicts: Verdicts | None = None
) -> Sanic:
    """Build the service; it starts and stops its `verdicts` unless it was given some.

    Raises ProblemsError when `clinic.yml`, `widget.yml` or `help_center.yml` cannot be used.
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
    context = AppContext(
        settings=settings,
        clinic=load_clinic(settings.clinic_file),
        db=Database.of(settings),
        bot=Bots(
            settings.releases,
            manifests,
            url=settings.bot_url,
            token=settings.bot_token,
            timeout_s=settings.limits.bot_timeout_s,
        ),
        manifests=manifests,
        encryption=Encryption(settings.key_file),
        verdicts=verdicts or Verdicts(within_s=settings.limits.verdict_within_s, kept=settings.var / RULES),
        clock=clock,
    )
    push = PushSender(settings, context.db, clock, on_duty=context.on_duty)
    mailer = Mailer(settings, context.db, clock, clinic=lambda: context.name, push=push)
    turn_worker = TurnWorker(context, mailer)
    app.ctx.context = context
    app.ctx.health_check = HealthCheck(context)
    app.ctx.connections = Connections(
        per_address=settings.limits.max_connections_per_address,
        in_all=connections_at_once(),
        trusted_proxies=settings.trusted_proxies,
    )
    app.ctx.uploads = Uploads(at_once=settings.limits.max_uploads_at_once)
    app.ctx.mailer = mailer
    app.ctx.pg_notify = PgNotify(context.db, context.pubsub, process=context.process)
    app.ctx.task_group = TaskGroup()
    app.ctx.stop_signal = StopSignal()
    app.ctx.has_record = asyncio.Event()
    app.ctx.once_open = []  # called when the record came back after a start without it
    app.ctx.turn_worker = turn_worker
    app.ctx.builds = Builds(context)
    app.ctx.draft_bot = DraftBot(context)
    app.ctx.queue_snapshot = QueueSnapshot(context, app.ctx.health_check)
    app.ctx.timeout_worker = TimeoutWorker(context, mailer)
    app.ctx.review_reminders = ReviewReminders(context)
    app.ctx.follower = Follower(context)
    app.ctx.publish_scheduler = PublishScheduler(context, mailer)
    app.ctx.workspace_warm_up = WorkspaceWarmUp(context)
    app.ctx.fairness = Fairness(settings.limits)
    app.ctx.inbound = Inbound(context, turn_worker, mailer)
    app.ctx.metrics_server = None
    app.ctx.look = load_look(settings.widget_file, var=settings.var)
    app.ctx.answer_pages, app.ctx.word_indexes = AnswerPages(), defaultdict(WordIndex)
    use_file(app.ctx, own_of(settings) / "help_center.yml")
    app.ctx.pages = Pages(site_name=lambda: context.name, prefix=settings.path_prefix)
    app.ctx.staff_problem = guard.problem_page
    app.ctx.set_up_code = None
    app.ctx.keeps_verdicts = verdicts is None
    _open_doors(app, settings)
    _set_hours(app)
    return app


def _open_doors(app: Sanic, settings: Settings) -> None:
    error_handler.install(app)
    app.blueprint(conversations.bp)
    app.blueprint(health.bp)
    app.blueprint(homepage.bp)
    app.blueprint(widget.bp)
    app.blueprint(ratings.bp)
    app.blueprint(reply_contacts.bp)
    app.blueprint(help_center.bp)
    app.blueprint(answers_list.bp)
    app.blueprint(answer_votes.bp)
    if settings.desk:
        for room in (login, lock_screen, setup, home, profile, notifications, people, audit, routes):
            app.blueprint(room.bp)
        app.blueprint(studio.bp)
        app.add_signal(make_room, "http.routing.after")
        app.error_handler.add(NotSignedIn, guard.to_sign_in)
        app.error_handler.add(Locked, guard.to_sign_in)
    if settings.path_prefix:
        app.add_signal(prefix.take_off, "http.routing.before")
        app.register_middleware(prefix.put_before_redirects, "response")  # type: ignore[arg-type]
    app.static("/static", STATIC, name="static", use_modified_since=True)
    app.static(f"/static/{version_of_files()}", STATIC, name="versioned", use_modified_since=False)
    app.register_middleware(refuse_foreign_hosts, "request")
    app.register_middleware(keep_to_rates, "request")
    app.register_middleware(refuse_odd_addresses, "request")
    app.register_middleware(refuse_foreign_pages, "request")
    # The last that is registered sees a response first.
    app.register_middleware(let_keep, "response")  # type: ignore[arg-type]
    app.register_middleware(add_headers, "response")  # type: ignore[arg-type]


def _set_hours(app: Sanic) -> None:
    app.register_listener(_open, "before_server_start")
    app.register_listener(_begin_to_close, "before_server_stop")
    app.register_listener(_close, "after_server_stop")


async def _get_help_ready(var: Path) -> None:
    """Now, while the bot is starting too, and not beside the first visitor's first message."""
    try:
        await asyncio.to_thread(help_without_server, var)
    except Exception as error:  # whoever asks for it later gets the error
        logger.error("The help without a server cannot be made: %s", type(error).__name__)


async def _open(app: Any) -> None:
    context: AppContext = app.ctx.context
    if app.ctx.keeps_verdicts:
        context.verdicts.start()  # they read the rules while the rest is made ready
    guard.check_doors(app)
    app.ctx.task_group.start(_get_help_ready(context.settings.var))
    if port := context.settings.metrics_port:
        app.ctx.metrics_server = metrics.serve(context, app.ctx.health_check, port)
    try:
        await _open_record(app)
    except RECORD_AWAY as error:
        logger.error(
            "Alert: the record cannot be used (%s). Visitors get the phone, 988 and 911; nothing is stored. "
            "Trying again every %s s.", type(error).__name__, TRY_RECORD_EVERY_S,
        )  # fmt: skip
        app.ctx.task_group.start(_open_record_when_back(app))
    if app.ctx.keeps_verdicts:
        await context.verdicts.ready()


async def _open_record(app: Any) -> None:
    """Do everything that needs the record; may be done again after it failed."""
    context: AppContext = app.ctx.context
    await migrations.upgrade(context.db)
    async with context.db.read() as tx:
        await rotation.warn_of_lost_keys(tx, RecordKeys(context.settings.record_key_file))
    await _lay_before_a_clinician(context)
    if context.settings.desk:
        async with context.db.write() as tx:
            await two_factor.seal_all(tx, context.encryption)
            if context.settings.web_number == 0 and await accounts.is_first_start(tx):
                app.ctx.set_up_code = await invitations.make_first(tx, now=context.clock())
    await publishing.reconcile(context)
    await app.ctx.turn_worker.start()
    await app.ctx.pg_notify.start()
    if context.settings.desk:
        async with context.db.read() as tx:
            standing = await own_project.parts(tx)
        # This version's files with the clinic's changes; who reads them reads the new ones.
        await asyncio.to_thread(own_project.make, context.settings, standing)
        use_file(app.ctx, own_of(context.settings) / "help_center.yml")
        work = beginnings.fill(context, standing, now=context.clock())
        app.ctx.task_group.start(work)  # reading the files takes seconds; visitors do not wait for it
    app.ctx.queue_snapshot.start()
    app.ctx.timeout_worker.start()
    app.ctx.review_reminders.start()
    app.ctx.follower.start()
    app.ctx.publish_scheduler.start()
    if context.settings.desk:
        app.ctx.workspace_warm_up.start()
    app.ctx.mailer.start()
    app.ctx.has_record.set()


async def _open_record_when_back(app: Any) -> None:
    while not await app.ctx.stop_signal.pause(TRY_RECORD_EVERY_S):
        app.ctx.context.db.forget_connections()
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


async def _lay_before_a_clinician(context: AppContext) -> None:
    """Say which facts of the file are clinical, and hold them back until they are signed."""
    async with context.db.write() as tx:
        held = await clinic_facts.note_unsigned(tx, context.clinic, context.rules, now=context.clock())
    for name in held:
        logger.warning("The fact '%s' is clinical: visitors read it once a clinician has signed it", name)


async def _begin_to_close(app: Any) -> None:
    app.ctx.context.pubsub.close()


async def _close(app: Any) -> None:
    if app.ctx.metrics_server is not None:
        await asyncio.to_thread(app.ctx.metrics_server.shutdown)
        app.ctx.metrics_server.server_close()
    app.ctx.stop_signal.stop()
    await app.ctx.task_group.all_done()
    await app.ctx.builds.stop()
    await app.ctx.draft_bot.stop()
    for part in (
        "turn_worker",
        "queue_snapshot",
        "timeout_worker",
        "review_reminders",
        "follower",
        "publish_scheduler",
        "workspace_warm_up",
        "mailer",
        "pg_notify",
    ):
        try:
            await getattr(app.ctx, part).stop()
        except RECORD_AWAY as error:  # what it would have given back is taken up at the next start
            logger.error("%s ended without the record: %s", part, type(error).__name__)
    if app.ctx.keeps_verdicts:
        await app.ctx.context.verdicts.stop()
    await app.ctx.context.bot.close()
    await app.ctx.context.db.close()
