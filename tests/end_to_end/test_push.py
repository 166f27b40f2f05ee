"""Notifications on a device in real Chromium: the page's button, the worker, and what it shows.

Only the browser's call to its maker's push service is answered here: that needs the internet.
"""

from __future__ import annotations

import time

from playwright.sync_api import Browser, Page, expect

from tests.end_to_end import staff
from tests.end_to_end.chatting import PATIENCE_MS
from tests.end_to_end.two_sites import FrontDesk
from tests.web.conftest import CAST, PASSWORD
from tests.web.notifications.push_service import Device

# Gives what a push service would, and keeps what it was asked with.
SUBSCRIBES = """fields => {
  PushManager.prototype.subscribe = async (options) => {
    sessionStorage.asked = JSON.stringify([options.userVisibleOnly, options.applicationServerKey.length]);
    return { toJSON: () => ({ endpoint: fields.endpoint, keys: fields }) };
  };
}"""
SHOWN = """async () => {
  const known = await navigator.serviceWorker.getRegistration("/static/staff/push_worker.js");
  return (await known.getNotifications()).map((each) => each.title);
}"""


def test_a_device_is_turned_on_by_a_press_and_shows_what_it_is_told(
    browser: Browser, staffed: FrontDesk
) -> None:
    with browser.new_context(permissions=["notifications"]) as context:
        nurse = context.new_page()
        problems: list[str] = []
        nurse.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        staff.sign_in(nurse, staffed.url, name=CAST["nurse"][0], password=PASSWORD)
        nurse.goto(f"{staffed.url}/account")
        endpoint = "https://fcm.googleapis.com/fcm/send/abc"
        nurse.evaluate(SUBSCRIBES, Device(endpoint).fields)
        nurse.get_by_role("button", name="Notify this device").click()
        expect(nurse.get_by_text("This device is notified from now on.")).to_be_visible(timeout=PATIENCE_MS)
        assert nurse.evaluate("sessionStorage.asked") == "[true,65]"
        delivers(nurse, staffed.url, '{"text": "An urgent conversation", "urgent": true}')
        assert shown_at_last(nurse) == ["An urgent conversation"]
        nurse.get_by_role("button", name="Remove").click()
        expect(nurse.get_by_text("That device is no longer notified.")).to_be_visible(timeout=PATIENCE_MS)
        expect(nurse.get_by_text("No device is notified yet.")).to_be_visible()
        assert problems == []


def shown_at_last(page: Page) -> list[str]:
    """Wait for the worker's notifications: `wait_for_function` takes a promise itself for an answer."""
    until = time.monotonic() + PATIENCE_MS / 1000
    titles: list[str] = page.evaluate(SHOWN)
    while not titles and time.monotonic() < until:
        page.wait_for_timeout(50)
        titles = page.evaluate(SHOWN)
    return titles


def delivers(page: Page, origin: str, data: str) -> None:
    """Hand a message to the worker, as the browser does when its push service has one."""
    session, found = page.context.new_cdp_session(page), list[str]()
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(each["registrationId"] for each in event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    until = time.monotonic() + PATIENCE_MS / 1000
    while not found and time.monotonic() < until:
        page.wait_for_timeout(50)
    session.send(
        "ServiceWorker.deliverPushMessage", {"origin": origin, "registrationId": found[0], "data": data}
    )
