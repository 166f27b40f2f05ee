"""Somebody at a browser: opens pages, fills in their forms, follows where they lead."""

from __future__ import annotations

import re
from typing import Any

import httpx

from tests.web.conftest import PASSWORD

PAGE = {"accept": "text/html"}
FORM_TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


def form_token_in(page: str) -> str:
    """The form token of a page."""
    found = FORM_TOKEN.search(page)
    assert found, page[:2000]
    return found.group(1)


async def fill_in(
    http: httpx.AsyncClient, path: str, *, at: str | None = None, **fields: Any
) -> httpx.Response:
    """Open a page and send its form, as a person would."""
    page = await http.get(at or path, headers=PAGE)
    token = form_token_in(page.text)
    return await http.post(path, data={"form_token": token, **fields}, headers=PAGE)


async def sign_in(http: httpx.AsyncClient, name: str = "nina", password: str = PASSWORD) -> httpx.Response:
    """Sign in with a name and a password."""
    return await fill_in(http, "/sign-in", name=name, password=password)
