"""Time zones by the city that people type: "New York", "albany", "Zürich"."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from zoneinfo import available_timezones

from content.folding import folded
from content.yaml_files import read_yaml

FILE = Path(__file__).with_name("cities.yml")


def zone_named(text: str) -> str:
    """The zone of a city, or of a zone's own name; what is neither comes back as it was."""
    return _by_name().get(_plain(text), text.strip())


def is_known(text: str) -> bool:
    """Whether a text names a zone, or a city whose zone is known."""
    return _plain(text) in _by_name()


@cache
def choices() -> list[tuple[str, str]]:
    """Every zone that is named after a place, with its cities, to choose from."""
    return [(zone, ", ".join((_own_city(zone), *_cities().get(zone, ())))) for zone in _zones()]


def _own_city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


@cache
def _by_name() -> dict[str, str]:
    found = {_plain(_own_city(zone)): zone for zone in reversed(_zones())}
    found |= {_plain(city): zone for zone, cities in _cities().items() for city in cities}
    # What our own file names goes before zones of old names, and a zone's whole name before all.
    found |= {_plain(_own_city(zone)): zone for zone in _cities()}
    return found | {_plain(zone): zone for zone in _zones()}


@cache
def _zones() -> list[str]:
    others = ("Etc/", "SystemV/", "US/", "Canada/", "Brazil/", "Chile/", "Mexico/")
    return sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(others))


@cache
def _cities() -> dict[str, list[str]]:
    return {str(zone): [str(city) for city in cities] for zone, cities in read_yaml(FILE).items()}


def _plain(text: str) -> str:
    return " ".join(folded(text.replace("_", " ")).split())
