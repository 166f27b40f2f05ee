"""What Front Desk is made of is written down, and what is known of its holes is judged."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from deploy import audit, sbom
from deploy.audit import Advisory, judged
from deploy.pins import Pin, pins

PROJECT = Path(__file__).parents[2]
HASH = "a" * 64


def pin(name: str, version: str, half: str = "bot") -> Pin:
    return Pin(name, version, (HASH,), half)


def test_every_pinned_package_is_found_with_its_hashes(tmp_path: Path) -> None:
    line = f" \\\n    --hash=sha256:{HASH}"
    text = f"Foo_Bar[speed]==1.2 ; python_version < '3.12'{line}{line}\n"
    for name in ("web.txt", "bot.txt", "encoder.txt"):
        (tmp_path / name).write_text(text if name == "web.txt" else "", encoding="utf-8")
    assert pins(tmp_path) == [Pin("foo-bar", "1.2", (HASH, HASH), "web")]
    for each in pins():
        assert each.hashes, each


def test_the_bill_of_materials_is_up_to_date_and_made_the_same_twice() -> None:
    assert sbom.main(["--check"]) == 0
    assert sbom.as_text(pins()) == sbom.as_text(list(pins()))


def test_the_bill_names_every_package_once_and_is_cyclonedx() -> None:
    bill = json.loads(sbom.FILE.read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    references = [each["bom-ref"] for each in bill["components"]]
    assert len(references) == len(set(references))
    assert bill["dependencies"][0]["dependsOn"] == sorted(references)
    packages = {(each["name"], each["version"]) for each in bill["components"] if "purl" in each}
    assert packages == {(each.name, each.version) for each in pins()}
    for each in bill["components"]:
        assert not {"purl"} & set(each) or each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"


@pytest.mark.parametrize(
    ("pinned", "is_hit"),
    [
        (pin("skops", "0.9.0"), True),
        (pin("skops", "0.11.9"), True),
        (pin("skops", "0.12.0"), False),
        (pin("skops", "0.9.0", "web"), False),
        (pin("other", "0.9.0"), False),
    ],
)
def test_an_advisory_hits_a_version_in_its_range(pinned: Pin, is_hit: bool) -> None:
    advisory = Advisory("CVE-1", "skops", "<0.12.0", "x", halves=("bot",))
    assert judged([pinned], [advisory], date(2026, 12, 1))[0] == ([(advisory, pinned)] if is_hit else [])


def test_what_is_accepted_is_open_again_after_its_date() -> None:
    advisory = Advisory("CVE-1", "skops", "<1", "x", accepted="only our own files", until="2027-05-31")
    found = [pin("skops", "0.9.0")]
    assert judged(found, [advisory], date(2027, 5, 31)) == ([], [(advisory, found[0])])
    assert judged(found, [advisory], date(2027, 6, 1)) == ([(advisory, found[0])], [])


def test_an_open_hole_fails_and_is_named(tmp_path: Path, monkeypatch, capsys) -> None:
    path = tmp_path / "advisories.json"
    known = {"id": "CVE-7", "package": "sanic", "affects": ">1", "what": "it is there"}
    path.write_text(json.dumps({"advisories": [known]}), encoding="utf-8")
    real = audit.advisories
    monkeypatch.setattr(audit, "advisories", lambda: real(path))
    assert audit.main(["--offline"]) == 1
    assert "OPEN: CVE-7 in sanic" in capsys.readouterr().err


def test_every_accepted_hole_has_a_reason_and_a_date() -> None:
    for advisory in audit.advisories():
        assert bool(advisory.accepted) == bool(advisory.until), advisory.id
        if advisory.until:
            assert date.fromisoformat(advisory.until) > date(2026, 11, 30)
            assert len(advisory.accepted) > 10


def test_every_accepted_risk_has_a_date_in_the_register() -> None:
    text = (PROJECT / "docs/security.md").read_text(encoding="utf-8")
    register = text.partition("## Accepted risks")[2].partition("\n## ")[0]
    rows = [line for line in register.splitlines() if line.startswith("| ")][2:]
    assert len(rows) > 4
    for row in rows:
        until = row.strip("| ").split(" | ")[-1]
        assert re.fullmatch(r"\d{4}-\d{2}-\d{2}|-", until), row
