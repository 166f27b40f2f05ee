"""What somebody does next in the studio: the few things that wait, in the order in which they matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from web.releases.builds import Build
from web.studio.scheduling.publishes import ScheduledPublish

MAX_STEPS = 4
PUBLISHES = frozenset({"owner", "administrator"})


@dataclass(frozen=True)
class NextStep:
    """One thing to do: the deed, why, and where."""

    deed: str
    why: str
    path: str


def next_steps(
    roles: Collection[str],
    *,
    asked: Sequence[tuple[str, str, str]] = (),
    assigned: Sequence[tuple[str, str, str]] = (),
    is_first: bool = False,
    empty_facts: int = 0,
    begun: int,
    stops: int,
    never_on: int = 0,
    unsigned: int,
    unseen: int,
    build: Build | None,
    published: str,
    changed: int,
    missed: int,
    planned: ScheduledPublish | None = None,
    objection: str = "",
) -> list[NextStep]:
    """The first few things that wait for somebody with these roles.

    `asked`: reviews that a colleague asked for, as (answer id, title, who asked). `assigned`: answers to
    work on, as (answer id, title, until when). `never_on`: answers that came in or were drafted and are
    off as they came. `objection`: why what is `planned` would not be published. `is_first`: nothing of
    this clinic's own was ever published; then `empty_facts` are what its replies do not know yet.
    """
    steps = [
        *(_of_schedule(planned, objection, published) if PUBLISHES & set(roles) else ()),
        *(
            NextStep(f"Look at “{title}”", f"{who} asks for a review.", f"/studio/answers/{name}#discussion")
            for name, title, who in asked[:2]
        ),
        *(
            NextStep(f"Work on “{title}”", _until(due), f"/studio/answers/{name}")
            for name, title, due in assigned[:2]
        ),
        *_of_writing(begun, stops),
        *(_of_signing(unsigned, unseen) if "clinician" in roles else ()),
        *(_of_facts(empty_facts) if is_first else ()),
        *(_of_releases(build, published, changed, stops, is_first) if PUBLISHES & set(roles) else ()),
    ]
    if never_on:
        what = "1 answer is a draft" if never_on == 1 else f"{never_on} answers are drafts"
        why = f"{what}: give each its questions and tests, then switch it on."
        steps.append(NextStep("Finish the drafts", why, "/studio/answers?show=off"))
    if missed:
        answers = "question that was" if missed == 1 else "questions that were"
        steps.append(
            NextStep("Answer what was missed", f"{missed} {answers} not answered.", "/studio/missed")
        )
    return steps[:MAX_STEPS]


def _until(due: str) -> str:
    if not due:
        return "It is assigned to you."
    day = date.fromisoformat(due)
    return f"It is assigned to you, due {day:%b} {day.day}."


def _of_schedule(planned: ScheduledPublish | None, objection: str, published: str) -> Iterator[NextStep]:
    """What is scheduled and cannot happen as things stand, or did not happen and still waits."""
    if planned is None:
        return
    path = "/studio/releases#scheduled"
    if planned.is_open and objection:
        yield NextStep(f"Look at scheduled release {planned.release}", f"As things stand: {objection}", path)
    elif planned.state == "refused" and planned.before == published:
        deed = f"See why release {planned.release} was not published"
        yield NextStep(deed, planned.sentence or "It was scheduled.", path)


def _of_writing(begun: int, stops: int) -> Iterator[NextStep]:
    if begun:
        what = "An answer was" if begun == 1 else f"{begun} answers were"
        yield NextStep("Finish what you started", f"{what} typed and not saved.", "/studio/answers")
    if stops:
        what = "1 answer stops" if stops == 1 else f"{stops} answers stop"
        path = "/studio/answers?show=problems"
        yield NextStep("Fix answers", f"{what} the next build; each says what is wrong.", path)


def _of_signing(unsigned: int, unseen: int) -> Iterator[NextStep]:
    if unsigned:
        what = "1 text waits" if unsigned == 1 else f"{unsigned} texts wait"
        why = f"{what}; in live mode visitors do not read them before."
        yield NextStep("Sign", why, "/studio/signing")
    if unseen:
        what = "1 signed answer" if unseen == 1 else f"{unseen} signed answers"
        yield NextStep("Look at new questions", f"{what} got questions since.", "/studio/signing#questions")


def _of_facts(empty: int) -> Iterator[NextStep]:
    if empty:
        what = "1 field is empty" if empty == 1 else f"{empty} fields are empty"
        why = f"{what}. Replies say that they do not know what is missing."
        yield NextStep("Fill in the clinic's facts", why, "/studio/facts")


def _of_releases(
    build: Build | None, published: str, changed: int, stops: int, is_first: bool
) -> Iterator[NextStep]:
    if build and build.state == "running" and build.release:
        path = f"/studio/releases/{build.release}"
        yield NextStep("Read the report", "Practice conversations with it are still being played.", path)
    elif build and build.state == "running":
        yield NextStep("Watch the build", "The next release is being built.", "/studio/releases")
    elif build and build.state == "done" and build.release and build.release != published:
        path = f"/studio/releases/{build.release}"
        yield NextStep("Read the report and publish", f"Release {build.release} is built.", path)
    elif build and build.state == "failed":
        yield NextStep("See why the build failed", build.sentence or "It failed.", "/studio/releases")
    elif is_first and not stops:
        yield NextStep("Build your first release", "Publishing it switches the bot on.", "/studio/releases")
    elif changed and not stops:
        what = "1 answer was" if changed == 1 else f"{changed} answers were"
        yield NextStep("Build a release", f"{what} changed since the last release.", "/studio/releases")
