"""The command that writes the answers as files: what may be shown now, by the rules of live mode."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

from content.wording import DEFAULT_LANGUAGE
from web import migrations
from web.app import create_app
from web.context import AppContext
from web.core.db import RECORD_AWAY
from web.core.i18n import LANGUAGES
from web.core.settings import Settings
from web.help_center.answer_pages import AnswerPages
from web.help_center.editions import Edition
from web.help_center.sections import sorted_into
from web.help_center.static_pages import Export, NotOurFolderError, lasting
from web.last_known import Public

_SITE = re.compile(r"https?://[^\s\"'<>?#]+")


async def export_answers(settings: Settings, folder: Path, *, site: str, with_chat: bool) -> int:
    """Write every answer that may be shown, and say how many."""
    if site and not _SITE.fullmatch(site):
        print(
            f"'{site}' is no address. For example --site https://www.example.com/answers",
            file=sys.stderr,
        )
        return 2
    app = create_app(settings)
    context: AppContext = app.ctx.context
    try:
        await migrations.upgrade(context.db)
        known = {language: await context.last_known.public(context, language) for language in LANGUAGES}
    except RECORD_AWAY as error:
        print(f"The record cannot be read ({type(error).__name__}). Nothing was written.", file=sys.stderr)
        return 1
    finally:
        await context.db.close()
    public = known[DEFAULT_LANGUAGE]
    if not public.is_from_record or public.is_off:
        why = "The bot is switched off" if public.is_off else "The record cannot be read"
        print(f"{why}: which answers may be shown is not known. Nothing was written.", file=sys.stderr)
        return 1
    editions = {language: _edition(app.ctx, read, language) for language, read in known.items()}
    if not any(edition.shown.pages for edition in editions.values()):
        print("No answer may be shown: none is signed. Nothing was written.", file=sys.stderr)
        return 1
    export = Export(
        pages=app.ctx.pages,
        editions={
            name: each for name, each in editions.items() if each.shown.pages or name == DEFAULT_LANGUAGE
        },
        look=app.ctx.look,
        built_at=public.words.built_at[:10],
        site=site.rstrip("/"),
        chat_at=settings.public_url if with_chat else None,
    )
    try:
        export.write(folder)
    except (NotOurFolderError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    counts = [(len(each.shown.pages), name) for name, each in editions.items() if each.shown.pages]
    written = ", ".join(f"{count} answers in {LANGUAGES[name]['language_name']}" for count, name in counts)
    left_out = len(public.words.answers) - len(editions[DEFAULT_LANGUAGE].shown.pages)
    print(f"{folder}: {written}; {left_out} are not signed, withdrawn or past their review.")
    return 0


def _edition(state: Any, read: Public, language: str) -> Edition:
    """What may be shown in one language: never what is not signed, in demo either, for files stay."""
    today = state.context.clock().date()
    shown = AnswerPages().shown(read.words, lasting(read.facts), mode="live", today=today, language=language)
    return Edition(shown, sorted_into(state.sections, shown.pages.values()), read.facts)
