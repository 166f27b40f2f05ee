"""How the chat looks: what a clinic may choose, and what it is told when that cannot be read."""

from __future__ import annotations

import dataclasses
import re

import pytest

from tests.web.conftest import client_of
from web.hours import clinic_facts
from web.widget.colors import PAPER, READABLE, contrast, dark_shades, light_shades
from web.widget.theme import LookError, load_look


def look_from(tmp_path, text):
    file = tmp_path / "widget.yml"
    file.write_text(text, encoding="utf-8")
    return load_look(file, var=tmp_path)


def test_the_shipped_file_changes_nothing(settings, tmp_path):
    shipped = load_look(settings.widget_file, var=tmp_path)
    none = load_look(tmp_path / "none.yml", var=tmp_path)
    assert dataclasses.replace(shipped, starters=()) == none


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('colour: "#ffcc00"', "too pale to read on white: 1.4 to 1"),
        ("colour: teal", "a color in quotes"),
        ("side: top", "right or left"),
        ("logo: ../../secret.svg", "no svg, png, jpg or webp file"),
        ("logo: missing.png", "no svg, png, jpg or webp file"),
        ("greeting: {fr: Bonjour}", "for each of: en, es"),
        ("quick_exit: javascript:alert(1)", "starts with https://"),
        ("starters: cost", "a list of at most 12 ids"),
        ("color: red", "Unknown key 'color'"),
        (f"name: {'x' * 61}", "at most 60 characters"),
    ],
)
def test_what_cannot_be_used_is_said_with_its_line(tmp_path, line, said):
    with pytest.raises(LookError, match=re.escape(said)) as caught:
        look_from(tmp_path, f"# the clinic's chat\n{line}\n")
    assert str(caught.value).startswith("widget.yml:2: ")


def test_the_nearest_readable_colour_is_offered_and_is_readable(tmp_path):
    with pytest.raises(LookError) as caught:
        look_from(tmp_path, 'colour: "#ff8800"')
    offered = re.findall(r"#[0-9a-f]{6}", str(caught.value))[-1]
    assert look_from(tmp_path, f'colour: "{offered}"').shades


@pytest.mark.parametrize("colour", ["#1c5b57", "#8a1c1c", "#0b57d0", "#000000", "#5b2a86", "#005a9c"])
def test_words_in_every_shade_can_be_read(colour):
    light, dark = light_shades(colour), dark_shades(colour)
    for shades, ground in ((light, PAPER), (dark, "#1a2423")):
        pairs = [
            (shades["brand"], ground),
            (shades["brand"], shades["brand-soft"]),
            (shades["on-brand"], shades["brand"]),
            (shades["on-head"], shades["head"]),
        ]
        assert [pair for pair in pairs if contrast(*pair) < READABLE] == []


async def test_the_chat_wears_what_the_clinic_chose(services, settings, tmp_path):
    file = tmp_path / "widget.yml"
    file.write_text(
        'name: Ask Riverside\ncolour: "#8a1c1c"\nside: left\nlogo: logo.svg\n'
        "greeting: {en: Good to see you., es: Qué gusto verle.}\nquick_exit: https://example.org/\n",
        encoding="utf-8",
    )
    (settings.var / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    service = await services.start(widget_file=file)
    async with client_of(service) as http:
        chat, loader, sheet, logo = [
            await http.get(path)
            for path in ("/chat?language=es", "/widget.js", "/widget/chat.css", "/widget/logo")
        ]
    assert "Ask Riverside" in chat.text
    assert "Qué gusto verle." in chat.text
    assert ".launcher,.panel{left:1.25em;}" in loader.text
    assert "#8a1c1c" in loader.text
    assert "--brand:#8a1c1c" in sheet.text
    assert "https://example.org/" in loader.text
    assert logo.headers["content-type"] == "image/svg+xml"


async def test_without_a_name_in_the_file_the_chat_is_called_as_the_clinic_is_now(services):
    service = await services.start()
    context = service.app.ctx.context
    known = {"by": "owner", "now": context.clock(), "rules": context.rules, "file_clinic": context.clinic}
    async with service.db.write() as tx:
        await clinic_facts.set_fact(tx, "name", "Harbour Clinic", **known)
    async with client_of(service) as http:
        chat, loader = [(await http.get(path)).text for path in ("/chat", "/widget.js")]
    assert '"name": "Harbour Clinic"' in chat
    assert context.clinic.name not in chat
    assert "Harbour Clinic" in loader


async def test_the_address_can_be_scanned(shared_service):
    sheet = await shared_service.http.get("/chat/link")
    assert f'href="{shared_service.service.settings.public_url}/chat"' in sheet.text
    drawing = await shared_service.http.get("/chat/qr.svg")
    assert drawing.headers["content-type"] == "image/svg+xml"
    assert drawing.text.startswith("<svg xmlns=")
