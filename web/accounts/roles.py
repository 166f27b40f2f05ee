"""What somebody may be here. One person can have several roles; without one, every door is shut."""

from __future__ import annotations

DESK, OWNER, CLINICIAN, ADMINISTRATOR = "desk", "owner", "clinician", "administrator"

# Role: its name for people, and what it opens.
TITLES = {
    DESK: ("Front desk", "Answers visitors, returns calls, keeps the hours up to date."),
    OWNER: ("Content owner", "Writes answers and the clinic's facts, builds and publishes."),
    CLINICIAN: ("Clinician", "Reads and signs clinical answers, reviews conversations."),
    ADMINISTRATOR: ("Administrator", "Invites people, gives roles, reads the audit log, sets up the clinic."),
}
ROLES = tuple(TITLES)


def known(roles: object) -> frozenset[str]:
    """Keep what is a role of ours; anything else opens nothing."""
    return (
        frozenset(roles) & frozenset(ROLES)
        if isinstance(roles, list | tuple | set | frozenset)
        else frozenset()
    )


def in_words(roles: frozenset[str]) -> str:
    """Name roles for people, in their fixed order."""
    return ", ".join(TITLES[role][0] for role in ROLES if role in roles) or "No role"
