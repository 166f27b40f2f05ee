"""Whoever signs a shipped answer reads it at a publisher's: no blog, no mirror, no news site."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from content.answer_yaml import parse
from content.policies import read_policy

ROOT = Path(__file__).parents[2]
# Beside the publishers that visitors may be shown: journals, a hospital, an association, authorities.
ALSO = ("mayoclinic.org", "dovepress.com", "psychiatryonline.org", "nami.org", "lacounty.gov", "ecfr.gov")


def test_every_source_is_read_at_its_publishers():
    policy = read_policy(ROOT)
    elsewhere = set()
    for path in sorted((ROOT / "data" / "answers").glob("*.yml")):
        for source in parse(path.read_text(encoding="utf-8"), shown_as=path.name).sources:
            host = urlsplit(source.read_at).hostname or ""
            if host and not policy.is_primary(source.read_at) and not host.endswith(ALSO):
                elsewhere.add((path.stem, host))
    assert elsewhere == set()
