"""How many files and connections this process may have open: the soft limit is raised to the hard one."""

from __future__ import annotations

import logging
import resource

logger = logging.getLogger(__name__)

# Kept for the record, logs, the bot and mails: connections of people never take these.
KEPT_BACK = 128
ENOUGH = 4096


def raise_limit() -> int:
    """Raise the soft limit of open files as far as this user may; the answer is what holds then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    now = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if now != resource.RLIM_INFINITY and now < ENOUGH:
        logger.warning(
            "Only %d files may be open at once, so %d connections. Raise the hard limit (`ulimit -Hn`, or "
            "LimitNOFILE= of the service) to %d or more.",
            now,
            connections_within(now),
            ENOUGH,
        )
    return now


def connections_at_once() -> int:
    """How many connections fit into the limit of open files that holds now."""
    return connections_within(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def connections_within(files: int) -> int:
    """How many of so many files connections may take."""
    return 1_000_000 if files == resource.RLIM_INFINITY else max(files - KEPT_BACK, files // 2)
