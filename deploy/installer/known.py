"""What an earlier installation on this machine already says: a second one repeats it, or is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from deploy.cli.settings_file import SettingsFileError, read
from deploy.installer.checks import Missing
from deploy.installer.plan import PROXIES, Plan
from deploy.pythons import SetupError

PORTS = {
    "port": "FRONT_DESK_PORT",
    "bot_port": "FRONT_DESK_BOT_PORT",
    "actions_port": "FRONT_DESK_ACTIONS_PORT",
}


def completed(plan: Plan, *, given: set[str]) -> Plan:
    """The plan, with what was not asked for taken from what is there. Raises SetupError."""
    present = settings_of(plan)
    if not present:
        return plan
    known: dict[str, Any] = {
        "host": urlsplit(present.get("FRONT_DESK_PUBLIC_URL", "")).hostname or "",
        "proxy": next(_proxies_of(plan), "none"),
        **{field: int(present[name]) for field, name in PORTS.items() if present.get(name, "").isdecimal()},
    }
    return replace(plan, **{name: value for name, value in known.items() if name not in given})


def contradictions(plan: Plan) -> Iterator[Missing]:
    """What the settings say otherwise than was asked for: they are the operator's, and stay."""
    present = settings_of(plan)
    says = {field: present[name] for field, name in PORTS.items() if present.get(name)}
    if address := urlsplit(present.get("FRONT_DESK_PUBLIC_URL", "")).hostname:
        says["host"] = address
    for field, value in says.items():
        asked = str(getattr(plan, field))
        if asked != value:
            name = PORTS.get(field, "FRONT_DESK_PUBLIC_URL")
            yield Missing(
                f"{asked} in {name}: {plan.settings} says {value}. Change it there first, or leave it out."
            )
    for site in plan.sites:
        if present and site.rstrip("/") not in _sites_in(present):
            yield Missing(
                f"{site} in FRONT_DESK_ALLOWED_SITES: add it in {plan.settings}, or on the page Setup and"
                " leave --site out here."
            )


def _sites_in(present: Mapping[str, str]) -> tuple[str, ...]:
    listed = present.get("FRONT_DESK_ALLOWED_SITES", "").split(",")
    return tuple(site.strip().rstrip("/") for site in listed if site.strip())


def settings_of(plan: Plan) -> Mapping[str, str]:
    """The settings of an earlier installation; none when there was none. Raises SetupError."""
    if not plan.settings.exists():
        return {}
    try:
        return read(plan.settings)
    except SettingsFileError as error:
        raise SetupError(str(error)) from error


def _proxies_of(plan: Plan) -> Iterator[str]:
    for name in PROXIES:
        path = replace(plan, proxy=name).proxy_file
        if path is not None and path.exists():
            yield name
