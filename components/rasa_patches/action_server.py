"""The action server: rasa-sdk's own, open only to who knows the token, and with a limit of size.

`python -m components.rasa_patches.action_server --port 5055`. rasa-sdk takes calls from anybody and
unpacks whatever is sent to it; this puts a check in front, before any body is read.
"""

from __future__ import annotations

import argparse
import hmac
import logging
import os
import sys
from typing import Any

from rasa_sdk import utils
from rasa_sdk.endpoint import create_app
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse, json

TOKEN = "FRONT_DESK_ACTIONS_TOKEN"
MIN_TOKEN_CHARS = 16
# A long conversation with all its events is some megabytes.
MAX_BODY_BYTES = 16 * 1024 * 1024
OPEN_PATHS = ("/health",)
REFUSED = (
    f"{TOKEN} is missing or shorter than {MIN_TOKEN_CHARS} characters. The bot and the action server share "
    "it, so that nobody else on this machine runs actions. `make run` makes one at each start."
)


def main() -> int:
    """Serve the actions; the answer is the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m components.rasa_patches.action_server", description=__doc__
    )
    parser.add_argument("--port", type=int, default=5055)
    asked = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    utils.update_sanic_log_level()
    token = os.environ.get(TOKEN, "")
    if len(token) < MIN_TOKEN_CHARS:
        print(REFUSED, file=sys.stderr)
        return 2
    app = guarded(create_app("actions", cors_origins=""), token=token)
    app.run("127.0.0.1", asked.port, workers=1)
    return 0


def guarded(app: Sanic, *, token: str) -> Sanic:
    """Put the door in front of an action server."""
    app.config.REQUEST_MAX_SIZE = MAX_BODY_BYTES

    async def ask_for_token(request: Request, **_: Any) -> None:
        """Before the body is read. Raises SanicException: no token, or a packed body."""
        if request.path in OPEN_PATHS:
            return
        shown = request.headers.get("authorization", "")
        if not hmac.compare_digest(shown.encode(), f"Bearer {token}".encode()):
            raise SanicException("This needs the token.", status_code=401)
        if request.headers.get("content-encoding"):
            raise SanicException("A packed body is not taken.", status_code=415)

    async def refuse(_: Request, error: SanicException) -> HTTPResponse:
        """In one sentence; rasa-sdk would send the body back."""
        return json({"error": str(error)}, status=error.status_code)

    app.add_signal(ask_for_token, "http.routing.after")
    app.error_handler.add(SanicException, refuse)
    return app


if __name__ == "__main__":
    sys.exit(main())
