"""The pages of staff and their states, as the accessibility test and the screenshots go through them.

Add a line for every page and every state that looks different: empty, busy, wrong. `prepare` brings
the page from `path` into its state.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.web.conftest import PASSWORD

Prepare = Callable[[Page], None]


@dataclass(frozen=True)
class Look:
    """One page in one state; `who` of the cast is signed in, or a stranger is not."""

    name: str
    who: str
    path: str
    prepare: Prepare | None = None


def presses(button: str) -> Prepare:
    """Press a button, and wait for the page it leads to."""

    def prepare(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("button", name=button, exact=True).click()

    return prepare


def fills_in(button: str, **fields: str) -> Prepare:
    """Fill in fields by their names and press a button."""

    def prepare(page: Page) -> None:
        opens_all(page)  # a phone folds long forms
        for name, text in fields.items():
            page.locator(f"[name={name}]").last.fill(text)
        # What the browser itself would refuse is tried as well.
        page.eval_on_selector_all("form", "forms => forms.forEach(form => { form.noValidate = true })")
        presses(button)(page)

    return prepare


def follows(link: str) -> Prepare:
    """Follow a link."""

    def prepare(page: Page) -> None:
        with page.expect_navigation():
            page.get_by_role("link", name=link, exact=True).click()

    return prepare


def opens_menu(page: Page) -> None:
    """Open the menu where it is folded."""
    menu = page.locator("[data-menu-button]:visible")
    if menu.count():
        menu.click()


def locks(page: Page) -> None:
    """Lock the screen, if it is not."""
    if "/unlock" in page.url:
        return
    opens_menu(page)
    presses("Lock or switch user")(page)


def says(text: str) -> Prepare:
    """Try a message; what both releases say is given, for a second bot would have to be there."""

    def prepare(page: Page) -> None:
        page.route("**/studio/try/say", lambda route: route.fulfill(json={"published": TOLD, "draft": TOLD}))
        page.locator("#text").fill(text)
        page.get_by_role("button", name="Send to both").click()
        page.locator(".try-log .by-bot").nth(1).wait_for()

    return prepare


def sees_the_preview(page: Page) -> None:
    """Wait for the reply in the widget's look."""
    page.locator("[data-preview] .chat-bubble").wait_for()


def opens_all(page: Page) -> None:
    """Open everything that folds."""
    page.eval_on_selector_all("main details:not(.alerts)", "all => all.forEach(each => { each.open = true })")


def asks_for_the_keys(page: Page) -> None:
    """Show which keys do what."""
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()


def begins(page: Page) -> None:
    """Begin the signing session."""
    page.get_by_role("button", name="Start", exact=True).click()


def brings_a_file(page: Page) -> None:
    """See what would become of every row of a file."""
    page.locator("input[type=file]").set_input_files(
        {"name": "answers.csv", "mimeType": "text/csv", "buffer": TABLE.encode()}
    )
    with page.expect_navigation():
        page.locator("form:has(input[type=file]) button").click()


