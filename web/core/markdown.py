"""The small Markdown of replies as a tree without markup: the widget and the preview draw it by DOM.

Paragraphs, line breaks, lists, **bold**, *italic* and [links](https://...). Everything else, HTML
above all, stays the text it is. Facts and values are put in after the reading, so that a name a
visitor typed is never read as markup.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token

from content.wording import render

Node = dict[str, Any]
_LISTS = {"bullet_list_open": "ul", "ordered_list_open": "ol"}
_STYLES = {"strong_open": "strong", "em_open": "em"}
_NAME = re.compile(r"\{([a-z_]+)\}")
_SAFE = re.compile(r"(https://[^\s<>\"]+|tel:[+\d() .-]+|mailto:[^\s<>\"@]+@[^\s<>\"@]+)")
# A fact's name in a link's address would be percent-encoded: it passes as a word of its own.
_SHIELD = "fact-name."


def blocks(text: str, values: Mapping[str, str] | None = None) -> list[Node]:
    """Paragraphs and lists of a reply, its {names} filled; unknown names stay as they are."""
    known = dict(values or {})
    return [_fill(node, known) for node in _parsed(text)]


def is_plain(nodes: Sequence[Node]) -> bool:
    """Whether there is nothing but paragraphs of text."""
    return all(node["kind"] == "p" and all(each["kind"] in ("text", "break") for each in node["inline"])
               for node in nodes)  # fmt: skip


def plain(nodes: Sequence[Node]) -> str:
    """The words alone, as a screen reader or a mail needs them."""
    return "\n\n".join(part for node in nodes if (part := _plain_block(node)))


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[Node, ...]:
    shielded = re.sub(r"\]\(\{([a-z_]+)\}\)", rf"]({_SHIELD}\1)", text)
    return tuple(_blocks(_reader().parse(shielded)))


@lru_cache(maxsize=1)
def _reader() -> MarkdownIt:
    reader = MarkdownIt("zero", {"html": False, "linkify": False, "breaks": True})
    reader.enable(["list", "newline", "emphasis", "link", "escape"])
    reader.validateLink = lambda url: bool(_SAFE.fullmatch(url)) or url.startswith(_SHIELD)  # type: ignore[method-assign]
    return reader


def _blocks(tokens: Sequence[Token]) -> list[Node]:
    found: list[Node] = []
    lists: list[Node] = []
    for token in tokens:
        if token.type in _LISTS:
            lists.append({"kind": _LISTS[token.type], "items": []})
            if len(lists) == 1:
                found.append(lists[0])
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "list_item_open":
            lists[0]["items"].append([])  # a list within a list goes on in the outer one
        elif token.type == "inline":
            nodes = _inline(token.children or [])
            if lists:
                item = lists[0]["items"][-1]
                item.extend([{"kind": "break"}, *nodes] if item else nodes)
            else:
                found.append({"kind": "p", "inline": nodes})
    return found


def _inline(tokens: Sequence[Token]) -> list[Node]:
    root: list[Node] = []
    open_ones: list[list[Node]] = [root]
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            open_ones[-1].append({"kind": "break"})
        elif token.type in _STYLES or token.type == "link_open":
            node: Node = {"kind": _STYLES.get(token.type, "link"), "inline": []}
            if token.type == "link_open":
                node["href"] = str(token.attrGet("href") or "")
            open_ones[-1].append(node)
            open_ones.append(node["inline"])
        elif token.type in ("strong_close", "em_close", "link_close"):
            open_ones.pop()
        elif token.content:
            open_ones[-1].append({"kind": "text", "text": token.content})
    return root


def _fill(node: Node, values: Mapping[str, str]) -> Node:
    filled = dict(node)
    if "text" in node:
        filled["text"] = _words(node["text"], values)
    if "inline" in node:
        filled["inline"] = [_fill(each, values) for each in node["inline"]]
    if "items" in node:
        filled["items"] = [[_fill(each, values) for each in item] for item in node["items"]]
    if "href" in node:
        filled["href"] = _address(node["href"], values)
        if not filled["href"]:
            return {"kind": "span", "inline": filled["inline"]}
    return filled


def _words(text: str, values: Mapping[str, str]) -> str:
    known = {name: values.get(name, f"{{{name}}}") for name in _NAME.findall(text)}
    return render(text, known)


def _address(href: str, values: Mapping[str, str]) -> str:
    """A safe address, or nothing: a fact that is none makes no link."""
    if href.startswith(_SHIELD):
        value = values.get(href.removeprefix(_SHIELD), "")
        digits = "".join(character for character in value if character in "+0123456789")
        href = f"tel:{digits}" if re.fullmatch(r"[+\d() .-]{7,}", value) else value
    return href if _SAFE.fullmatch(href) else ""


def _plain_block(node: Node) -> str:
    if "items" in node:
        return "\n".join(f"- {_plain(item)}" for item in node["items"])
    return _plain(node["inline"])


def _plain(nodes: Sequence[Node]) -> str:
    said = {"break": "\n"}
    return "".join(
        said.get(node["kind"]) or node.get("text") or _plain(node.get("inline", ())) for node in nodes
    )
