"""docs/protocol.md names every request of the visitor's door, every error and every number."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from safety.cleaning import MAX_MESSAGE_CHARS
from web.bot import client
from web.chat import conversations, inbound
from web.chat.routes import conversations as routes
from web.core import errors, pg_notify
from web.core.limits import Limits, Rate
from web.http import requests

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docs" / "protocol.md").read_text(encoding="utf-8")
DOOR = re.compile(r'^@\w+\.(get|post|put|patch|delete)\("([^"]*)"\)', re.MULTILINE)
PARAMETER, BRACES = re.compile(r"<(\w+):\w+>"), r"{\1}"
LIMITS = re.findall(
    r"^\| `(\w+)` \| ([^|`]+) \|$", TEXT.partition("## Limits")[2].partition("\n#")[0], re.MULTILINE
)
ERRORS = re.findall(r"^\| (\d{3}) \| (\w+) \|", TEXT, re.MULTILINE)


def doors() -> set[str]:
    """Method and path of every route under /v1, read from the code."""
    found = set()
    for path in (PROJECT / "web").rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        if 'url_prefix="/v1"' in code:
            for method, route in DOOR.findall(code):
                found.add(f"{method.upper()} /v1{PARAMETER.sub(BRACES, route)}")
    return found


def test_every_request_of_the_visitors_door_has_its_heading() -> None:
    described = set(re.findall(r"^### ([A-Z]+ /v1\S*)$", TEXT, re.MULTILINE))
    assert len(described) >= 8
    assert sorted(doors() - described) == []


def test_the_requests_between_the_halves_have_their_headings() -> None:
    described = re.findall(r"^### POST (/webhooks\S*)$", TEXT, re.MULTILINE)
    assert described == [client.TURN_PATH, client.SIMILAR_PATH]


@pytest.mark.parametrize(("status", "name"), ERRORS)
def test_every_error_has_the_status_of_the_code(status: str, name: str) -> None:
    assert getattr(errors, name).status == int(status)


def test_every_error_a_visitor_can_meet_is_described() -> None:
    visitors_way = (inbound, conversations, routes, requests)
    code = "\n".join(inspect.getsource(module) for module in visitors_way)
    raised = set(re.findall(r"raise (\w+)\(", code)) & {
        each.__name__ for each in errors.Refused.__subclasses__()
    }
    assert raised
    assert raised <= {name for _, name in ERRORS}


@pytest.mark.parametrize(("name", "value"), LIMITS)
def test_every_limit_has_the_value_of_the_code(name: str, value: str) -> None:
    limit = getattr(Limits(), name)
    if isinstance(limit, Rate):
        assert value == f"{limit.burst} at once, then one every {limit.refill_s:g} s"
    else:
        assert value == f"{limit:g}"


def test_the_other_numbers_and_names_are_those_of_the_code() -> None:
    assert len(LIMITS) >= 12
    assert f"at most {MAX_MESSAGE_CHARS} characters" in TEXT
    assert f"every {Limits().look_again_s:g} s" in TEXT
    assert f"not there within {Limits().bot_timeout_s:g} s" in TEXT
    assert client.MAX_REPLY_BYTES == 1024 * 1024
    assert ", ".join(f"`{outcome}`" for outcome in client.OUTCOMES) in TEXT
    assert f"channel `{pg_notify.CHANNEL}`" in TEXT
