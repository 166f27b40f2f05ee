"""Nobody publishes medical advice alone: the text decides what is clinical, however it comes in."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from openpyxl import Workbook
from sqlalchemy import text as statement

from content.answer_yaml import dump, parse
from content.wording import Wording
from tests.web.conftest import NOW
from tests.web.studio.studio_cast import CLINICIAN, DRIVING, JUDGE, OWNER, PARKING, changed
from tests.web.studio.test_facts import facts_now, form_of
from tests.web.studio.test_pages import ANSWER, HTML
from tests.web.studio.test_releases import GATE, make_release, pointer
from web import migrations
from web.core.db import Database
from web.hours import clinic_facts, notices
from web.hours.policies import rules_of
from web.schema import audit
from web.studio import answers, project_export, signatures, workspace

NEW = "/studio/answers/new"
PATH = "/studio/answers/where_do_i_park"
REASON = "It is about the car park and nothing else."
FIVE = "a car here\nb car here\nc car here\nd car here\ne car here"

# What somebody of marketing might write, with "clinical" off.
DANGEROUS = {
    "stop": "You can stop your tablets the day before.",
    "blood thinner": "Just skip your blood thinner that morning.",
    "drive": "Feel free to drive home after your visit.",
    "alone": "There is no need for an escort, you can go home alone.",
    "alcohol": "A glass of wine is fine. Alcohol makes no difference.",
    "dose": "If nothing happens, double your dose the next time.",
    "pregnant": "Pregnant? No problem, come as you are.",
    "everyone": "It is safe for everyone, children too.",
    "cure": "Three visits and your migraine is cured.",
    "guarantee": "We guarantee that you will sleep again.",
    "chest": "A tight chest afterwards is nothing to worry about.",
    "fasting": "You can eat normally before your visit.",
    "monitoring": "You do not need monitoring or a nurse beside you.",
    "side effects": "There are no side effects at all.",
    "candidate": "Anybody over twelve is a good candidate.",
    "misspelt": "Bring your ibuprofin, it goes well with it.",
    "spaced": "Leave out your t a b l e t s for a week.",
    "hidden": "Leave out your tab\u200blets for a week.",
    "wide": "Leave out your ｔａｂｌｅｔｓ for a week.",
}
HARMLESS = {
    "parking": "You can park behind the house. Level 2 is free on Saturdays.",
    "payment": "We take cards, cash and checks. A visit is $450; there is a $100 fee if you cancel late.",
    "hours": "We are open Monday to Friday, 9 to 5, and closed on holidays.",
    "thanks": "You are welcome! Write to us any time.",
    "address": "We are at 12 River Street, on the third floor. The elevator is on the left.",
    "wi-fi": "The guest network is free. Ask at the front desk for today's password.",
    "booking": "You can ask for a time here. Our team calls you back to find a day that suits you.",
    "forms": "Please bring a photo ID and your insurance card, and come ten minutes early.",
    "emergency": "We cannot help with that here. In an emergency, call 911.",
    "records": "Ask our team for a copy of your medical records.",
}


async def draft_of(service, answer_id="where_do_i_park"):
    async with service.db.read() as tx:
        return await answers.get(tx, answer_id)


async def to_be_signed(service):
    """The answers that visitors get in live mode only once a clinician has signed them."""
    async with service.db.read() as tx:
        found = await workspace.load(tx, service.settings, today=service.clock().date())
    return [draft.id for draft in found.unsigned()]


@pytest.mark.parametrize("text", DANGEROUS.values(), ids=DANGEROUS)
async def test_what_is_clinical_by_its_text_waits_for_a_clinician(owner, service, text):
    await owner.posts(NEW, **{**ANSWER, "wording": text})
    assert await to_be_signed(service) == ["where_do_i_park"]
    assert "Locked as clinical because it says" in (await owner.get(PATH, headers=HTML)).text


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
async def test_what_is_harmless_is_not_locked(owner, service, text):
    await owner.posts(NEW, **{**ANSWER, "wording": text})
    assert not (await draft_of(service)).answer.clinical
    assert "Locked as clinical" not in (await owner.get(PATH, headers=HTML)).text


async def test_the_page_quotes_the_words_that_made_it_so(owner):
    await owner.posts(NEW, **{**ANSWER, "wording": DANGEROUS["stop"]})
    page = (await owner.get(PATH, headers=HTML)).text
    assert "Locked as clinical because it says “stop your tablets”." in page
    told = (await owner.posts("/studio/hints", **{**ANSWER, "wording": DANGEROUS["stop"]})).json()
    assert [c["field"] for c in told["issues"] if "stop your tablets" in c["text"]] == ["clinical", "reply"]


async def test_advice_in_spanish_or_in_the_title_alone_is_advice(owner, service):
    spanish = "Puede dejar de tomar sus pastillas el día antes."
    await owner.posts(NEW, **{**ANSWER, "wording": spanish, "language": "es"})
    await owner.posts(NEW, **{**ANSWER, "title": "Stop my medication first?", "wording": "Please do."})
    assert await to_be_signed(service) == ["stop_my_medication_first", "where_do_i_park"]


async def test_a_reply_is_advice_when_its_questions_ask_for_advice(owner, service):
    asked = "can i stop taking my pills\nmay i skip my dose\ncan i drive home after\nis parking free\nhello"
    await owner.posts(NEW, **{**ANSWER, "questions": asked, "wording": "Of course, go ahead."})
    assert await to_be_signed(service) == ["where_do_i_park"]


async def test_a_clinical_answer_said_again_in_a_new_one_is_clinical(owner, clinician, service):
    rest = "Kindly stay with your companion until the next morning and rest somewhere quiet at your own pace."
    first = {**ANSWER, "title": "Afterwards", "wording": rest, "clinical": "1"}
    await clinician.posts(NEW, **first)
    again = rest.replace("Kindly", "Then").replace("next", "following")
    await owner.posts(NEW, **{**ANSWER, "wording": again})
    assert "where_do_i_park" in await to_be_signed(service)
    page = (await owner.get(PATH, headers=HTML)).text
    assert "it reads like the clinical answer “Afterwards”" in page


async def test_what_was_clinical_stays_so_however_it_is_reworded(owner, service):
    await owner.posts(NEW, **{**ANSWER, "wording": DANGEROUS["drive"]})
    await owner.posts(PATH, **{**ANSWER, "version": "1", "wording": "Whenever you feel like it."})
    await owner.posts(PATH, **{**ANSWER, "version": "2", "wording": "Whenever you like."})
    assert await to_be_signed(service) == ["where_do_i_park"]


async def test_an_earlier_version_brings_no_flag_back(owner, service):
    await owner.posts(NEW, **ANSWER)
    await owner.posts(PATH, **{**ANSWER, "wording": DANGEROUS["drive"]})
    await owner.posts(f"{PATH}/restore", to="1", version="2")
    assert await to_be_signed(service) == ["where_do_i_park"]


def as_table(kind, *rows):
    columns = ("id", "title", "clinical", "questions", "reply_en_1", "topics", "review_by")
    if kind == "csv":
        written = io.StringIO()
        csv.writer(written).writerows([columns, *rows])
        return written.getvalue().encode()
    book, out = Workbook(), io.BytesIO()
    for row in (columns, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def as_zip(answer):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as folder:
        folder.writestr("answers/x.yml", dump(answer))
    return out.getvalue()


async def imports(owner, name, data):
    file = {"file": (name, data)}
    page = (await owner.post("/studio/import", data={"form_token": owner.staff.form_token}, files=file)).text
    upload = page.partition('name="upload" value="')[2].partition('"')[0]
    await owner.posts("/studio/import/take", upload=upload)
    return page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
async def test_a_table_that_says_no_is_overruled_and_told_so(owner, service, kind):
    row = ("", "Tablets", "no", FIVE, DANGEROUS["stop"], "location", "2027-05-01")
    page = await imports(owner, f"x.{kind}", as_table(kind, row))
    assert "Locked as clinical: it says “Tablets”" in page
    assert await to_be_signed(service) == ["tablets"]


async def test_a_table_turns_no_clinical_answer_into_a_harmless_one(owner, service):
    await owner.posts(NEW, **{**ANSWER, "wording": DANGEROUS["drive"]})
    row = ("where_do_i_park", "Where do I park?", "no", FIVE, "Whenever you like.", "location", "2027-05-01")
    assert "it was clinical before" in await imports(owner, "x.csv", as_table("csv", row))
    assert await to_be_signed(service) == ["where_do_i_park"]


async def test_a_file_brings_no_clinicians_word_in(owner, service):
    written = changed(PARKING, wordings=(Wording(DANGEROUS["stop"]),))
    async with service.db.read() as tx:
        judge = (await workspace.load(tx, service.settings, today=service.clock().date())).judge
    await imports(owner, "x.zip", as_zip(judge.released(written, by="Dr. Nobody", why="Trust me on this.")))
    assert await to_be_signed(service) == ["parking"]


async def test_only_a_clinician_takes_it_off_and_says_why(owner, clinician, service):
    await owner.posts(NEW, **{**ANSWER, "wording": "Park where the old heart clinic was."})
    form = {"version": "1", "reason": REASON}
    assert (await owner.posts(f"{PATH}/not-clinical", **form)).status_code == 403
    assert (await clinician.posts(f"{PATH}/not-clinical", **{**form, "reason": "no"})).status_code == 400
    assert (await clinician.posts(f"{PATH}/not-clinical", **{**form, "version": "9"})).status_code == 409
    assert await to_be_signed(service) == ["where_do_i_park"]
    assert (await clinician.posts(f"{PATH}/not-clinical", **form)).status_code == 303
    assert await to_be_signed(service) == []
    assert REASON in (await owner.get(PATH, headers=HTML)).text
    (note,) = [row for row in await service.rows(audit) if row["did"] == "answer.not_clinical"]
    assert note["about_id"] == "where_do_i_park"


async def test_nobody_takes_it_off_their_own_words(clinician, service):
    await clinician.posts(NEW, **{**ANSWER, "wording": DANGEROUS["stop"]})
    assert (await clinician.posts(f"{PATH}/not-clinical", version="1", reason=REASON)).status_code == 409
    assert await to_be_signed(service) == ["where_do_i_park"]


async def test_a_clinicians_word_holds_for_these_words_alone(owner, clinician, service):
    first = {**ANSWER, "wording": "Park where the old heart clinic was."}
    await owner.posts(NEW, **first)
    await clinician.posts(f"{PATH}/not-clinical", version="1", reason=REASON)
    more = {**first, "questions": f"{ANSWER['questions']}\nis there a garage", "version": "2"}
    await owner.posts(PATH, **more)  # a question more changes nothing that is read
    assert await to_be_signed(service) == []
    await owner.posts(PATH, **{**more, "wording": DANGEROUS["stop"], "version": "3"})
    assert await to_be_signed(service) == ["where_do_i_park"]


async def test_what_a_build_gets_says_so_too(owner, service, tmp_path):
    await owner.posts(NEW, **{**ANSWER, "wording": DANGEROUS["stop"], "questions": FIVE})
    async with service.db.read() as tx:
        found = await workspace.load(tx, service.settings, today=service.clock().date())
    project_export.write(tmp_path, tmp_path / "made", found.drafts, found.signed)
    (path,) = (tmp_path / "made" / "data" / "answers").iterdir()
    assert parse(path.read_text(encoding="utf-8"), shown_as="x").clinical


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("parking", "Behind the house. Take your pills an hour before you come."),
        ("companion", "You can go home alone."),
        ("payment", "Cash or card. Our therapy works for good."),
        ("address", "12 River Street. You may drive yourself after the visit."),
    ],
)
async def test_a_clinical_fact_waits_and_visitors_read_what_was_there(owner, clinician, service, name, text):
    await owner.posts("/studio/facts", **await form_of(service, **{name: "As it was."}))
    saved = await owner.posts("/studio/facts", **await form_of(service, **{name: text}))
    assert saved.headers["location"].endswith("said=waits")
    assert (await facts_now(service))[name] == "As it was."
    assert (
        "Until it is signed, visitors read <q>As it was.</q>"
        in (await owner.get("/studio/facts", headers=HTML)).text
    )
    await signs(clinician, "facts")
    assert (await facts_now(service))[name] == text


async def signs(who, kind, *, is_refused=False):
    """Press the first Sign of a fact or a notice."""
    page = (await who.get("/studio/signing", headers=HTML)).text
    found = page.partition(f'action="/studio/signing/{kind}/')[2].partition("/")[0]
    answer = await who.posts(f"/studio/signing/{kind}/{found}/sign")
    assert answer.status_code == (409 if is_refused else 303)


async def test_a_new_clinical_fact_is_not_known_before_it_is_signed(owner, service):
    await owner.posts("/studio/facts", **await form_of(service, rooms="Rest until your dose wears off."))
    assert not (await facts_now(service)).get("rooms")


async def test_undo_brings_an_earlier_fact_back_and_an_unsigned_one_waits_again(owner, clinician, service):
    await owner.posts("/studio/facts", **await form_of(service, rooms="Private rooms."))
    await owner.posts("/studio/facts", **await form_of(service, rooms="Rest until your dose wears off."))
    await owner.posts("/studio/facts", **await form_of(service, rooms="Quiet rooms."))
    page = (await owner.get("/studio/facts/history/rooms", headers=HTML)).text
    clinical, private, unknown = [part.partition("/")[0] for part in page.split("/studio/facts/history/")[1:]]
    assert "clinical, never signed" in page
    await owner.posts(f"/studio/facts/history/{clinical}/restore")
    assert (await facts_now(service))["rooms"] == "Quiet rooms."
    await signs(clinician, "facts")
    assert (await facts_now(service))["rooms"] == "Rest until your dose wears off."
    await owner.posts(f"/studio/facts/history/{private}/restore")
    assert (await facts_now(service))["rooms"] == "Private rooms."
    await owner.posts(f"/studio/facts/history/{clinical}/restore")  # these words were signed
    assert (await facts_now(service))["rooms"] == "Rest until your dose wears off."
    await owner.posts(f"/studio/facts/history/{unknown}/restore")
    assert not (await facts_now(service)).get("rooms")


async def test_prices_are_facts(owner, service):
    for price in ("$450", "A visit is $450, with a $100 fee for late changes."):
        await owner.posts("/studio/facts", **await form_of(service, prices=price))
        assert (await facts_now(service))["prices"] == price


@pytest.mark.parametrize(
    "texts",
    [
        {"text_en": "Our new therapy cures back pain."},
        {"text_en": "We are open again.", "text_es": "Deje de tomar sus pastillas antes de venir."},
        {"text_en": "Flu season: skip your tablets if you feel warm."},
    ],
)
async def test_a_clinical_notice_is_shown_once_it_is_signed(owner, clinician, texts):
    notice = {"starts": "", "ends": "2026-11-28T12:00", **texts}
    saved = await owner.posts("/studio/facts/notices", **notice)
    assert saved.headers["location"].endswith("said=notice_waits")
    assert (await owner.get("/v1/now")).json()["notices"] == []
    await signs(clinician, "notices")
    assert (await owner.get("/v1/now")).json()["notices"] == [texts["text_en"]]


async def test_whoever_wrote_a_notice_does_not_sign_it(owner, clinician, service):
    async with service.db.write() as tx:
        now, rules = service.clock(), rules_of(service.settings, "x")
        ends_at, texts = now + timedelta(days=1), {"en": DANGEROUS["stop"]}
        by = clinician.staff.id
        made = await notices.add(tx, texts=texts, starts_at=now, ends_at=ends_at, by=by, now=now, rules=rules)
    assert (await owner.posts(f"/studio/signing/notices/{made.id}/sign")).status_code == 403
    await signs(clinician, "notices", is_refused=True)
    assert (await owner.get("/v1/now")).json()["notices"] == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/desk/hours/close-today", {"reason": "skip your tablets until we are back"}),
        ("/desk/hours/holidays", {"date": "2026-12-24", "name": "take two pills"}),
    ],
)
async def test_a_closure_or_a_holiday_carries_no_advice(nurse, path, form):
    answer = await nurse.posts(path, **form)
    assert answer.status_code == 400
    assert "This is clinical" in answer.text


async def test_over_a_clinical_gate_only_a_clinician_publishes(settings, owner, clinician):
    make_release(settings, "1", published=True)
    make_release(settings, "3", gates=[{**GATE, "name": "still_clinical", "needs_clinician": True}])
    assert (await owner.posts("/studio/releases/3/publish", override=REASON)).status_code == 409
    assert pointer(settings) == "1"
    assert "Publish over closed gates" not in (await owner.get("/studio/releases/3", headers=HTML)).text
    assert "Publish over closed gates" in (await clinician.get("/studio/releases/3", headers=HTML)).text
    assert (await clinician.posts("/studio/releases/3/publish", override=REASON)).status_code == 303
    assert pointer(settings) == "3"


async def test_what_is_clinical_in_the_file_of_facts_waits_too(service, clinician):
    context = service.app.ctx.context
    texts = {
        **context.clinic.texts,
        "rooms": "Rest here until your dose wears off.",
        "parking": "In the yard.",
    }
    clinic = replace(context.clinic, texts=texts)
    async with service.db.write() as tx:
        held = await clinic_facts.note_unsigned(tx, clinic, context.rules, now=service.clock())
        again = await clinic_facts.note_unsigned(tx, clinic, context.rules, now=service.clock())
        known = (await clinic_facts.current(tx, clinic, context.rules)).texts
    assert (held, again) == (["rooms"], [])
    assert ("rooms" in known, known["parking"]) == (False, "In the yard.")
    await signs(clinician, "facts")
    async with service.db.read() as tx:
        known = (await clinic_facts.current(tx, clinic, context.rules)).texts
    assert known["rooms"] == texts["rooms"]


async def test_what_an_earlier_version_stored_is_held_back_until_it_is_signed(service, owner):
    async with service.db.write() as tx:
        now = service.clock()
        await clinic_facts.put(tx, "rooms", DANGEROUS["stop"], by=None, now=now, signed_by_name=None)
    assert not (await facts_now(service)).get("rooms")


async def test_signatures_of_an_earlier_version_hold_on(tmp_path):
    db = Database(f"sqlite:///{tmp_path / 'record.sqlite3'}")
    await migrations.upgrade(db)
    async with db.write() as tx:
        draft = await answers.create(tx, DRIVING, by=OWNER, now=NOW, judge=JUDGE)
        await signatures.sign(tx, draft, version=1, by=CLINICIAN, review_by=date(2027, 5, 1), now=NOW)
        for table in ("answer_versions", "signatures"):  # as the version before had it
            await tx.execute(statement(f"UPDATE {table} SET fingerprint = 'before'"))
        await tx.run_sync(
            lambda connection: import_module("web.migrations.versions.0009_clinical")._mark(connection)
        )
        assert signatures.is_signed(DRIVING, await signatures.standing(tx), today=NOW.date())
    await db.close()
