"""The studio's doors."""

from sanic import Blueprint

from web.routes.studio import answers, hints, history, releases, signing

doors = Blueprint.group(answers.doors, hints.doors, history.doors, signing.doors, releases.doors)

__all__ = ["doors"]
