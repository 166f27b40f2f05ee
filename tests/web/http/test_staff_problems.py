"""What goes wrong for staff is said within their frame, with the way back; visitors get their own page."""

from __future__ import annotations

import pytest

PAGE = {"accept": "text/html"}
FRAME = '<nav aria-label="Pages">'


async def test_a_form_that_cannot_be_taken_is_told_in_the_frame_with_a_way_back(nurse):
    form = {"form_token": nurse.staff.form_token, "to": "note", "note": "called twice"}
    answer = await nurse.post("/desk/callbacks/none/move", data=form, headers=PAGE)
    assert answer.status_code == 404
    assert FRAME in answer.text
    assert "data-back" in answer.text
    assert "To the home page" not in answer.text


@pytest.mark.parametrize(
    "path", ["/desk/search?since=never", "/desk/no-such-page", "/desk/conversations/none"]
)
async def test_a_wrong_address_is_told_in_the_frame(nurse, path):
    answer = await nurse.get(path, headers=PAGE)
    assert answer.status_code in (400, 404, 422)
    assert FRAME in answer.text


async def test_who_may_not_open_a_page_sees_their_own_menu(owner):
    answer = await owner.get("/desk", headers=PAGE)
    assert answer.status_code == 403
    assert "Your account does not have access to this page" in answer.text
    assert FRAME in answer.text
    assert 'href="/studio"' in answer.text
    assert 'href="/desk/callbacks"' not in answer.text


async def test_scripts_get_data_and_strangers_get_the_public_page(nurse, stranger, service):
    answer = await nurse.get("/desk/conversations/none", headers={"accept": "application/json"})
    assert answer.json()["status"] == 404
    for path in ("/desk/no-such-page", "/no-such-page"):
        public = await stranger.get(path, headers=PAGE)
        assert public.status_code == 404
        assert FRAME not in public.text
    assert FRAME not in (await nurse.get("/no-such-page", headers=PAGE)).text


async def test_a_locked_screen_shows_no_frame(nurse):
    await nurse.posts("/lock")
    answer = await nurse.get("/desk/no-such-page", headers=PAGE)
    assert answer.status_code == 404
    assert FRAME not in answer.text
