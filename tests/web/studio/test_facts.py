"""Facts, notices and what cannot wait: live without a build."""

from __future__ import annotations

from tests.web.studio.test_pages import HTML
from tests.web.studio.test_releases import make_release
from web.schema import audit
from web.studio import facts_form


async def form_of(service, **changes):
    async with service.db.read() as tx:
        document = (await service.app.ctx.context.clinic_now(tx)).as_document()
    return {**facts_form.typed(document), **changes}


async def facts_now(service):
    async with service.db.read() as tx:
        return await service.app.ctx.context.facts(tx)


async def test_a_changed_phone_is_live_at_once_and_only_it_is_noted(owner, service):
    form = await form_of(service, phone="212 555 0142")
    assert (await owner.posts("/studio/facts", **form)).headers["location"].endswith("said=saved")
    assert (await facts_now(service))["phone"] == "(212) 555-0142"
    (note,) = [row for row in await service.rows(audit) if row["did"] == "facts.changed"]
    assert note["details"] == {"facts": ["phone"]}


async def test_saving_the_same_facts_changes_nothing(owner, service):
    answer = await owner.posts("/studio/facts", **await form_of(service))
    assert answer.headers["location"].endswith("said=same")


async def test_a_fact_that_cannot_be_keeps_what_was_typed_and_loses_no_other(owner, service):
    before = await facts_now(service)
    form = await form_of(service, phone="call me", address="12 Other Street", monday="9 to 5")
    answer = await owner.posts("/studio/facts", **form)
    assert answer.status_code == 422
    assert 'id="about-phone"' in answer.text
    assert "is not a span like" in answer.text
    assert 'value="call me"' in answer.text  # still in the form
    assert 'value="9 to 5"' in answer.text
    after = await facts_now(service)
    assert after["address"] == "12 Other Street"
    assert (after["phone"], after["hours"]) == (before["phone"], before["hours"])


async def test_each_group_says_how_much_of_it_is_empty_and_the_page_leads_to_the_first_gap(owner, service):
    groups = {name: "Something." for _, names in facts_form.GROUPS for name in names}
    form = await form_of(service)
    shown = groups | {name: form[name] for name in groups if form[name]} | {"monday": "9-17"}
    assert [title for title, names in facts_form.empty(shown).items() if names] == ["Hours"]  # no holidays
    empty = facts_form.empty(form)
    first = next(name for names in empty.values() for name in names)
    page = (await owner.get("/studio/facts", headers=HTML)).text
    assert f'href="#{first}" data-first-empty' in page
    assert f'id="{first}"' in page
    for title, names in empty.items():
        told = page.split(f'<span class="section-title">{title}</span>')[1].split("</summary>")[0]
        assert (f"{len(names)} empty" in told) if names else ("all filled in" in told)


async def test_a_fact_taken_away_is_not_known_any_more(owner, service):
    await owner.posts("/studio/facts", **await form_of(service, phone=""))
    assert not (await facts_now(service)).get("phone")


async def test_a_notice_is_shown_and_taken_down(owner):
    notice = {"text_en": "Closed on Friday.", "starts": "", "ends": "2026-11-28T12:00"}
    assert (await owner.posts("/studio/facts/notices", **notice)).status_code == 303
    page = (await owner.get("/studio/facts", headers=HTML)).text
    assert "Closed on Friday." in page
    notice_id = page.partition("/studio/facts/notices/")[2].partition("/")[0]
    await owner.posts(f"/studio/facts/notices/{notice_id}/remove")
    assert (await owner.get("/v1/now")).json()["notices"] == []
    await owner.posts(f"/studio/facts/notices/{notice_id}/back")
    assert (await owner.get("/v1/now")).json()["notices"] == ["Closed on Friday."]


async def test_a_notice_that_is_over_is_refused_and_kept_in_the_form(owner):
    notice = {"text_en": "Closed yesterday.", "starts": "", "ends": "2026-11-01T12:00"}
    answer = await owner.posts("/studio/facts/notices", **notice)
    assert answer.status_code == 422
    assert "Closed yesterday." in answer.text


async def test_a_nurse_withdraws_an_answer_and_an_owner_gives_it_back(nurse, owner, service):
    name = next(iter(service.app.ctx.context.manifests.current().answers))
    await nurse.posts("/studio/now/withdraw", answer=name, reason="Wrong")
    async with service.db.read() as tx:
        assert name in (await service.app.ctx.context.words(tx)).withdrawn
    assert "Restore it" not in (await nurse.get("/studio/now", headers=HTML)).text
    assert (await nurse.posts("/studio/now/give-back", answer=name)).status_code == 403
    await owner.posts("/studio/now/give-back", answer=name)
    async with service.db.read() as tx:
        assert not (await service.app.ctx.context.words(tx)).withdrawn


async def test_one_press_switches_the_bot_off_and_on(nurse, owner):
    await nurse.posts("/studio/now/off", reason="Something is wrong with the answers")
    assert "The bot is off" in (await owner.get("/studio/now", headers=HTML)).text
    await owner.posts("/studio/now/on")
    assert "Switch the bot off" in (await owner.get("/studio/now", headers=HTML)).text


async def test_an_answer_that_is_not_published_cannot_be_withdrawn(nurse):
    assert (await nurse.posts("/studio/now/withdraw", answer="nothing", reason="Wrong")).status_code == 404


async def test_the_studios_times_are_in_the_zone_that_was_set_there(owner, service):
    make_release(service.settings, "1", published=True)
    await owner.posts("/studio/facts", **await form_of(service, time_zone="America/Denver"))
    page = (await owner.get("/studio/releases")).text
    assert "Tue, Nov 24, 3 am" in page  # 10:00 UTC


async def as_opened(service, **changes):
    """The form as a browser sends it: beside each field, what stood in it when it was opened."""
    form = await form_of(service)
    return {**form, **{f"was-{name}": value for name, value in form.items()}, **changes}


async def test_who_saves_an_old_form_takes_nothing_back_that_a_colleague_changed(owner, service):
    opened = await as_opened(service, address="12 Other Street")
    await owner.posts("/studio/facts", **await as_opened(service, phone="212 555 0142", monday="9-17"))
    hours = (await facts_now(service))["hours"]
    assert (await owner.posts("/studio/facts", **opened)).status_code == 303
    after = await facts_now(service)
    assert (after["phone"], after["address"]) == ("(212) 555-0142", "12 Other Street")
    assert after["hours"] == hours


async def test_a_fact_that_a_colleague_changed_meanwhile_is_overwritten_by_a_second_press_only(
    owner, service
):
    opened = await as_opened(service, address="12 Other Street", parking="Behind the house.")
    await owner.posts("/studio/facts", **await as_opened(service, address="7 New Street"))
    told = await owner.posts("/studio/facts", **opened)
    assert told.status_code == 422
    assert f"{owner.staff.name} changed it to “7 New Street” while you were writing" in told.text
    assert 'name="address"' in told.text
    assert "12 Other Street" in told.text  # still in the form
    facts = await facts_now(service)
    assert (facts["address"], facts["parking"]) == ("7 New Street", "Behind the house.")
    again = await as_opened(service, address="12 Other Street")
    assert (await owner.posts("/studio/facts", **again)).status_code == 303
    assert (await facts_now(service))["address"] == "12 Other Street"
