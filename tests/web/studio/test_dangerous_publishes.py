"""Medical advice of every kind, through every door of the studio: no visitor reads it unsigned."""

from __future__ import annotations

from typing import Any

from content.answer_yaml import parse
from tests.web.conftest import NOW
from tests.web.studio.test_clinical import as_table, imports, to_be_signed
from tests.web.studio.test_facts import facts_now, form_of
from tests.web.studio.test_pages import ANSWER, HTML, PATH
from web.bot.client import Reply
from web.bot.manifest import Manifest
from web.chat.rendering import word
from web.studio import project_export, workspace

NEW = "/studio/answers/new"
FIVE = "a car here\nb car here\nc car here\nd car here\ne car here"
# Each of a kind of its own, and none with a word of another's.
KINDS = {
    "the way home": "You may take the train home without anybody.",
    "a switched medicine": "Swap your evening tablet for our lozenge.",
    "skipping": "Leave the thyroid tablets out on Monday.",
    "a promise in days": "You will be back to your old strength within two days.",
    "a drink": "You can have a glass with dinner that evening.",
    "hiding": "You don't need to mention your pacemaker.",
    "a stronger one": "Two sprays if one is not enough.",
    "the unborn": "Your baby will not notice it.",
    "nursing": "You can nurse as usual.",
    "fasting": "Fasting is old-fashioned, so have a big breakfast.",
    "watching": "You need no one to watch you.",
    "a guarantee": "It lifts everybody up, guaranteed.",
    "lithium": "Please stop the lithium, then come.",
    "a symptom": "The tingling in your arm is only nerves.",
    "sports": "You can go diving the next day.",
    "another method": "Our drip beats any pill.",
    "Spanish, a medicine": "Puede dejar el antidepresivo una semana antes.",
    "Spanish, alone": "Puedes volver sola a casa.",
    "a share of people": "Nine out of ten of our guests have no more dark days.",
    "the unforeseen": "Just lick the rest off the spoon if you like it.",
    "another script": "Stop your рills today.",
    "another line than 911": "Text us instead of calling 911.",
    "a wait in an emergency": "In an emergency write to this chat, we answer within the hour.",
    "in the place of care": "Our sessions take the place of your therapy.",
    "a fruit": "Grapefruit makes it last longer.",
    "figures for letters": "ST0P Y0UR P1LLS",
    "a picture": "\U0001f48a \u274c the day before",
    "whoever comes": "Anyone over ten can have it.",
    "lenses": "Sleep in your contact lenses if you like.",
    "the unforeseen, of others": "Most people drop two sizes.",
    "Spanish, whom to tell": "No hace falta que avise a su médico.",
}


SAFE = "Please ask our team."
HARMLESS = "You can pay by card at the desk."


async def read_by_visitors(service, folder):
    """What a build of the drafts gives visitors of a live clinic, by the question of its answer."""
    async with service.db.read() as tx:
        found = await workspace.load(tx, service.settings, today=NOW.date())
    project_export.write(folder, folder / "made", found.drafts, found.signed)
    said = {}
    for path in (folder / "made" / "data" / "answers").iterdir():
        built = parse(path.read_text(encoding="utf-8"), shown_as=path.name)
        name = f"utter_faq/{built.id}"
        answer = {"title": built.title, "clinical": built.clinical, "reviewed_by": dict(built.reviewed_by)}
        wordings = [{"text": each.text, "language": each.language} for each in built.wordings]
        safe = [{"text": SAFE, "language": "en"}]
        manifest = Manifest(
            answers={built.id: answer}, utterances={name: wordings, "utter_not_reviewed": safe}
        )
        reply = Reply(utterance=name)
        worded = word(reply, manifest=manifest, facts={}, language="en", mode="live", today=NOW.date())
        said[built.title] = worded.text if worded else ""
    return said


async def test_a_new_answer_is_read_by_no_visitor_before_it_is_signed(owner, service, tmp_path):
    texts = {f"Page {number}": text for number, text in enumerate([HARMLESS, *KINDS.values()])}
    for title, text in texts.items():
        await owner.posts(NEW, **{**ANSWER, "title": title, "questions": f"{title} please", "wording": text})
    said = await read_by_visitors(service, tmp_path)
    assert said.pop("Page 0") == HARMLESS
    assert {texts[title] for title, words in said.items() if words != SAFE} == set()
    assert len(said) == len(KINDS)


