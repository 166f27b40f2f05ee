"""Serves the web half with another clinic's facts: `python -m tests.end_to_end.serve <clinic.yml>`."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path

from web.app import create_app
from web.core.limits import Limits, Rate
from web.core.settings import Settings

MANY = Rate(burst=1000, refill_s=0.001)


def main() -> None:
    """Serve until killed."""
    limits = Limits(
        verdict_within_s=60,  # no notice instead of a card because a busy machine was slow
        refusal_after_s=0.01,  # ten thousand are refused in one test
        messages_per_conversation=MANY,
        messages_per_address=MANY,
        conversations_per_address=MANY,
        reads_per_address=MANY,
        sends_per_address=MANY,
        urgent_per_address_and_hour=1000,
    )
    settings = Settings.from_environment(os.environ)
    settings = dataclasses.replace(settings, clinic_file=Path(sys.argv[1]), limits=limits)
    create_app(settings).run(host=settings.host, port=settings.port, single_process=True, motd=False)


if __name__ == "__main__":
    main()
