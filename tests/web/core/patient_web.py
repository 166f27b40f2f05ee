"""`python -m web` whose deadlines never come: on a busy machine each would say or ask something more.

A real process with real parts; only its limits are other ones. What wakes somebody here is news, for
nobody looks into the record by themselves either.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Mapping
from typing import Any

from web import __main__ as service
from web.core.settings import Settings

NEVER_S = 600.0
PATIENCE: dict[str, Any] = {
    "reply_deadline_s": NEVER_S,  # no stand-in sentence
    "verdict_within_s": NEVER_S,  # no notice because safety was slow
    "bot_timeout_s": NEVER_S,
    "lease_s": 2 * NEVER_S,  # a claim is given back because its process is dead, and not before
    "look_again_s": NEVER_S,
    "max_wait_s": NEVER_S / 2,
}


class PatientSettings(Settings):
    """The settings of the environment, with these limits."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read them."""
        read = Settings.from_environment(environ)
        return dataclasses.replace(read, limits=dataclasses.replace(read.limits, **PATIENCE))


if __name__ == "__main__":
    vars(service)["Settings"] = PatientSettings
    sys.exit(service.main())
