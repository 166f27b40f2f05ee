"""The menu shows where somebody is."""

from __future__ import annotations

import pytest

from web.accounts import navigation
from web.accounts.roles import ROLES


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/studio", "Overview"),
        ("/studio/answers/k_hole/history", "Answers"),
        ("/studio/tables", "Answers"),
        ("/studio/import", "Answers"),
        ("/desk/conversations/x", "Desk"),
    ],
)
def test_the_menu_marks_the_page_that_is_shown_or_the_one_it_belongs_to(path: str, title: str) -> None:
    sections = navigation.sections_for(frozenset(ROLES), at=path)
    assert [entry.title for _, entries in sections for entry, is_here in entries if is_here] == [title]
