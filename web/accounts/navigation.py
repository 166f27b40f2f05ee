"""The way through the staff pages: what stands in the menu, for whom. Each team adds its lines."""

from __future__ import annotations

from dataclasses import dataclass

from web.accounts.roles import ADMINISTRATOR, CLINICIAN, DESK, OWNER, ROLES


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu."""

    title: str
    path: str
    section: str
    roles: frozenset[str]
    also: tuple[str, ...] = ()  # pages that belong to it and lie elsewhere

    def is_at(self, path: str) -> bool:
        """Whether a page is this one, lies below it, or belongs to it."""
        return any(path == each or path.startswith(f"{each}/") for each in (self.path, *self.also))


def _for(*roles: str) -> frozenset[str]:
    return frozenset(roles)


DESK_ENTRIES = (
    MenuItem("Desk", "/desk", "Front desk", _for(DESK, ADMINISTRATOR)),
    MenuItem("Calls", "/desk/callbacks", "Front desk", _for(DESK, ADMINISTRATOR)),
    MenuItem("Hours and availability", "/desk/hours", "Front desk", _for(DESK, ADMINISTRATOR)),
    MenuItem("Staff schedule", "/desk/schedule", "Front desk", _for(*ROLES)),
    MenuItem("Canned replies", "/desk/replies", "Front desk", _for(DESK, ADMINISTRATOR)),
    MenuItem("Crisis checklist", "/desk/crisis-steps", "Front desk", _for(DESK, CLINICIAN, ADMINISTRATOR)),
    MenuItem("Escalation", "/desk/escalation", "Front desk", _for(ADMINISTRATOR)),
    MenuItem("Search", "/desk/search", "Review", _for(*ROLES)),
    MenuItem("Weekly review", "/desk/week", "Review", _for(OWNER, CLINICIAN, ADMINISTRATOR)),
    MenuItem("Statistics", "/desk/numbers", "Review", _for(*ROLES)),
)
STUDIO = _for(OWNER, CLINICIAN, ADMINISTRATOR)
BESIDE_ANSWERS = ("/studio/tables", "/studio/import", "/studio/arrange")
STUDIO_ENTRIES = (
    MenuItem("Overview", "/studio", "Studio", STUDIO),
    MenuItem("Missed questions", "/studio/missed", "Studio", STUDIO),
    MenuItem("False alarms", "/studio/false-alarms", "Studio", STUDIO),
    MenuItem("Answers", "/studio/answers", "Studio", STUDIO, also=BESIDE_ANSWERS),
    MenuItem("Signing", "/studio/signing", "Studio", STUDIO),
    MenuItem("Releases", "/studio/releases", "Studio", STUDIO),
    MenuItem("Test", "/studio/try", "Studio", STUDIO),
    MenuItem("Clinic facts", "/studio/facts", "Studio", _for(OWNER, ADMINISTRATOR)),
    MenuItem("Tests", "/studio/tests", "Studio", STUDIO),
    MenuItem("Rules and wording", "/studio/rules", "Studio", STUDIO),
    MenuItem("Emergency stop", "/studio/now", "Studio", _for(*ROLES)),
)
HOUSE_ENTRIES = (
    MenuItem("People", "/people", "Administration", _for(ADMINISTRATOR)),
    MenuItem("Audit log", "/audit", "Administration", _for(ADMINISTRATOR)),
    MenuItem("Setup", "/setup", "Administration", _for(ADMINISTRATOR)),
)
ENTRIES = (
    *DESK_ENTRIES,
    *STUDIO_ENTRIES,
    *HOUSE_ENTRIES,
    MenuItem("Your account", "/account", "You", _for(*ROLES)),
)


def entries_for(roles: frozenset[str]) -> list[MenuItem]:
    """What these roles may open, in the menu's order."""
    return [entry for entry in ENTRIES if entry.roles & roles]


def home_of(roles: frozenset[str]) -> str:
    """Where somebody with these roles begins: the first page of their menu."""
    return next((entry.path for entry in entries_for(roles)), "/welcome")


def sections_for(roles: frozenset[str], *, at: str) -> list[tuple[str, list[tuple[MenuItem, bool]]]]:
    """The menu, section by section; each entry with whether it is the page shown."""
    shown: dict[str, list[tuple[MenuItem, bool]]] = {}
    mine = entries_for(roles)
    here = max((entry for entry in mine if entry.is_at(at)), key=lambda entry: len(entry.path), default=None)
    for entry in mine:
        shown.setdefault(entry.section, []).append((entry, entry is here))
    return list(shown.items())
