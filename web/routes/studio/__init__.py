"""The studio's doors."""

from sanic import Blueprint

from web.routes.studio import answers, hints, history

doors = Blueprint.group(answers.doors, hints.doors, history.doors)

__all__ = ["doors"]
