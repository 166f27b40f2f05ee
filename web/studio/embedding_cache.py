"""Meanings of texts as unit vectors, from the published bot; known ones are kept in this process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from web.context import AppContext

AT_ONCE = 50  # texts of one request: what the bot takes
MAX_KEPT = 5_000
_kept: dict[tuple[str, str], np.ndarray] = {}  # by release and text; the words of one process's pages


async def embeddings_of(context: AppContext, texts: Sequence[str]) -> np.ndarray:
    """The vectors of texts: (n, d). Raises BotError."""
    missing = unknown(context, texts)
    for start in range(0, len(missing), AT_ONCE):
        some = missing[start : start + AT_ONCE]
        keep(context, zip(some, await context.bot.vectors(some), strict=True))
    found = known(context, texts)
    while len(_kept) > MAX_KEPT:
        _kept.pop(next(iter(_kept)))
    return np.stack([found[text] for text in texts])


def keep(context: AppContext, pairs: Iterable[tuple[str, Sequence[float]]]) -> None:
    """Keep vectors that came with another request."""
    release = context.manifests.published()
    for text, vector in pairs:
        _kept[(release, text)] = np.asarray(vector, dtype=np.float32)


def known(context: AppContext, texts: Iterable[str]) -> Mapping[str, np.ndarray]:
    """The vectors that are kept already, by text."""
    release = context.manifests.published()
    return {text: _kept[(release, text)] for text in texts if (release, text) in _kept}


def unknown(context: AppContext, texts: Iterable[str]) -> list[str]:
    """The texts without a kept vector, each once."""
    release = context.manifests.published()
    return [text for text in dict.fromkeys(texts) if (release, text) not in _kept]
