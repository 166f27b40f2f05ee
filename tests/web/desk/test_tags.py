"""Tags and outcomes: said beside a conversation, found again, counted."""

from __future__ import annotations

from tests.web.browsing import PAGE
from web import schema


async def test_tags_and_outcome_are_kept_found_and_counted(
    nurse, second_nurse, owner, visitor, another_visitor, service
):
    await visitor.asks("hello")
    await another_visitor.asks("hello")
    here = f"/desk/conversations/{visitor.id}"
    assert (
        await nurse.posts(f"{here}/tags", tags=" Billing,  insurance , billing", outcome="booked")
    ).is_success
    page = (await second_nurse.get(here, headers=PAGE)).text
    assert 'value="billing, insurance"' in page
    for looked_for in ({"tag": "billing"}, {"outcome": "booked"}):
        found = (await nurse.get("/desk/search", params=looked_for, headers=PAGE)).text
        assert visitor.id in found
        assert another_visitor.id not in found
    numbers = (await nurse.get("/desk/numbers", headers=PAGE)).text
    assert "<td>Appointment made</td><td>1</td>" in numbers
    await nurse.posts(f"{here}/tags", tags="", outcome="")
    assert await service.rows(schema.conversation_tags) == []
    assert (await owner.posts(f"{here}/tags", tags="x")).status_code == 403


async def test_what_cannot_be_a_tag_is_refused_in_a_sentence(nurse, visitor, service):
    await visitor.asks("hello")
    for fields in ({"tags": "x" * 41}, {"tags": ",".join("abcdefghi")}, {"outcome": "won"}):
        answer = await nurse.posts(f"/desk/conversations/{visitor.id}/tags", **fields)
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")
    assert (await nurse.posts("/desk/conversations/unknown/tags", tags="x")).status_code == 404
    assert await service.rows(schema.conversation_tags) == []