# The four ways of the trial: nobody but the writer saw any of these.
async def test_1_an_answer_with_clinical_off_waits(owner, service):
    await owner.posts(NEW, **{**ANSWER, "wording": KINDS["skipping"]})
    assert await to_be_signed(service) == ["where_do_i_park"]


async def test_2_an_answer_that_was_clinical_waits_when_its_tick_is_taken_off(owner, clinician, service):
    await owner.posts(NEW, **{**ANSWER, "clinical": "1", "source_read_at": "https://read.example"})
    form = {"version": "1", "review_by": "2027-05-01"}
    await clinician.posts("/studio/signing/where_do_i_park/sign", **form)
    await owner.posts(PATH, **{**ANSWER, "wording": KINDS["sports"]})
    assert await to_be_signed(service) == ["where_do_i_park"]


async def test_3_a_fact_waits(owner, service):
    before = await facts_now(service)
    for text in KINDS.values():
        texts = dict.fromkeys(("parking", "prices", "companion", "address", "payment"), text)
        await owner.posts("/studio/facts", **await form_of(service, **texts))
        after = await facts_now(service)
        assert {name: after.get(name) for name in texts} == {name: before.get(name) for name in texts}


async def test_4_a_notice_waits(owner):
    for text in KINDS.values():
        await owner.posts("/studio/facts/notices", text_en=text, starts="", ends="2026-11-28T12:00")
    assert (await owner.get("/v1/now")).json()["notices"] == []


PLACES: dict[str, dict[str, Any]] = {
    "title": {"title": KINDS["skipping"]},
    "passage of a source": {"source_passage": KINDS["the way home"]},
    "name of a source": {"source_cite": KINDS["a guarantee"]},
    "follow-up": {"more_aspect": "why", "more_language": "en", "more_text": KINDS["sports"]},
    "second wording": {"wording": ["Behind the house.", KINDS["a drink"]], "language": ["en", "es"]},
}


async def test_no_part_of_an_answer_that_visitors_read_is_a_way_round(owner, service):
    for place, what in PLACES.items():
        before = await to_be_signed(service)
        await owner.posts(NEW, **{**ANSWER, "questions": place, **what})
        assert len(await to_be_signed(service)) == len(before) + 1, place


async def test_a_table_is_no_way_round(owner, service):
    rows = [("", kind, "no", FIVE, text, "location", "2027-05-01") for kind, text in KINDS.items()]
    rows = [
        (*row[:3], "\n".join(f"{q} {n}" for q in row[3].split("\n")), *row[4:]) for n, row in enumerate(rows)
    ]
    await imports(owner, "x.csv", as_table("csv", *rows))
    assert len(await to_be_signed(service)) == len(KINDS)


async def test_a_holiday_carries_no_advice(owner, service):
    form = await form_of(service, time_zone="America/New_York", holidays=f"2026-12-24 {KINDS['skipping']}")
    assert (await owner.posts("/studio/facts", **form)).status_code == 422


async def test_each_field_shows_the_words_that_made_it_clinical(owner):
    told = (await owner.posts("/studio/hints", **{**ANSWER, "wording": KINDS["skipping"]})).json()
    said = {issue["field"]: issue["text"] for issue in told["issues"]}
    assert said["reply"] == "Clinical. “tablets” names a medicine or a substance."
    marked = [node["inline"][0]["text"] for node in told["blocks"][0]["inline"] if node["kind"] == "mark"]
    assert marked == ["thyroid", "tablets"]


async def test_the_queue_says_which_facts_answers_and_notices_wait(owner, clinician, service):
    await owner.posts(NEW, **{**ANSWER, "wording": KINDS["skipping"]})
    await owner.posts("/studio/facts", **await form_of(service, parking=KINDS["the way home"]))
    await owner.posts("/studio/facts/notices", text_en=KINDS["a drink"], starts="", ends="2026-11-28T12:00")
    page = (await clinician.get("/studio/signing", headers=HTML)).text
    for line in ("<strong>1</strong> fact<", "<strong>1</strong> notice<", "<strong>1</strong> answer never"):
        assert line in page
    assert "<mark>train home</mark>" in page
    assert "<mark>tablets</mark>" in page
    assert "3</strong><span>texts to sign" in (await clinician.get("/studio", headers=HTML)).text
