"""The studio's doors."""

from sanic import Blueprint

from web.studio.routes import (
    answers,
    arranging,
    discussion,
    facts,
    false_alarms,
    hints,
    history,
    missed,
    notices,
    now,
    overview,
    own_tests,
    releases,
    rules,
    scheduling,
    signing,
    tables,
    try_out,
    unsaved,
)

ROOMS = (
    overview,
    answers,
    arranging,
    discussion,
    hints,
    history,
    signing,
    releases,
    scheduling,
    facts,
    notices,
    rules,
    missed,
    false_alarms,
    now,
    own_tests,
    tables,
    try_out,
    unsaved,
)
bp = Blueprint.group(*(room.bp for room in ROOMS))

__all__ = ["doors"]
