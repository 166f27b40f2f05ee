"""The cast of the web tests: visitors, everybody who works at the clinic, a stranger, a bot."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import gc
import json
import shutil
import socket
import uuid
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sanic import Sanic

from tests.postgres import Cluster
from tests.web import routes_once, statements_once
from tests.web.notifications.mail_server import StandInMailServer
from tests.web.stand_in_bot import TOKEN, StandInBot, reply
from web import migrations
from web.accounts import accounts, passwords, sessions
from web.app import create_app
from web.core.db import Database
from web.core.limits import Limits, Rate
from web.core.settings import Settings
from web.http.wire import BoundedProtocol
from web.safety.workers import Verdicts

routes_once.remember()
statements_once.remember()
# One event loop for all tests: a service that many tests share lives longer than one test.
async_fixture = functools.partial(pytest_asyncio.fixture, loop_scope="session")

FIXTURES = Path(__file__).parent / "fixtures"
NOW = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # a Tuesday, 10 am in New York: open
MANY = Rate(burst=1000, refill_s=0.001)
# Short enough for tests, long enough for a busy machine to answer within.
LIMITS = Limits(
    messages_per_conversation=MANY,
    messages_per_address=MANY,
    conversations_per_address=MANY,
    reads_per_address=MANY,
    files_per_address=MANY,
    sends_per_address=MANY,
    logins_per_address=MANY,
    logins_of_all=MANY,
    refusal_after_s=0.0,
    reply_deadline_s=5.0,
    bot_timeout_s=5.0,
    bot_retries_s=(0.01, 0.01),
    sweep_every_s=1.0,
    max_wait_s=5.0,
    mail_timeout_s=5.0,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every async test of this room in the one loop, and mark what has a record and a service."""
    for item in items:
        if not item.path.is_relative_to(Path(__file__).parent):
            continue
        if pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
        if "record" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.service)


def pytest_collection_finish() -> None:
    """Leave what stays to the end out of every search for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


class Clock:
    """A clock that the test moves; it runs on its own in between."""

    def __init__(self, start: datetime = NOW) -> None:
        self._offset = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def move(self, by: timedelta) -> None:
        self._offset += by


@dataclass
class Running:
    """One running service on a real port."""

    app: Sanic
    url: str
    clock: Clock
    settings: Settings

    @property
    def db(self) -> Database:
        return self.app.ctx.context.db

    async def rows(self, table: Any, *, of: Visitor | None = None) -> list[dict[str, Any]]:
        """The rows of a table, or those of one visitor's conversation."""
        query = table.select() if of is None else table.select().where(table.c.conversation_id == of.id)
        async with self.db.read() as tx:
            return [dict(row) for row in (await tx.execute(query)).mappings()]


class Visitor:
    """Somebody who chats, over real HTTP."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.id = ""
        self.token = ""
        self.starters: list[dict[str, str]] = []
        self.after = 0

    @property
    def path(self) -> str:
        return f"/v1/conversations/{self.id}"

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    async def opens_the_chat(self, **body: str) -> Visitor:
        started = (await self.http.post("/v1/conversations", json=body or None)).json()
        self.id, self.token, self.starters = started["id"], started["token"], started["starters"]
        return self

    async def sends(self, text: Any, *, client_id: str | None = None) -> httpx.Response:
        return await self.posts({"client_id": client_id or new_client_id(), "text": text})

    async def presses(self, choice_id: str, *, client_id: str | None = None) -> httpx.Response:
        return await self.posts({"client_id": client_id or new_client_id(), "choice_id": choice_id})

    async def posts(self, body: Any) -> httpx.Response:
        # ensure_ascii: a lone surrogate travels as an escape, as a browser sends it.
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.http.post(f"{self.path}/messages", content=content, headers=self.headers)

    async def reads(self, *, after: int = 0, wait: int = 0) -> dict[str, Any]:
        params = {"after": after, "wait": wait}
        response = await self.http.get(f"{self.path}/messages", params=params, headers=self.headers)
        assert response.status_code == 200, response.text
        return response.json()

    async def hears(self, count: int = 1) -> list[dict[str, Any]]:
        """Wait for the next `count` messages that are not the visitor's own."""
        heard: list[dict[str, Any]] = []
        while len(heard) < count:
            answer = await self.reads(after=self.after, wait=5)
            self.after = answer["last"]
            heard += [each for each in answer["messages"] if each["author"] != "visitor"]
        return heard

    async def asks(self, text: str) -> dict[str, Any]:
        """Send, and give the first thing that is said in reply."""
        response = await self.sends(text)
        assert response.status_code == 201, response.text
        return (await self.hears())[0]


def new_client_id() -> str:
    return uuid.uuid4().hex


def publish(settings: Settings, *, release: str = "r1", **changes: Any) -> None:
    """Publish the fixture's release, with changes to its manifest."""
    manifest = json.loads((FIXTURES / "manifest.json").read_text(encoding="utf-8"))
    manifest.update(changes, release=release)
    folder = settings.releases / release
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (settings.releases / "published").write_text(f"{release}\n", encoding="utf-8")


