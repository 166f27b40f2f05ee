"""The screens that pages are looked at on."""

from __future__ import annotations

from playwright.sync_api import ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
