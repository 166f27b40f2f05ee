"""Two people at the form of the facts: each stores what they changed, and overwrites nothing unseen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from web.accounts import accounts
from web.core.db import Transaction
from web.hours import fact_versions

Facts = Mapping[str, Any]


def touched(values: Facts, drawn: Facts) -> dict[str, Any]:
    """What somebody changed in a form that was drawn with other values."""
    return {name: value for name, value in values.items() if (value or None) != (drawn.get(name) or None)}


def changed_meanwhile(values: Facts, drawn: Facts, known: Facts) -> list[str]:
    """The names among `values` that stand otherwise than they were drawn, and otherwise than is wanted."""
    return [
        name
        for name, value in values.items()
        if (known.get(name) or None) not in ((drawn.get(name) or None), (value or None))
    ]


async def sentences(tx: Transaction, names: Collection[str], shown: Mapping[str, str]) -> dict[str, str]:
    """For each of these facts who changed it and to what; `shown`: as the form shows what stands."""
    if not names:
        return {}
    newest, people = await fact_versions.newest(tx), await accounts.names(tx)
    return {name: _sentence(_who(name, newest, people), shown.get(name, "")) for name in names}


def _who(name: str, newest: Mapping[str, fact_versions.Version], people: Mapping[str, str]) -> str:
    version = newest.get(name)
    return people.get(version.set_by or "", "Somebody") if version else "Somebody"


def _sentence(who: str, shown: str) -> str:
    became = f" to “{shown}”" if shown else ""
    return f"{who} changed it{became} while you were writing. Yours is in the form: save again to store it."