@async_fixture
async def bot() -> AsyncIterator[StandInBot]:
    stand_in = StandInBot()
    await stand_in.start()
    yield stand_in
    await stand_in.die()


# Everybody's password in the tests: hashed once, as the real thing is.
PASSWORD = "a lamp beside the harbour"
# Who works here: sign-in name, name, roles.
CAST = {
    "nurse": ("nina", "Nina Nurse", {"desk"}),
    "second_nurse": ("sam", "Sam Second", {"desk"}),
    "owner": ("olga", "Olga Owner", {"owner"}),
    "clinician": ("carl", "Carl Clinician", {"clinician"}),
    "administrator": ("ada", "Ada Administrator", {"administrator"}),
}


@dataclass(frozen=True)
class Template:
    """A record in which everybody of the cast has an account, made once; and their password."""

    path: Path
    password: str


async def first_start(url: str) -> str:
    """Make a record in which everybody of the cast has an account; the answer is their password."""
    db = Database(url)
    await migrations.upgrade(db)
    await hire_everybody(db)
    await db.close()
    return PASSWORD


def apart(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end in a thread: a fixture may be asked for while this one's loop runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    path = tmp_path_factory.mktemp("template") / "front-desk.sqlite3"
    return Template(path, apart(first_start(f"sqlite:///{path}")))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The tests' own PostgreSQL, with a database to copy. Missing, it fails; it never skips."""
    cluster = Cluster().start()
    try:
        apart(first_start(cluster.database()))
        yield cluster
    finally:
        cluster.stop()


ON_BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)]


@pytest.fixture(params=ON_BOTH)
def record(request: pytest.FixtureRequest) -> str:
    """Which database holds the record: SQLite in the quick part, PostgreSQL in the thorough one.

    `@pytest.mark.parametrize("record", ["sqlite"])` is for a test that looks into SQLite's own file.
    """
    return str(request.param)


async def hire_everybody(db: Database) -> None:
    """Give everybody of the cast an account."""
    password_hash = await passwords.hashed(PASSWORD)
    async with db.write() as tx:
        for sign_in_name, name, roles in CAST.values():
            await accounts.create(
                tx, sign_in_name=sign_in_name, name=name, with_roles=roles,
                password_hash=password_hash, by="host", now=NOW,
            )  # fmt: skip


class StaffClient(httpx.AsyncClient):
    """Somebody of staff who is signed in, in a browser of their own."""

    staff: sessions.Staff

    async def posts(self, path: str, **fields: Any) -> httpx.Response:
        """Send a form as our own page would."""
        return await self.post(path, data={"form_token": self.staff.form_token, **fields})


@contextlib.asynccontextmanager
async def signed_in(service: Running, who: str) -> AsyncIterator[StaffClient]:
    """Sign somebody of the cast in, without the password's slow hash."""
    async with service.db.write() as tx:
        account = await accounts.with_sign_in_name(tx, CAST[who][0])
        assert account is not None
        token = await sessions.open_for(tx, account.id, label="Test", now=service.clock())
        session = await sessions.find(tx, token, limits=service.settings.limits, now=service.clock())
    assert session is not None
    prefix = "__Host-" if service.settings.secure_cookies else ""
    client = StaffClient(base_url=service.url, trust_env=False, verify=False, timeout=60)
    # With its domain, as a browser has it: a new cookie then takes the old one's place.
    client.cookies.set(f"{prefix}front_desk_staff", token, domain="127.0.0.1")
    client.staff = session.staff
    async with client:
        yield client


def settings_in(folder: Path, bot: StandInBot, template: Template) -> Settings:
    """A var folder after its first start, with a published release."""
    (folder / "var").mkdir()
    shutil.copy(template.path, folder / "var")
    clinic_file = folder / "clinic.yml"
    shutil.copy(FIXTURES / "clinic.yml", clinic_file)
    made = Settings(
        var=folder / "var",
        bot_url=bot.url,
        bot_token=TOKEN,
        clinic_file=clinic_file,
        limits=LIMITS,
    )
    publish(made)
    return made


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, tmp_path: Path, bot: StandInBot, template: Template, record: str
) -> Settings:
    return on_database(record, settings_in(tmp_path, bot, template), request)


def on_database(record: str, made: Settings, request: pytest.FixtureRequest) -> Settings:
    """Keep the record in this kind of database."""
    if record == "sqlite":
        return made
    return dataclasses.replace(made, database_url=a_database(request, like="test_1"))


def a_database(request: pytest.FixtureRequest, *, like: str = "template1") -> str:
    """The address of a database that is there as long as the fixture that asks."""
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.database(like=like)
    request.addfinalizer(lambda: cluster.drop(url))
    return url


@pytest.fixture
def empty(request: pytest.FixtureRequest, record: str, tmp_path: Path) -> str:
    """The address of a database in which nothing is, not even an account."""
    if record == "sqlite":
        return f"sqlite:///{tmp_path / 'new'}"
    return a_database(request)


