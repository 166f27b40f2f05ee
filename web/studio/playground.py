"""Trying a release before it is published: one message against it and against what is published.

Nothing is stored: the events of both conversations travel with the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from web.bot.manifest import Manifest
from web.chat.rendering import word
from web.context import AppContext
from web.core.errors import BotError
from web.core.markdown import blocks, plain
from web.schema import new_id
from web.studio.reports import OUTCOMES
from web.studio.testing.transcripts import wanted_of

NOT_WARM = "This release has no bot now. It starts when a build ends; try again in a moment."
SILENT = "The bot is paused."


async def say(
    context: AppContext, text: str, *, release: str, events: Sequence[Any], facts: Mapping[str, Any]
) -> dict[str, Any]:
    """What one release makes of a message after its own events; empty `release` is the published one."""
    request = {
        "conversation_id": "try",
        "message_id": new_id(),
        "text": text,
        "events": list(events),
        "facts": dict(facts),
        "language": "en",
    }
    try:
        result = await (context.bot.turn_of(release, request) if release else context.bot.turn(request))
    except BotError:
        return {"replies": [], "events": list(events), "what": NOT_WARM if release else SILENT}
    manifest = context.manifests.of(release) if release else context.manifests.current()
    manifest = manifest or Manifest()
    replies = [_reply(reply, manifest, context, facts) for reply in result.replies]
    what = OUTCOMES.get(result.outcome, result.outcome)
    told = [{"kind": "text", "utterance": reply.utterance, "details": {}} for reply in result.replies]
    wanted = wanted_of(result.outcome, told, manifest.answers.keys()).as_data()
    return {"replies": replies, "events": result.events, "what": what, "wanted": wanted}


def _reply(reply: Any, manifest: Manifest, context: AppContext, facts: Mapping[str, Any]) -> dict[str, Any]:
    # As in a demo: whoever tries wants to read the words, signed or not.
    today = context.clock().date()
    worded = word(reply, manifest=manifest, facts=facts, language="en", mode="demo", today=today)
    if worded is None:
        return {"blocks": blocks("(This release has no words for that.)"), "text": "", "choices": []}
    drawn = worded.details.get("blocks") or blocks(worded.text)
    titles = [choice.title for choice in worded.choices]
    return {"blocks": drawn, "text": plain(drawn), "choices": titles}
