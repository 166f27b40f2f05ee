"""Tags and outcomes: said beside a conversation, found again, counted; and searches that are kept."""

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


async def test_a_search_is_kept_for_its_owner_alone(nurse, second_nurse, owner, visitor):
    await visitor.asks("does my insurance pay")
    wanted = {"words": "insurance", "reason": "unsure"}
    answer = await nurse.posts("/desk/search/saved", name="Money", **wanted)
    assert answer.json()["path"] == "/desk/search?words=insurance&reason=unsure"
    page = (await nurse.get("/desk/search", headers=PAGE)).text
    assert '<a href="/desk/search?words=insurance&amp;reason=unsure">Money</a>' in page
    for other in (second_nurse, owner):
        assert "Money" not in (await other.get("/desk/search", headers=PAGE)).text
    kept = page.partition('name="remove" value="')[2].partition('"')[0]
    await second_nurse.posts("/desk/search/saved", remove=kept)
    assert "Money" in (await nurse.get("/desk/search", headers=PAGE)).text
    await nurse.posts("/desk/search/saved", remove=kept)
    assert "Money" not in (await nurse.get("/desk/search", headers=PAGE)).text


async def test_what_is_no_search_is_not_kept(nurse, service):
    for fields in (
        {"name": "x"},
        {"words": "x"},
        {"name": "x" * 41, "words": "x"},
        {"name": "x", "below": "-1"},
    ):
        answer = await nurse.posts("/desk/search/saved", **fields)
        assert answer.status_code == 400
        assert answer.json()["error"].endswith(".")
    assert await service.rows(schema.saved_searches) == []
