"""The small Markdown of replies: a tree without markup, the same for widget and preview."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from web.core.markdown import blocks, plain

KINDS = {"p", "ul", "ol", "text", "strong", "em", "link", "span", "break"}
HOSTILE = [
    "<script>alert(1)</script>", "[a](javascript:alert(1))", "[a](data:text/html,x)", "![i](https://x/y)",
    "<a href='https://x'>", "[a](//evil)", "{name}", "**", "*", "- ", "1. ", "\n\n", "[", "](", "`", "&lt;",
    "[x](vbscript:x)", "<https://x.example>", "[ok](https://x.example/y)", "\\",
]  # fmt: skip


def kinds(nodes):
    for node in nodes:
        yield node
        for inner in (node.get("inline", ()), *node.get("items", ())):
            yield from kinds(inner)


def test_plain_paragraphs_stay_what_they_were():
    text = "Ketamine blocks a signal.\n\nIt helps some people.\nNot all."
    assert plain(blocks(text)) == text


def test_the_small_subset_is_read():
    (first, second) = blocks("**Call us** at *any* time, [here](https://example.com/x).\n\n- one\n- two")
    assert [node["kind"] for node in first["inline"]] == ["strong", "text", "em", "text", "link", "text"]
    assert second == {
        "kind": "ul",
        "items": [[{"kind": "text", "text": "one"}], [{"kind": "text", "text": "two"}]],
    }


@pytest.mark.parametrize(
    "text", ["# Title", "> quote", "<b>x</b>", "`x`", "```\nx\n```", "---", "| a | b |", "&amp;"]
)
def test_everything_else_is_text(text):
    assert plain(blocks(text)) == text


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "data:x", "http://x.example", "//x.example", "/x", "x"]
)
def test_an_unsafe_link_is_no_link(href):
    assert not [node for node in kinds(blocks(f"[press]({href})")) if node["kind"] == "link"]


def test_a_name_that_a_visitor_typed_is_never_markup():
    name = "[win](https://evil.example) **x** <b>"
    assert plain(blocks("Thank you, {first_name}.", {"first_name": name})) == f"Thank you, {name}."


def test_a_fact_can_be_where_a_link_leads():
    (paragraph,) = blocks("[Book]({booking_link}) or [call]({phone})",
                          {"booking_link": "https://x.example", "phone": "(555) 201-8834"})  # fmt: skip
    assert [node["href"] for node in paragraph["inline"] if node["kind"] == "link"] == [
        "https://x.example",
        "tel:5552018834",
    ]


def test_a_link_to_a_fact_that_is_no_address_is_text():
    (paragraph,) = blocks("[Book]({booking_link})", {"booking_link": "javascript:x"})
    assert paragraph["inline"][0]["kind"] == "span"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=8)), max_size=12).map("".join))
def test_hostile_text_becomes_known_nodes_and_safe_links(text):
    found = list(kinds(blocks(text, {"name": "x"})))
    assert {node["kind"] for node in found} <= KINDS
    assert all(re.match(r"https://|tel:|mailto:", n["href"]) for n in found if n["kind"] == "link")
    json.dumps(found)
