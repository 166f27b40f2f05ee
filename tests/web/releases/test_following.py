"""Web halves on several machines: a publish on one is heard on the other, which has the release itself."""

from __future__ import annotations

import asyncio
import json
import os
import shutil

import pytest

from tests.web.conftest import async_fixture, publish
from web.core.settings import Settings
from web.releases import publishing


@pytest.fixture
def record():
    return "postgresql"


pytestmark = pytest.mark.thorough


@async_fixture
async def machines(services, settings, tmp_path):
    """Two web halves with one record, and release folders of their own."""
    release(settings, "7")
    release(settings, "8")
    publishing.point(settings.releases, "7")
    there = tmp_path / "other machine"
    shutil.copytree(settings.releases, there / "releases")
    shutil.copy(settings.record_key_file, there) if settings.record_key_file.exists() else None
    return await services.start(), await services.start(var=there)


def release(settings: Settings, name: str) -> None:
    publish(settings)
    first = settings.releases / (settings.releases / "published").read_text(encoding="utf-8").strip()
    folder = settings.releases / name
    if not folder.exists():
        shutil.copytree(first, folder)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8")) | {"release": name}
        (folder / "model.tar.gz").write_bytes(b"a model")
        manifest["files"] = {"model.tar.gz": publishing._hash(folder / "model.tar.gz")}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def here(service) -> str:
    return publishing.published(service.app.ctx.context)


async def test_a_publish_on_one_machine_is_followed_on_the_other(machines):
    one, other = machines
    await publishing.publish(one.app.ctx.context, "8", by="owner")
    assert (here(one), here(other)) == ("8", "7")
    await other.app.ctx.follower.look()
    assert here(other) == "8"
    await publishing.undo(other.app.ctx.context, by="owner")
    await one.app.ctx.follower.look()
    assert (here(one), here(other)) == ("7", "7")


async def test_a_release_that_is_not_here_or_is_another_one_is_said_and_nothing_changes(machines, caplog):
    one, other = machines
    (other.settings.releases / "8" / "manifest.json").write_text('{"release": "8"}', encoding="utf-8")
    await publishing.publish(one.app.ctx.context, "8", by="owner")
    await other.app.ctx.follower.look()
    assert here(other) == "7"
    assert "release 8 was published on another machine and is incomplete here" in caplog.text


async def test_a_machine_that_comes_back_follows_and_does_not_lead(machines, services):
    one, other = machines
    await services.stop(other)
    await publishing.publish(one.app.ctx.context, "8", by="owner")
    os.utime(other.settings.releases / "published", (0, 0))  # it moved long ago
    back = await services.start(var=other.settings.var)
    await back.app.ctx.follower.look()
    await one.app.ctx.follower.look()
    assert (here(one), here(back)) == ("8", "8")


async def test_a_look_between_the_pointer_and_the_commit_of_a_publish_takes_nothing_back(machines):
    context = machines[0].app.ctx.context
    async with context.db.write() as tx:
        await publishing._tell_other_machines(tx, context, "8")
        publishing.point(context.settings.releases, "8")
        look = asyncio.create_task(machines[0].app.ctx.follower.look())
        await asyncio.wait({look}, timeout=2)  # it waits for the commit; without that it is over by now
    await look
    assert here(machines[0]) == "8"
