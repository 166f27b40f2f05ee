"""What a clinic already has comes in: tables of any spreadsheet, web pages, Word files, plain lists."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile

import pytest
from docx import Document
from openpyxl import Workbook

from tests.web.studio.studio_cast import JUDGE, PARKING, changed
from tests.web.studio.test_import_export import as_draft, upload_in
from tests.web.studio.test_pages import ANSWER
from web.studio import answers, import_export, imports
from web.studio.import_export import NotATable
from web.studio.importing import dates, tables


def rows(name, data):
    return import_export.read(name, data.encode() if isinstance(data, str) else data)


def pairs(name, data):
    """(first question, reply) of each row."""
    found = rows(name, data)
    return [(r.answer.questions[0], r.answer.wordings[0].text if r.answer.wordings else "") for r in found]


HOURS = ("When are you open?", "Monday to Friday, 8 to 5.")
PARK = ("Where can I park?", "Behind the house.")

HEADINGS = """<html><head><title>FAQ, Elm Street</title></head><body><nav><a href="/">Home?</a></nav>
<h1>Questions</h1><h2>Visiting us</h2><h3>When are you open?</h3><p>Monday to Friday, <b>8 to 5</b>.</p>
<h3>Where can I park?</h3><p>Behind the <i>house</i>.</p><footer><p>Any more?</p></footer></body></html>"""
ACCORDION = """<div><h3><button aria-expanded="false">When are you open?</button></h3>
<div hidden><p>Monday to Friday, 8 to 5.</p></div>
<h3><button aria-expanded="false">Where can I park?</button></h3><div>Behind the house.</div></div>"""
DETAILS = """<details><summary>When are you open?</summary>Monday to Friday, 8 to 5.</details>
<details><summary>Where can I park?</summary><p>Behind the house.</p></details>"""
TERMS = (
    "<dl><dt>When are you open?<dd>Monday to Friday, 8 to 5.<dt>Where can I park?<dd>Behind the house.</dl>"
)
BOLD = """<p><strong>When are you open?</strong></p><p>Monday to Friday, 8 to 5.</p>
<p><strong>Where can I park?</strong><br>Behind the house.</p>"""
BUTTONS = """<div class="q" role="button" aria-controls="a1">When are you open?</div><div id="a1">Monday to
Friday, 8 to 5.</div><div class="q" role="button" aria-controls="a2">Where can I park?</div>
<div id="a2">Behind the house.</div>"""
SAID_ITSELF = "<p>Nothing here?</p><script type='application/ld+json'>{}</script>".format(
    json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "FAQPage", "mainEntity": [
        {"@type": "Question", "name": q, "acceptedAnswer": {"@type": "Answer", "text": f"<p>{a}</p>"}}
        for q, a in (HOURS, PARK)]}]})
)  # fmt: skip
BY_LETTERS = (
    "Q: When are you open?\nA: Monday to Friday,\n8 to 5.\n\nQ2. Where can I park?\nA2. Behind the house."
)
PARAGRAPHS = "When are you open?\nMonday to Friday, 8 to 5.\n\nWhere can I park?\n\nBehind the house.\n"
NUMBERED = "1. When are you open?\nMonday to Friday, 8 to 5.\n2. Where can I park?\nBehind the house."
MARKDOWN = """# Our FAQ

## When are you open?

Monday to Friday, 8 to 5.

## Where can I park?