TOLD = {
    "replies": [
        {
            "blocks": [{"kind": "p", "inline": [{"kind": "text", "text": "Most people feel very little."}]}],
            "choices": ["What is a crown?"],
        }
    ],
    "what": "Answered: Does it hurt? (87%)",
    "events": [],
}
# New, changed, and refused.
TABLE = """id,title,topics,clinical,questions,reply_en_1
ramp,Is there a ramp?,access,no,"is there a ramp
how do i get in with a wheelchair","Yes, at the side door."
k_hole,What is a K-hole?,k_hole,yes,what is a k-hole,It is a street word.
broken,,,perhaps,,
"""
# On a busy morning (`seed_data.py`).
BUSY = [
    Look("desk", "nurse", "/desk"),
    Look("desk-undo", "nurse", "/desk?said=Resolved.&undo=none"),
    Look("conversation", "nurse", "/desk/conversations/{held}"),
    Look("conversation-opened", "nurse", "/desk/conversations/{held}", opens_all),
    Look("conversation-masked", "clinician", "/desk/conversations/{held}"),
    Look("keys", "nurse", "/desk/conversations/{held}", asks_for_the_keys),
    Look("crisis", "nurse", "/desk/conversations/{crisis}"),
    Look("crisis-steps", "clinician", "/desk/crisis-steps", opens_all),
    Look("urgent", "nurse", "/desk/urgent"),
    Look("false-alarms", "clinician", "/studio/false-alarms"),
    Look("calls", "nurse", "/desk/callbacks"),
    Look("calls-opened", "nurse", "/desk/callbacks", opens_all),
    Look("call", "nurse", "/desk/callbacks/{call}"),
    Look("hours-busy", "nurse", "/desk/hours"),
    Look("replies-busy", "nurse", "/desk/replies"),
    Look("search", "nurse", "/desk/search"),
    Look("week", "clinician", "/desk/week"),
    Look("numbers", "owner", "/desk/numbers"),
    Look("studio", "owner", "/studio"),
    Look("studio-gaps", "owner", "/studio/missed"),
    Look("studio-answer", "owner", "/studio/answers/{answer}", sees_the_preview),
    Look("studio-history", "owner", "/studio/answers/{answer}/history"),
    Look("studio-arrange-one", "owner", "/studio/arrange/{answer}"),
    Look("studio-signing", "clinician", "/studio/signing", begins),
    Look("studio-sheet", "clinician", "/studio/signing/sheet"),
    Look("studio-releases-busy", "owner", "/studio/releases"),
    Look("studio-report-closed", "owner", "/studio/releases/2", opens_all),
    Look("studio-report", "owner", "/studio/releases/3"),
    Look("studio-try-answered", "owner", "/studio/try?release=3", says("does it hurt")),
    Look("studio-import", "owner", "/studio/tables", brings_a_file),
    Look("studio-now-busy", "owner", "/studio/now"),
]
LOOKS = [
    Look("sign-in", "stranger", "/sign-in"),
    Look("sign-in-wrong", "stranger", "/sign-in", fills_in("Sign in", name="nobody", password="wrong")),
    Look("welcome", "administrator", "/welcome", opens_menu),
    Look("account", "nurse", "/account"),
    Look(
        "account-wrong",
        "nurse",
        "/account",
        fills_in("Change the password", password=PASSWORD, new_password="short"),
    ),
    Look("second-step", "nurse", "/account/second-factor"),
    Look("people", "administrator", "/people"),
    Look(
        "people-wrong", "administrator", "/people", fills_in("Create invitation", name="", sign_in_name="x")
    ),
    Look("person", "administrator", "/people", follows("Olga Owner")),
    Look("audit", "administrator", "/audit"),
    Look("audit-checked", "administrator", "/audit?check=yes&did=account.made"),
    Look("audit-empty", "administrator", "/audit?about_id=nothing"),
    Look("set-up-clinic", "administrator", "/setup/clinic"),
    Look(
        "set-up-clinic-wrong",
        "administrator",
        "/setup/clinic",
        fills_in("Save and continue", phone="call us"),
    ),
    Look("set-up-content", "administrator", "/setup/content"),
    Look("set-up-site", "administrator", "/setup/site"),
    Look("set-up-tried", "administrator", "/setup/site", presses("Send a test message")),
    Look("not-allowed", "nurse", "/people"),
    Look("not-there", "stranger", "/invitation/gone"),
    Look("studio-empty", "owner", "/studio"),
    Look("studio-missed", "owner", "/studio/missed"),
    Look("studio-answers", "owner", "/studio/answers"),
    Look("studio-new-answer", "owner", "/studio/answers/new"),
    Look("studio-signing-empty", "clinician", "/studio/signing"),
    Look("studio-sheet-empty", "clinician", "/studio/signing/sheet"),
    Look("studio-releases", "owner", "/studio/releases"),
    Look("studio-try", "owner", "/studio/try"),
    Look("studio-facts", "owner", "/studio/facts"),
    Look("studio-facts-wrong", "owner", "/studio/facts", fills_in("Save the facts", phone="call us")),
    Look("studio-now", "nurse", "/studio/now"),
    Look("studio-arrange", "owner", "/studio/arrange"),
    Look("studio-rules", "owner", "/studio/rules", opens_all),
    Look("studio-tables", "owner", "/studio/tables"),
    Look("locked", "second_nurse", "/account", locks),
    Look("desk-empty", "nurse", "/desk"),
    Look("calls-empty", "nurse", "/desk/callbacks"),
    Look("hours", "nurse", "/desk/hours"),
    Look("schedule", "administrator", "/desk/schedule"),
    Look("escalation", "administrator", "/desk/escalation"),
    Look("escalation-wrong", "administrator", "/desk/escalation", fills_in("Save", minutes="soon")),
    Look("replies", "nurse", "/desk/replies"),
    Look("search-empty", "nurse", "/desk/search"),
    Look("search-wrong", "nurse", "/desk/search?since=soon"),
    Look("week-empty", "clinician", "/desk/week"),
    Look("numbers-empty", "owner", "/desk/numbers"),
]