@async_fixture
async def mailbox() -> AsyncIterator[StandInMailServer]:
    """Where mails arrive."""
    async with StandInMailServer() as server:
        yield server


@async_fixture(scope="session")
async def verdicts() -> AsyncIterator[Verdicts]:
    """Safety's workers, shared by all services: reading the rules takes half a second."""
    shared = Verdicts(within_s=10.0)
    shared.start()
    await shared.ready()
    yield shared
    await shared.stop()


class Services:
    """Starts services, as many as a test needs, and stops them in the end."""

    def __init__(self, settings: Settings, verdicts: Verdicts) -> None:
        self.settings = settings
        self.verdicts: Verdicts | None = verdicts
        self._servers: dict[int, Any] = {}

    async def start(
        self, *, limits: dict[str, Any] | None = None, clock: Clock | None = None, **changes: Any
    ) -> Running:
        if limits:
            changes["limits"] = dataclasses.replace(self.settings.limits, **limits)
        settings = dataclasses.replace(self.settings, **changes)
        clock = clock or Clock()
        app = create_app(settings, clock=clock, verdicts=self.verdicts)
        listening = socket.create_server(("127.0.0.1", 0))
        server = await app.create_server(
            sock=listening, protocol=BoundedProtocol, return_asyncio_server=True, access_log=False
        )
        assert server is not None
        await server.startup()
        await server.before_start()
        await server.after_start()
        port = listening.getsockname()[1]
        running = Running(app, f"http://127.0.0.1:{port}", clock, settings)
        self._servers[id(running)] = server
        return running

    async def stop(self, running: Running) -> None:
        await self._stop(self._servers.pop(id(running)))

    async def stop_all(self) -> None:
        while self._servers:
            await self._stop(self._servers.popitem()[1])

    async def _stop(self, server: Any) -> None:
        await server.before_stop()
        for connection in list(server.connections):
            connection.close()
        await server.close()
        await server.after_stop()
        Sanic.unregister_app(server.app)  # it would be kept, with all it holds, to the last test


@async_fixture
async def services(settings: Settings, verdicts: Verdicts) -> AsyncIterator[Services]:
    starter = Services(settings, verdicts)
    yield starter
    await starter.stop_all()


@async_fixture
async def service(services: Services) -> Running:
    return await services.start()


@async_fixture
async def http(service: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(service) as client:
        yield client


def client_of(service: Running) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=service.url, trust_env=False, verify=False, timeout=60)


@async_fixture
async def visitor(http: httpx.AsyncClient) -> Visitor:
    return await Visitor(http).opens_the_chat()


@async_fixture
async def another_visitor(http: httpx.AsyncClient) -> Visitor:
    return await Visitor(http).opens_the_chat()


@async_fixture
async def nurse(service: Running) -> AsyncIterator[StaffClient]:
    async with signed_in(service, "nurse") as client:
        yield client


@async_fixture
async def second_nurse(service: Running) -> AsyncIterator[StaffClient]:
    async with signed_in(service, "second_nurse") as client:
        yield client


@async_fixture
async def owner(service: Running) -> AsyncIterator[StaffClient]:
    async with signed_in(service, "owner") as client:
        yield client


@async_fixture
async def clinician(service: Running) -> AsyncIterator[StaffClient]:
    async with signed_in(service, "clinician") as client:
        yield client


@async_fixture
async def administrator(service: Running) -> AsyncIterator[StaffClient]:
    async with signed_in(service, "administrator") as client:
        yield client


@async_fixture
async def stranger(service: Running) -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(service) as client:
        yield client


@dataclass
class SharedService:
    """A service that many tests share; each brings a visitor of its own."""

    service: Running
    bot: StandInBot
    http: httpx.AsyncClient


@contextlib.asynccontextmanager
async def run_shared_service(
    request: pytest.FixtureRequest, folder: Path, template: Template, verdicts: Verdicts
) -> AsyncIterator[SharedService]:
    """Open a service with a bot of its own, on the database that the fixture's parameter names."""
    bot = StandInBot()
    await bot.start()
    starter = Services(on_database(request.param, settings_in(folder, bot, template), request), verdicts)
    service = await starter.start()
    async with client_of(service) as http:
        yield SharedService(service, bot, http)
    await starter.stop_all()
    await bot.die()


@async_fixture(scope="session", params=ON_BOTH)
async def session_service(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    template: Template,
    verdicts: Verdicts,
) -> AsyncIterator[SharedService]:
    async with run_shared_service(request, tmp_path_factory.mktemp("shared"), template, verdicts) as shared:
        yield shared


@pytest.fixture
def shared_service(session_service: SharedService) -> SharedService:
    session_service.bot.says(reply("utter_greet"))
    session_service.bot.asked.clear()
    session_service.http.cookies.clear()
    return session_service


@async_fixture
async def guest(shared_service: SharedService) -> Visitor:
    return await Visitor(shared_service.http).opens_the_chat()
