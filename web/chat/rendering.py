"""Words what the bot named: the published release's text, with facts and typed values put in.

In live mode a clinical answer that no clinician signed, or whose review is overdue, is replaced by
its safe form; in demo it carries a mark. A withdrawn answer is replaced in both. This is the
outgoing edge: nothing reaches a visitor but texts of the manifest, with typed parts in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from content.wording import Wording, pick, render
from web.bot.client import Offer, Reply
from web.bot.manifest import Manifest
from web.chat import reply_filter
from web.core.i18n import say
from web.core.markdown import blocks, is_plain, plain
from web.core.settings import Mode
from web.hours.facts import worded

NOT_REVIEWED, WITHDRAWN = "utter_not_reviewed", "utter_withdrawn"


@dataclass(frozen=True)
class Worded:
    """One reply as the visitor sees it. `details` holds sources and the review mark."""

    utterance: str
    text: str
    language: str
    choices: tuple[Offer, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


def word(
    reply: Reply,
    *,
    manifest: Manifest,
    facts: Mapping[str, Any],
    language: str,
    mode: Mode,
    today: date,
) -> Worded | None:
    """Word one reply; None when the release has no words for it."""
    values = {**worded(facts), **reply_filter.values_of(reply)}
    utterance = _shown_for(reply.utterance, manifest, language=language, mode=mode, today=today)
    wording = _pick(manifest, utterance, language, values)
    if wording is None:
        return None
    answer = manifest.answer_of(utterance)
    details: dict[str, Any] = {"release": manifest.release}
    if answer is not None:
        name = manifest.id_of(utterance)
        details |= {"answer": name, **_details(answer, language=wording.language, today=today)}
    elif utterance != reply.utterance:
        details["instead_of"] = manifest.id_of(reply.utterance)
    return Worded(
        utterance=utterance,
        text=_text(wording.text, values, details),
        language=wording.language,
        choices=reply_filter.choices_of(reply, manifest, language=language),
        details=details,
    )


def _shown_for(utterance: str, manifest: Manifest, *, language: str, mode: Mode, today: date) -> str:
    """The utterance itself, or the safe form of an answer that may not be given now."""
    answer = manifest.answer_of(utterance)
    if answer is None:
        return utterance
    if manifest.is_withdrawn(utterance):
        return WITHDRAWN if WITHDRAWN in manifest.utterances else NOT_REVIEWED
    in_words = {str(w.get("language") or "en") for w in manifest.utterances.get(utterance, ())}
    spoken = language if language in in_words else "en"
    if mode == "live" and answer.get("clinical") and not is_signed(answer, language=spoken, today=today):
        return NOT_REVIEWED
    return utterance


def is_signed(answer: Mapping[str, Any], *, language: str, today: date) -> bool:
    """Whether a clinician signed this answer in this language and the review is not overdue."""
    review_by = _date(answer.get("review_by"))
    return bool(_reviewer(answer, language)) and review_by is not None and today <= review_by


def _pick(manifest: Manifest, utterance: str, language: str, values: Mapping[str, str]) -> Wording | None:
    variations = manifest.utterances.get(utterance, ())
    return pick(variations, language=language, known=values.keys())


def _text(written: str, values: Mapping[str, str], details: dict[str, Any]) -> str:
    """The words; where the owner wrote lists, links or bold, their tree goes into the details."""
    nodes = blocks(written, values)
    if is_plain(nodes):
        return render(written, values)
    details["blocks"] = nodes
    return plain(nodes)


def _details(answer: Mapping[str, Any], *, language: str, today: date) -> dict[str, Any]:
    """What stands under an answer: where it comes from and, when clinical, who reviewed it."""
    sources = [_source(source) for source in answer.get("sources") or () if source.get("cite")]
    details: dict[str, Any] = {"sources": sources}
    if answer.get("clinical"):
        if is_signed(answer, language=language, today=today):
            reviewer = say("reviewed", language, reviewer=_reviewer(answer, language))
            next_review = say("review_by", language, review_by=str(answer["review_by"]))
            details |= {"review": f"{reviewer}. {next_review}.", "is_reviewed": True}
        else:
            details |= {"review": say("not_reviewed", language), "is_reviewed": False}
    return details


def _source(source: Mapping[str, Any]) -> dict[str, str]:
    kept = {"cite": str(source["cite"])}
    if source.get("passage"):
        kept["passage"] = str(source["passage"])
    if str(source.get("url", "")).startswith("https://"):
        kept["url"] = str(source["url"])
    return kept


def _reviewer(answer: Mapping[str, Any], language: str) -> str:
    reviewed_by = answer.get("reviewed_by")
    return str((reviewed_by or {}).get(language) or "") if isinstance(reviewed_by, Mapping) else ""


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
