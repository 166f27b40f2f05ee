"""How long a first answer takes with and without site data: `python -m tests.bench.first_answers`.

In each browser an embedded chat is opened and asked, once more for each round with nothing kept between.
The clock is the frame's own: from the press on Send until the answer is on the page. The bot is the
stand-in, so what is measured is the chat and the web half. Prints the table and writes it into
docs/benchmarks.md.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence

from tests.bench.host_pages import BROWSERS, website_with_chat
from tests.bench.report import stamp, table, write
from tests.end_to_end.any_browser import FORGET, REFUSES, AnyBrowser
from tests.end_to_end.browser_scripts import OPEN, UNTIL
from tests.end_to_end.host_pages import served

ROUNDS = 7
# Run in the chat's frame: milliseconds from Send to the answer.
FIRST_ANSWER = f"""async () => {{ {UNTIL}
  const text = await until(() => document.querySelector('#chat:not([hidden]) #chat-text'));
  text.value = 'hello';
  text.dispatchEvent(new Event('input'));
  const log = document.querySelector('[data-part=log]');
  const begun = performance.now();
  const answered = new Promise((done) => new MutationObserver(() => {{
    if (log.querySelector('.by-bot')) done(performance.now() - begun);
  }}).observe(log, {{ childList: true, subtree: true }}));
  document.querySelector('[data-part=send]').click();
  return String(Math.round(await answered));
}}"""


def rounds(browser: AnyBrowser, url: str) -> list[int]:
    """The first answer's time, each round in a chat of its own."""
    found = []
    for _ in range(ROUNDS):
        browser.goes_to(url)
        browser.run(OPEN)
        found.append(int(browser.run_in_chat(FIRST_ANSWER)))
        browser.run(FORGET)
    return found


def measure(names: Sequence[str]) -> list[list[str]]:
    """A row for each browser, with site data and without."""
    rows = []
    with website_with_chat() as (website, desk, folder):
        url = served(website, desk.url, "module")
        for name in names:
            for refuses in (False, True):
                profile = folder / f"{name}-{refuses}"
                profile.mkdir()
                with BROWSERS[name](profile, refuses=refuses) as browser:
                    taken = rounds(browser, url)
                    refused = json.loads(browser.run(REFUSES)) if refuses else []
                what = f"refused: {', '.join(refused) or 'nothing'}" if refuses else "kept"
                rows.append([name, what, f"{statistics.median(taken):.0f}", str(max(taken))])
                print(rows[-1], file=sys.stderr)
    return rows


def main(names: Sequence[str]) -> int:
    """Measure, print and write."""
    browsers = [name for name in BROWSERS if not names or name in names]
    drawn = table(["browser", "site data", "median, ms", "slowest, ms"], measure(browsers))
    print(drawn)
    if len(browsers) == len(BROWSERS):
        write("first answers", f"{stamp('python -m tests.bench.first_answers')}\n\n{drawn}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
