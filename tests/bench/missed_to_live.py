"""From a missed question to a live answer, in a browser: `python -m tests.bench.missed_to_live`.

A running installation with its published release. Three visitors ask what nobody answers; an owner who is
signed in goes from the studio's first page to the published answer, only by what the pages offer. A deed is
one press or one field. The group is small on purpose: with seven wordings the questions and both tests are
filled in already, which spares three deeds. Prints the table of docs/benchmarks.md.

python -m tests.bench.missed_to_live [--show]
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from deploy.settings import LOOPBACK
from tests.bench.parties import Party, copy_of_var, ours
from tests.bench.report import stamp, table
from tests.end_to_end.conftest import CHROMIUM
from tests.end_to_end.desk_cast import at_work, calls_in, hire

WITHIN_MS = 1_800_000.0
MISSED = ("do you offer aromatherapy", "is aromatherapy part of it", "lavender oil in the room please")
MORE = (
    "can i have aromatherapy", "do you use scented oils", "aromatherapy yes or no", "what about aromatherapy",
    "may i bring my own scented oil", "do you diffuse essential oils", "are essential oils used",
)  # fmt: skip
TESTS = ("any aromatherapy with the treatment", "will there be essential oils?")
ASKED_AFTER = "could i have aromatherapy in the session?"
REPLY = "We use no scented oils in our rooms."


@dataclass
class Owner:
    """Somebody at the studio whose deeds are counted, and who is waiting for the machine in between."""

    page: Page
    deeds: list[tuple[str, float]] = field(default_factory=list)  # what, and seconds until the page is there

    def presses(self, button: Locator, *, until: Locator) -> None:
        """One press, and the wait for what it leads to."""
        what = button.inner_text().split("\n")[0].strip()
        begun = time.monotonic()
        button.click()
        expect(until).to_be_visible(timeout=WITHIN_MS)
        self.deeds.append((f"press “{what}”", time.monotonic() - begun))

    def fills_in(self, label: str, text: str) -> None:
        """One field."""
        self.page.get_by_label(label, exact=True).first.fill(text)
        self.deeds.append((f"fill in “{label}”", 0.0))


def goes(owner: Owner) -> None:
    """From the studio's first page to the live answer, by what the pages offer."""
    page = owner.page
    draft = page.get_by_role("button", name=re.compile(f"^Make a draft of “({'|'.join(MISSED[:2])})"))
    owner.presses(page.get_by_role("link", name="Missed questions", exact=True), until=draft)
    questions = page.get_by_label("Questions, one per line", exact=True)
    owner.presses(draft, until=questions)
    owner.fills_in("Wording 1", REPLY)
    owner.fills_in("Questions, one per line", "\n".join([questions.input_value().strip(), *MORE]))
    for number, text in enumerate(TESTS, 1):
        owner.fills_in(f"Test {number}", text)
    owner.fills_in("Title, publisher, year", "The clinic")
    publish = page.get_by_role("button", name=re.compile("^Publish release"))
    closed = page.locator(".note.is-problem").or_(page.get_by_text("Publishing is closed"))
    save = page.get_by_role("button", name="Save, switch on and build", exact=True)
    owner.presses(save, until=publish.or_(closed).first)
    if not publish.is_visible():
        raise SystemExit(f"Not published: {page.locator('main').inner_text()[:1500]}")
    owner.presses(publish, until=page.get_by_text("Published. Visitors get it"))


def said_to(http: httpx.Client, text: str) -> str:
    """Ask as a new visitor; all that the bot says."""
    caller = calls_in(http)
    caller.says(text)
    caller.hears_the_bot()
    return " ".join(str(each) for each in caller.reads() if each["author"] == "bot")


def report(owner: Owner) -> str:
    """The table, with the two waits that the issue names."""
    waits = dict(owner.deeds)
    build = next(seconds for what, seconds in owner.deeds if what.endswith("and build”"))
    publish = owner.deeds[-1][1]
    rows = [
        ["deeds (presses and fields)", str(len(owner.deeds)), "9"],
        ["from the press on Save, switch on and build to the report", f"{build:.0f} s", "30 s"],
        ["publish, pressed at once (the new bot is still getting ready)", f"{publish:.1f} s", "2 s"],
        ["waited for the machine, all together", f"{sum(seconds for _, seconds in owner.deeds):.0f} s", ""],
    ]
    listed = [f"{n}. {what}: {waits[what]:.1f} s" for n, what in enumerate(waits, 1)]
    return "\n".join([table(["", "Front Desk", "aim"], rows), "", *listed])


@contextmanager
def installation(folder: Path) -> Iterator[tuple[Party, str]]:
    """A copy of the trained installation that runs, with a staff; its address."""
    with ours(folder) as party:
        hire(folder)
        yield party, f"http://{LOOPBACK}:{party.port}"


def go(browser: Browser, folder: Path) -> str:
    """Measure; the report."""
    with (
        installation(folder) as (_, site),
        httpx.Client(base_url=site, trust_env=False, timeout=60) as http,
    ):
        for text in MISSED:
            said_to(http, text)
        page = at_work(browser, site, "owner")
        page.goto(f"{site}/studio")
        owner = Owner(page)
        goes(owner)
        if REPLY not in (heard := said_to(http, ASKED_AFTER)):
            raise SystemExit(f"It is live, and a visitor hears something else: {heard}")
        return report(owner)


def main() -> int:
    """Start, measure, print."""
    options = argparse.ArgumentParser(prog="python -m tests.bench.missed_to_live", description=__doc__)
    options.add_argument("--show", action="store_true", help="with a window")
    chosen = options.parse_args()
    os.environ.setdefault("FRONT_DESK_TRUSTED_PROXIES", LOOPBACK)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=arguments, headless=not chosen.show
        )
        var = Path(folder) / "var"
        copy_of_var(var, with_releases=True)
        print(f"{stamp('python -m tests.bench.missed_to_live')}\n\n{go(browser, var)}")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
