"""The studio's doors."""

from sanic import Blueprint

from web.studio.routes import (
    answers,
    discussion,
    facts,
    false_alarms,
    hints,
    history,
    missed,
    now,
    overview,
    releases,
    signing,
    tables,
    try_out,
    unsaved,
)

ROOMS = (
    overview,
    answers,
    discussion,
    hints,
    history,
    signing,
    releases,
    facts,
    missed,
    false_alarms,
    now,
    tables,
    try_out,
    unsaved,
)
bp = Blueprint.group(*(room.bp for room in ROOMS))

__all__ = ["doors"]
