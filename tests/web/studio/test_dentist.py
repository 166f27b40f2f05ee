"""Another clinic in an afternoon: a dentist starts with nothing and publishes eight answers.

All of it by the pages of the set-up and the studio, with the real check, training, gates and practice
conversations; only the bot that serves visitors afterwards is not started: the model is asked itself.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil

import pytest

from content.answer_yaml import parse
from content.answers import Answer
from deploy.settings import BOT_PYTHON, ROOT
from tests.web.conftest import signed_in
from web import schema
from web.releases import publishing, withdrawals
from web.studio import workspace
from web.studio.answers import free_id

pytestmark = pytest.mark.thorough  # a real build

DENTAL = ROOT / "tests" / "dental" / "data" / "answers"
# Two messages for each answer that it is not taught, as its owner would think of them.
EIGHT = {
    "tooth_pain": ("i have a really bad toothache", "my back tooth hurts when i chew"),
    "cleaning": ("i want to know how a cleaning is done", "will a cleaning at your place take long"),
    "fillings": ("do fillings last", "i need a cavity filled"),
    "hours": ("which hours are you open on tuesday", "are you open late in the evening"),
    "insurance": ("can i use my insurance plan here", "which dental insurance do you take"),
    "prices": ("how much does a crown cost", "what are your prices for a checkup"),
    "whitening": ("i would love to have whiter teeth", "does whitening at your office last"),
    "wisdom_teeth": ("do my wisdom teeth have to come out", "my wisdom tooth is coming in crooked"),
}
CLINICAL = "toothache*, cavit*, decay*, plaque, tartar, abscess*, filling*, root canal*, wisdom teeth"
ASKED = (
    ("toothache", "tooth_pain"),
    ("i have an awful toothache since yesterday, what can i do", "tooth_pain"),
    ("when are you open", "hours"),
    ("how much is a cleaning", "prices"),
    ("do you fill cavities", "fillings"),
)
# Asks one published release, in the bot's environment.
ASKING = """
import json, sys
from pathlib import Path
from training.model_parser import Parser
parser = Parser(Path(sys.argv[1]))
found = [parser.parse(text)["decision"] for text in json.loads(sys.stdin.read())]
print(json.dumps([[each["outcome"], *(part["intent"] for part in each["parts"])] for each in found]))
"""


def answer_of(name: str) -> Answer:
    return parse((DENTAL / f"{name}.yml").read_text(encoding="utf-8"), shown_as=name)


def form_of(name: str, tests: tuple[str, str]) -> dict[str, object]:
    """What the dentist's office types into the form of an answer."""
    answer = answer_of(name)
    return {
        "title": answer.title,
        "it": answer.it,
        "questions": "\n".join(answer.questions),
        "wording": [wording.text.removeprefix("Yes. ") for wording in answer.wordings],
        "language": [wording.language for wording in answer.wordings],
        "topics": ", ".join(answer.topics),
        "source_cite": answer.sources[0].cite,
        "source_passage": "",
        "source_url": "",
        "source_read_at": "",
        "review_by": "2027-06-01",
        "starter": "1" if answer.starter else "",
        "test": list(tests),
        "is_on": "1",
    }


@pytest.fixture
def settings(settings, monkeypatch):
    """An installation as it comes, on the project that ships, with its encoder."""
    (settings.var / "encoder").symlink_to(ROOT / "var" / "encoder")
    shutil.rmtree(settings.releases)
    return settings


async def to_mend(service) -> dict[str, list[str]]:
    async with service.db.read() as tx:
        desk = await workspace.load(tx, service.settings, today=service.clock().date())
    return {draft.id: [issue.text for issue in issues] for draft, issues in desk.stops()}


async def ask(var, texts) -> list[list[str]]:
    process = await asyncio.create_subprocess_exec(
        str(BOT_PYTHON), "-W", "ignore", "-c", ASKING, str(var),
        cwd=ROOT, env=os.environ | {"FRONT_DESK_VAR": str(var)},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    told, _ = await process.communicate(json.dumps(texts).encode())
    assert process.returncode == 0
    return list(json.loads(told.splitlines()[-1]))


@pytest.mark.parametrize("record", ["sqlite"])
async def test_a_dentist_starts_with_nothing_and_publishes_eight_answers_without_an_override(services):
    service = await services.start(clinic_file=ROOT / "clinic.yml")
    async with signed_in(service, "administrator") as administrator, signed_in(service, "owner") as owner:
        await administrator.posts("/setup/content", pack="empty")
        rules = {
            "conditions": CLINICAL,
            "medicines": "fluoride, novocaine",
            "body": "tooth, teeth, gum, gums",
        }
        assert (await owner.posts("/studio/rules/clinical", **rules)).status_code == 303
        for name, tests in EIGHT.items():
            made = await owner.posts("/studio/answers/new", **form_of(name, tests))
            assert made.status_code == 303, made.text
        assert await to_mend(service) == {}
        named = [free_id(answer_of("prices").title, set())]
        step = {"said": "how much does a cleaning cost", "wanted": "answers", "names": named}
        kept = await owner.posts("/studio/tests/keep-trial", steps=json.dumps([step]))
        assert kept.status_code == 303, kept.text
        begun = await owner.posts("/studio/releases/build")
        assert begun.status_code == 303, begun.text
        await service.app.ctx.builds._running.all_done()
        build = await service.app.ctx.builds.latest()
        assert build.state == "done", (build.sentence, build.problems)
        context = service.app.ctx.context
        assert publishing.failed_gates(context, build.release) == []
        (result,) = await service.rows(schema.test_results)
        assert (result["release"], result["result"]) == (build.release, "passed")
    async with signed_in(service, "owner") as owner:  # a busy machine's build outlasts a session
        published = await owner.posts(f"/studio/releases/{build.release}/publish")
    assert published.status_code == 303
    assert publishing.published(context) == build.release
    async with service.db.read() as tx:
        assert await withdrawals.in_force(tx) == []  # the bot speaks
    said = await ask(service.settings.var, [text for text, _ in ASKED])
    ids = {name: free_id(answer_of(name).title, set()) for name in EIGHT}
    assert said == [["answered", f"faq/{ids[name]}"] for _, name in ASKED]
    words = (service.settings.releases / build.release / "manifest.json").read_text(encoding="utf-8")
    assert len(json.loads(words)["answers"]) == 8