Behind the house."""
TABBED = "When are you open?\tMonday to Friday, 8 to 5.\nWhere can I park?\tBehind the house.\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("x.html", page) for page in (HEADINGS, ACCORDION, DETAILS, TERMS, BOLD, BUTTONS, SAID_ITSELF)),
        *(("x.txt", text) for text in (BY_LETTERS, PARAGRAPHS, NUMBERED, TABBED)),
        ("x.md", MARKDOWN),
        ("x.csv", "When are you open?,\"Monday to Friday, 8 to 5.\"\nWhere can I park?,Behind the house.\n"),
    ],
)  # fmt: skip
def test_questions_and_answers_are_found_however_they_are_written(name, text):
    assert pairs(name, text) == [HOURS, PARK]


def word_file(fill):
    document = Document()
    fill(document)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def by_headings(document):
    document.add_heading("Questions", 0)
    document.add_heading("Visiting us", 1)
    for question, reply in (HOURS, PARK):
        document.add_heading(question, 2)
        document.add_paragraph(reply)


def by_bold_lines(document):
    for question, reply in (HOURS, PARK):
        document.add_paragraph().add_run(question).bold = True
        document.add_paragraph(reply)


def by_a_table(document):
    table = document.add_table(0, 2)
    for cells in (("Question", "Answer"), HOURS, PARK):
        row = table.add_row()
        row.cells[0].text, row.cells[1].text = cells


@pytest.mark.parametrize("fill", [by_headings, by_bold_lines, by_a_table])
def test_a_word_file_is_read_by_its_headings_bold_lines_or_table(fill):
    assert pairs("x.docx", word_file(fill)) == [HOURS, PARK]


def test_lists_links_and_sections_of_a_page_stay():
    page = """<h2>Bills &amp; money</h2><h3>How can I pay?</h3><p>You can pay by:</p><ul><li>card</li>
    <li>check</li></ul><p>See <a href="https://www.google.com/url?q=https://pay.example/a&amp;sa=D">our
    page</a> or <a href="javascript:alert(1)">this</a>.</p>"""
    (row,) = rows("x.html", page)
    text = "You can pay by:\n\n- card\n- check\n\nSee [our page](https://pay.example/a) or this."
    assert row.answer.wordings[0].text == text
    assert row.answer.topics == ("bills_money",)


def test_a_page_that_folds_some_answers_and_heads_others_gives_them_all():
    page = """<h1>Everything you want to know</h1><h2>Your visit</h2>
    <details><summary>How long does a visit take?</summary><p>An hour.</p></details>
    <details><summary>Can I walk in?</summary><p>At 8 am.</p></details>
    <h2>Money</h2><h3>What does a visit cost?</h3><p>Call us.</p><h3>Can I pay by card?</h3><p>Sure.</p>
    <h3>Anything else about money?</h3>
    <details><summary>Do you send bills?</summary><p>By mail.</p></details>"""
    found = rows("x.html", page)
    assert [(row.answer.title, row.answer.wordings[0].text, row.answer.topics) for row in found] == [
        ("How long does a visit take?", "An hour.", ("your_visit",)),
        ("Can I walk in?", "At 8 am.", ("your_visit",)),
        ("What does a visit cost?", "Call us.", ("money",)),
        ("Can I pay by card?", "Sure.", ("money",)),
        ("Do you send bills?", "By mail.", ("anything_else_about_money",)),
    ]


def test_two_questions_above_one_answer_are_both_its():
    (row,) = rows("x.txt", "Q: Do you take cash?\nQ: Can I pay by card?\nA: Both.")
    assert row.answer.questions == ("Do you take cash?", "Can I pay by card?")


def test_what_comes_from_a_page_is_off_has_a_date_and_says_what_is_odd():
    page = "<h3>When are you open?</h3><p>At 8.</p><h3>Parking</h3><p>Behind.</p><h3>Is it far?</h3>"
    found = imports.fates(rows("x.html", page), [], JUDGE, today=dt.date(2026, 11, 30))
    drafts = [fate.draft for fate in found if fate.draft]
    assert [(draft.is_on, draft.answer.review_by) for draft in drafts] == [(False, "2027-05-29")] * 3
    assert [fate.is_chosen for fate in found] == [True, False, False]
    assert "does not ask" in found[1].why
    assert "no answer below it" in found[2].why


HEAD = "Question;Antwort;Answer;Category;Review date;Owner\r\n"
LINE = "Where can I park?;x;Behind the house – it’s free.;Visiting us;5/1/2027;Olga\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "mac_roman"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_csv_of_any_spreadsheet_is_read(encoding, delimiter):
    text = f"Our list\r\n\r\n{HEAD}{LINE}".replace(";", delimiter)
    (row,) = rows("x.csv", text.encode(encoding))
    assert row.answer.questions == ("Where can I park?",)
    assert row.answer.wordings[0].text == "Behind the house – it’s free."
    assert (row.answer.topics, row.answer.review_by) == (("visiting_us",), "2027-05-01")


def test_excels_own_word_for_its_delimiter_is_heard():
    (row,) = rows("x.csv", "sep=;\r\nTitle;Questions\r\nParking, where?;where can i park\r\n")
    assert row.answer.title == "Parking, where?"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2027-05-01", "2027-05-01"), ("5/1/2027", "2027-05-01"), ("13/5/2027", "2027-05-13"),
        ("1.5.2027", "2027-05-01"), ("May 1, 2027", "2027-05-01"), ("1 May 2027", "2027-05-01"),
        ("2027-05-01 00:00:00", "2027-05-01"), ("46508", "2027-05-01"), ("5/1/27", "2027-05-01"),
        ("soon", "soon"), ("", ""), ("99/99/2027", "99/99/2027"),
    ],
)  # fmt: skip
def test_dates_are_read_as_people_write_them(written, read):
    assert dates.read_date(written) == read


def workbook(*sheets):
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet()
        for row in sheet:
            page.append(row)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def test_date_cells_numbers_and_ticks_of_a_workbook_are_read():
    day = dt.datetime(2027, 5, 1, tzinfo=None)
    data = workbook([["Notes"], ["x"]], [["Answer", "Question", "Valid until", "Active"],
                                         ["Behind.", "Where can I park?", day, True],
                                         [911.0, "Whom do I call?", day.date(), False]])  # fmt: skip
    park, call = rows("x.xlsx", data)
    assert (park.answer.review_by, call.answer.review_by) == ("2027-05-01", "2027-05-01")
    assert (park.is_on, call.is_on) == (True, False)
    assert call.answer.wordings[0].text == "911"


def fate_of(text, standing):
    (fate,) = imports.fates(rows("x.csv", text), [as_draft(standing)], JUDGE)
    return fate


def test_a_column_that_is_missing_leaves_its_field_alone():
    standing = changed(PARKING, starter=True, next=("hours",), it="the lot")
    fate = fate_of("review_by,id\n2028-01-01,parking\n", standing)
    assert fate.kind == "changed"
    assert fate.draft.answer == changed(standing.unsigned(), review_by="2028-01-01")
    assert [change.label for change in fate.changes] == ["Review by"]


def test_a_column_for_one_wording_leaves_the_others():
    first, second = PARKING.wordings[0], type(PARKING.wordings[0])("Or on the street.", "en")
    standing = changed(PARKING, wordings=(first, second))
    fate = fate_of("id,reply_en_1\nparking,In the garage.\n", standing)
    assert [each.text for each in fate.draft.answer.wordings] == ["In the garage.", "Or on the street."]


def test_a_column_that_is_there_and_empty_empties_its_field():
    fate = fate_of("id,it,next\nparking,,\n", changed(PARKING, it="the lot", next=("hours",)))
    assert (fate.draft.answer.it, fate.draft.answer.next) == ("", ())


def test_an_id_that_nobody_knows_and_nothing_else_is_refused():
    fate = fate_of("id,review_by\nnobody,2028-01-01\n", PARKING)
    assert (fate.kind, fate.why[:28]) == ("refused", "There is no answer “nobody”,")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("x.doc", b"", "old Word file"), ("x.pdf", b"%PDF", "PDF"), ("x.xls", b"", "old Excel file"),
        ("x.docx", b"PK nothing", "damaged"), ("x.html", b"", "not a web page"),
        ("x.html", b"<p>Hello.</p>", "No question with an answer"), ("x.txt", b"Hello.", "No question"),
        ("x.csv", b"\xff\xfea", "cannot be read"), ("x.txt", b"a\0b", "not a text file"),
        ("x.exe", b"", "Choose a file that ends in"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_said(name, data, sentence):
    with pytest.raises(NotATable, match=sentence):
        rows(name, data)


def test_a_bomb_in_a_word_file_is_refused_before_it_is_unpacked():
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", b"<a/>" * 20_000_000)
    with pytest.raises(NotATable, match="unpacks to more"):
        rows("x.docx", written.getvalue())


def test_a_page_fetches_nothing_and_opens_no_file():
    page = """<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>
    <h3>Is it open?</h3><p>&x; Yes at 8.</p>"""
    ((_, reply),) = pairs("x.html", page)
    assert "root" not in reply


def test_a_page_of_three_thousand_storeys_ends_in_a_sentence():
    with pytest.raises(NotATable, match=r"^[A-Z].+\.$"):
        rows("x.html", f"{'<div>' * 3000}<h3>Is it open?</h3><p>At 8.</p>{'</div>' * 3000}")


def test_the_delimiter_of_a_text_with_commas_is_found():
    text = "question;answer\nWhere, please, can I park?;Behind, left.\n"
    assert tables.csv_rows(text, lambda cells: len({*cells} & {"question", "answer"}))[1] == [
        "Where, please, can I park?",
        "Behind, left.",
    ]


async def sends(owner, **what):
    files = {"file": what.pop("file", ("", b""))}
    return await owner.post(
        "/studio/import", data={"form_token": owner.staff.form_token, **what}, files=files
    )


async def drafts_in(service):
    async with service.db.read() as tx:
        return {draft.answer.title: draft for draft in await answers.list_all(tx)}


async def test_a_pasted_list_comes_in_as_far_as_it_is_ticked_and_goes_out_again(owner, service):
    page = (await sends(owner, pasted=f"{PARAGRAPHS}\n\nDo you sell tea?\nWe do not.")).text
    assert "3 new, 0 changed, 0 the same, 0 refused" in page
    chosen = {"upload": upload_in(page), "by_row": "yes", "row": ["question 1", "question 3"]}
    page = (await owner.posts("/studio/import/take", **chosen)).text
    assert "2 new" in page
    assert "1 left out" in page
    there = await drafts_in(service)
    assert set(there) == {"When are you open?", "Do you sell tea?"}
    assert not any(draft.is_on for draft in there.values())

    tea = there["Do you sell tea?"]
    await owner.posts(f"/studio/answers/{tea.id}", **{**ANSWER, "title": "Tea", "version": 1})
    (import_id,) = re.findall(r"/studio/import/([\w-]+)/undo", page)
    answer = await owner.posts(f"/studio/import/{import_id}/undo")
    assert answer.headers["location"] == "/studio/tables?said=some"
    assert set(await drafts_in(service)) == {"Tea"}  # somebody has worked on it since
    assert (await owner.posts(f"/studio/import/{import_id}/undo")).status_code == 404
    assert "undone" in (await owner.get("/studio/tables")).text


async def test_undone_answers_are_as_they_were_before(owner, service):
    await owner.posts("/studio/answers/new", **ANSWER)
    ((title, before),) = (await drafts_in(service)).items()
    data = f"id,it\n{before.id},the lot\n".encode()
    page = (await sends(owner, file=("x.csv", data))).text
    page = (await owner.posts("/studio/import/take", upload=upload_in(page))).text
    (import_id,) = re.findall(r"/studio/import/([\w-]+)/undo", page)
    assert (await drafts_in(service))[title].answer.it == "the lot"
    await owner.posts(f"/studio/import/{import_id}/undo")
    after = (await drafts_in(service))[title]
    assert after.answer == before.answer
    assert after.version == 3  # the history keeps what was between


async def test_what_is_taught_already_is_told_and_not_ticked(owner):
    await owner.posts("/studio/answers/new", **{**ANSWER, "is_on": "yes"})
    asked = ANSWER["questions"].splitlines()[0]
    page = (await sends(owner, pasted=f"Q: {asked}\nA: Behind.")).text
    assert f"is taught to “{ANSWER['title']}” already" in page
    assert "0 of 1 are selected" in page


async def test_a_reply_goes_into_the_answer_that_is_taught_its_question(owner, service):
    await owner.posts("/studio/answers/new", **ANSWER)
    ((title, before),) = (await drafts_in(service)).items()
    question = before.answer.questions[0]
    page = (await sends(owner, pasted=f"Q: {question}?\nA: Behind the house, from Oak Alley.")).text
    assert f"Put this reply into “{title}” instead" in page
    chosen = {"upload": upload_in(page), "by_row": "yes", "into": "question 1"}
    page = (await owner.posts("/studio/import/take", **chosen)).text
    assert "0 new, 1 changed" in page
    ((_, after),) = (await drafts_in(service)).items()
    assert [wording.text for wording in after.answer.wordings] == ["Behind the house, from Oak Alley."]
    assert (after.answer.title, after.answer.questions) == (title, before.answer.questions)
    (import_id,) = re.findall(r"/studio/import/([\w-]+)/undo", page)
    await owner.posts(f"/studio/import/{import_id}/undo")
    assert (await drafts_in(service))[title].answer == before.answer


async def test_a_question_in_other_small_words_is_offered_to_the_answer_that_has_it(owner, service):
    await owner.posts("/studio/answers/new", **{**ANSWER, "questions": "where can i park\nis parking free"})
    ((title, before),) = (await drafts_in(service)).items()
    page = (await sends(owner, pasted="Q: Where do we park?\nA: Behind the house, from Oak Alley.")).text
    assert "asks what “where can i park” asks" in page
    assert "0 of 1 are selected" in page
    assert f"Put this reply into “{title}” instead" in page
    await owner.posts("/studio/import/take", upload=upload_in(page), by_row="yes", into="question 1")
    after = (await drafts_in(service))[title].answer
    assert after.wordings[0].text == "Behind the house, from Oak Alley."
    assert after.questions == (*before.answer.questions, "Where do we park?")


@pytest.mark.parametrize("asked", ["How can I pay?", "Who parks there?", "Where do you?"])
async def test_another_question_in_the_same_small_words_is_none(owner, asked):
    await owner.posts("/studio/answers/new", **{**ANSWER, "questions": "where can i park\nwhere are you"})
    page = (await sends(owner, pasted=f"Q: {asked}\nA: Behind the house.")).text
    assert "Put this reply into" not in page


async def test_a_reply_of_a_table_that_names_no_source_keeps_the_one_there(owner, service):
    await owner.posts("/studio/answers/new", **ANSWER)
    ((title, before),) = (await drafts_in(service)).items()
    data = f"Question,Answer\n{before.answer.questions[0]},From Oak Alley.\n".encode()
    page = (await sends(owner, file=("faq.csv", data))).text
    await owner.posts("/studio/import/take", upload=upload_in(page), by_row="yes", into="row 2")
    after = (await drafts_in(service))[title].answer
    assert (after.wordings[0].text, after.sources) == ("From Oak Alley.", before.answer.sources)


async def test_a_reply_overwrites_nothing_that_was_changed_since_it_was_looked_at(owner, service):
    await owner.posts("/studio/answers/new", **ANSWER)
    ((title, before),) = (await drafts_in(service)).items()
    page = (await sends(owner, pasted=f"Q: {before.answer.questions[0]}?\nA: From Oak Alley.")).text
    changed = {**ANSWER, "wording": "Ask at the door.", "version": 1}
    await owner.posts(f"/studio/answers/{before.id}", **changed)
    chosen = {"upload": upload_in(page), "by_row": "yes", "into": "question 1"}
    assert (
        "changed this answer while you were writing"
        in (await owner.posts("/studio/import/take", **chosen)).text
    )
    assert (await drafts_in(service))[title].answer.wordings[0].text == "Ask at the door."


async def test_a_table_of_questions_comes_in_as_drafts_and_says_which_date_is_none(owner, service):
    data = (
        "Question;Answer;Review date\nDo you sell tea?;No.;31.02.2027\nDo you sell mats?;No.;May 3rd 2027\n"
    )
    page = (await sends(owner, file=("faq.csv", data.encode()))).text
    assert "“31.02.2027” is no date" in page
    assert "2 of 2 are selected" in page
    await owner.posts("/studio/import/take", upload=upload_in(page))
    there = await drafts_in(service)
    assert [draft.is_on for draft in there.values()] == [False, False]
    assert there["Do you sell mats?"].answer.review_by == "2027-05-03"
    assert there["Do you sell tea?"].answer.review_by == "2027-05-23"
    overview = (await owner.get("/studio", headers={"accept": "text/html"})).text
    assert "2 answers are drafts" in overview


async def test_a_web_page_that_is_pasted_is_read_as_one(owner):
    page = (await sends(owner, pasted=HEADINGS)).text
    assert "2 new, 0 changed" in page


async def test_nothing_sent_is_said(owner):
    page = await sends(owner)
    assert page.status_code == 422
    assert "Choose a file, or paste" in page.text


async def test_who_only_signs_brings_nothing(clinician):
    assert (await sends(clinician, pasted=PARAGRAPHS)).status_code == 403
