"""The alert rules and the dashboard ask only for what Front Desk tells, and every number is watched."""

from __future__ import annotations

import json
import re
import socket
import time
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from ruamel.yaml import YAML

from tests.web.conftest import Visitor, client_of
from tests.web.stand_in_bot import reply

MONITORING = Path(__file__).parents[2] / "deploy/monitoring"
OPERATORS = Path(__file__).parents[2] / "docs/operators.md"
METRIC = re.compile(r"\b(?:front_desk|process)_[a-z_]+\b")
LABELS = re.compile(r'(front_desk_[a-z_]+)\{(\w+)=(~?)"([^"]+)"\}')
PROMETHEUS_OWN = {"up"}


def expressions() -> list[str]:
    """Every expression of the rules and of the dashboard."""
    rules = YAML(typ="safe").load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))
    dashboard = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    alerts = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    panels = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    assert len(alerts) > 10
    assert len(panels) > 10
    return [*alerts, *panels]


async def told_by(services, bot) -> dict[str, dict[str, set[str]]]:
    """What a running service tells Prometheus: metrics with their labels and values."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    service = await services.start(metrics_port=port)
    chores = {"backup": {"ok": True, "ok_at": time.time()}, "drill": {"ok": False}}
    (service.settings.var / "chores.json").write_text(json.dumps(chores), encoding="utf-8")
    bot.says(reply("utter_greet"))
    async with client_of(service) as http:
        await (await Visitor(http).opens_the_chat()).asks("hello")
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:
        text = (await http.get(f"http://127.0.0.1:{port}/metrics")).text
    found: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    return found


@pytest.mark.parametrize("record", ["sqlite"])
async def test_rules_and_dashboard_name_only_what_is_told(services, bot) -> None:
    told = await told_by(services, bot)
    for expression in expressions():
        named = set(METRIC.findall(expression))
        assert named or PROMETHEUS_OWN & set(re.findall(r"\w+", expression)), expression
        assert named <= set(told), expression
        for metric, label, is_pattern, value in LABELS.findall(expression):
            for each in value.split("|") if is_pattern else [value]:
                assert each in told[metric][label], expression


@pytest.mark.parametrize("record", ["sqlite"])
async def test_every_number_of_ours_is_on_the_dashboard_and_in_the_documents(services, bot) -> None:
    told = await told_by(services, bot)
    ours = {name for name in told if name.startswith("front_desk_")}
    dashboard = (MONITORING / "dashboard.json").read_text(encoding="utf-8")
    documents = OPERATORS.read_text(encoding="utf-8")
    assert [name for name in ours if name not in dashboard] == []
    assert [name for name in ours if f"`{name}`" not in documents] == []


def test_every_rule_says_what_it_means_and_what_to_do() -> None:
    rules = YAML(typ="safe").load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in ("page", "warn")
        assert {"summary", "do"} <= set(rule["annotations"])
