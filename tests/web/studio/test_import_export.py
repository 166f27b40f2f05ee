"""In and out: nothing is lost, nothing is dropped silently, nothing runs."""

from __future__ import annotations

import csv
import dataclasses
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from content.answer_yaml import dump
from content.answers import Source
from content.wording import Wording
from tests.web.conftest import NOW
from tests.web.studio.studio_cast import DRIVING, JUDGE, PARKING, changed
from tests.web.studio.test_pages import ANSWER, HTML
from web.studio import answers, import_export, imports, seed
from web.studio.answers import Draft
from web.studio.import_export import NotATable

pytestmark = pytest.mark.thorough  # tables of thousands of rows

WRITERS = {"csv": import_export.as_csv, "xlsx": import_export.as_xlsx, "zip": import_export.as_files}
HOSTILE = changed(
    PARKING,
    id="hostile",
    title='=HYPERLINK("https://evil.example")',
    questions=("-1+1", "@SUM(A1)", "'quoted", "a, b; c", "${HOME}", "<b>x</b>"),
    wordings=(Wording("+1 \\ | ' \" \n\nnew\nline"), Wording("hola", "es"), Wording("second")),
    sources=(Source("a | b \\", "p|q", "https://x.example/|", ""), Source("=1", "'", "", "")),
)


def as_draft(answer, tests=("one", "two"), is_on=True):
    return Draft(answer.unsigned(), tests, is_on, 1, None, NOW)


SHIPPED = [as_draft(answer, ()) for answer in seed.read(Path(__file__).parents[3])[::9]]
DRAFTS = [*SHIPPED, as_draft(HOSTILE), as_draft(DRIVING, (), is_on=False)]


def fates(name, data, drafts=DRAFTS):
    return imports.fates(import_export.read(name, data), drafts, JUDGE)


def as_rows(*rows, columns=("title", "questions")):
    written = io.StringIO()
    csv.writer(written).writerows([columns, *rows])
    return written.getvalue().encode()


@pytest.mark.parametrize("kind", WRITERS)
def test_export_then_import_changes_nothing(kind):
    found = fates(f"answers.{kind}", WRITERS[kind](DRAFTS))
    assert [(fate.kind, fate.why, fate.changes) for fate in found if fate.kind != "same"] == []
    assert len(found) == len(DRAFTS)


def test_no_cell_of_an_export_runs_in_a_spreadsheet():
    book = load_workbook(io.BytesIO(import_export.as_xlsx(DRAFTS)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    rows = list(csv.reader(io.StringIO(import_export.as_csv(DRAFTS).decode("utf-8-sig"))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_every_row_has_a_fate_and_a_refused_one_says_why():
    found = fates("x.csv", as_rows(
        ("", "parking", "Where?", "a", "yes"), ("", "new_one", "New", "b", "no"),
        ("", "bad id", "T", "c", ""),
        ("", "new_one", "Again", "d", ""), ("", "no_title", "", "e", ""), ("", "flag", "T", "f", "perhaps"),
        ("", "formula", "T", "=1+1", ""),
        columns=("it", "id", "title", "questions", "clinical"),
    ), [as_draft(PARKING)])  # fmt: skip
    assert [fate.kind for fate in found] == ["changed", "new", *["refused"] * 5]
    reasons = [fate.why for fate in found if fate.kind == "refused"]
    assert [reason[:12] for reason in reasons] == [
        "An id is mad", "The id “new_", "It has no ti", "“clinical” i", "A cell holds",
    ]  # fmt: skip


def test_a_formula_cell_of_a_workbook_is_refused():
    book = Workbook()
    book.active.append(["title", "questions"])
    book.active.append(["Title", "=CMD()"])
    written = io.BytesIO()
    book.save(written)
    (fate,) = fates("x.xlsx", written.getvalue())
    assert (fate.kind, fate.why) == ("refused", "A cell holds a formula. Only text is taken.")


def test_two_thousand_rows_are_read_and_one_more_is_refused_whole():
    rows = [(f"Title {number}", f"question {number}") for number in range(2000)]
    assert len(fates("x.csv", as_rows(*rows), [])) == 2000
    with pytest.raises(NotATable, match="at most 2,000 rows"):
        fates("x.csv", as_rows(*rows, ("One more", "q")), [])


def zipped(name, data):
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr(name, data)
    return written.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.exe", b""), ("x.csv", b"\xff\xfe\x00"), ("x.csv", b""),
        ("x.csv", as_rows(columns=("title", "colour"))),
        ("x.xlsx", b"PK nothing"), ("x.xlsx", zipped("a", b"b")), ("x.zip", zipped("a.txt", b"b")),
        ("x.zip", zipped("a.yml", b"0" * 70_000_000)), ("x.xlsx", zipped("a.xml", b"0" * 70_000_000)),
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(name, data):
    with pytest.raises(NotATable, match=r"^[A-Z].+\."):
        fates(name, data)


def test_a_path_in_a_zip_leads_nowhere_and_a_signature_does_not_come_in():
    signed = changed(PARKING, reviewed_by={"en": "Dr. Nobody"})
    (fate,) = fates("x.zip", zipped("../../../etc/parking.yml", dump(signed)), [])
    assert (fate.kind, fate.place) == ("new", "parking.yml")
    assert fate.draft is not None
    assert fate.draft.answer.reviewed_by == {"en": None}


async def uploads(owner, name, data):
    return await owner.post(
        "/studio/import", data={"form_token": owner.staff.form_token}, files={"file": (name, data)}
    )


async def test_a_dry_run_stores_nothing_and_taking_in_stores_all(owner, service):
    await owner.posts("/studio/answers/new", **ANSWER)
    rows = as_rows(("where_do_i_park", "Parking", "a"), ("", "Dogs?", "can i bring my dog"),
                   columns=("id", "title", "questions"))  # fmt: skip
    page = (await uploads(owner, "x.csv", rows)).text
    assert "1 new, 1 changed, 0 the same, 0 refused" in page
    async with service.db.read() as tx:
        assert [draft.answer.title for draft in await answers.list_all(tx)] == ["Where do I park?"]
    upload = upload_in(page)
    assert (await owner.posts("/studio/import/take", upload=upload)).status_code == 200
    async with service.db.read() as tx:
        assert [draft.answer.title for draft in await answers.list_all(tx)] == ["Dogs?", "Parking"]
    assert (await owner.posts("/studio/import/take", upload=upload)).status_code == 404


def upload_in(page):
    return page.partition('name="upload" value="')[2].partition('"')[0]


async def drafts_in(service):
    async with service.db.read() as tx:
        return await answers.list_all(tx)


def table_of_two_thousand():
    """1,996 new rows, one that runs, one without a title, one id twice."""
    rows = [(f"a{number}", f"Title {number}", f"question {number}") for number in range(1_997)]
    odd = [("runs", "=1+1", "q"), ("bare", "", "q"), ("a7", "Again", "q")]
    return as_rows(*rows, *odd, columns=("id", "title", "questions"))


async def test_two_thousand_rows_come_in_and_each_has_its_fate(owner, service):
    page = (await uploads(owner, "x.csv", table_of_two_thousand())).text
    assert "1997 new, 0 changed, 0 the same, 3 refused" in page
    page = (await owner.posts("/studio/import/take", upload=upload_in(page))).text
    assert "1997 new, 0 changed, 0 the same, 3 refused" in page
    assert page.count('data-label="Row"') == 2_000
    stored = await drafts_in(service)
    assert len(stored) == 1_997
    assert {draft.answer.title for draft in stored} == {f"Title {number}" for number in range(1_997)}

    edited = [
        dataclasses.replace(draft, answer=changed(draft.answer, title=f"{draft.answer.title}!"))
        if draft.answer.title.endswith("7") else draft
        for draft in stored
    ]  # fmt: skip
    page = (await uploads(owner, "x.xlsx", import_export.as_xlsx(edited))).text
    assert "0 new, 199 changed, 1798 the same, 0 refused" in page
    # One of them is changed by somebody else in between: theirs stays, and that is said.
    await owner.posts("/studio/answers/a7", **{**ANSWER, "title": "Mine"})
    page = (await owner.posts("/studio/import/take", upload=upload_in(page))).text
    assert "0 new, 198 changed, 1798 the same, 1 refused" in page
    assert "Olga Owner changed this answer while you were writing" in page
    titles = [draft.answer.title for draft in await drafts_in(service)]
    assert (sum(title.endswith("7!") for title in titles), "Mine" in titles) == (198, True)


async def test_a_large_file_is_taken(owner):
    rows = [(f"Title {number}", "a question\n" * 100) for number in range(900)]
    assert (await uploads(owner, "x.csv", as_rows(*rows))).status_code == 200


@pytest.mark.parametrize("upload", ["../../etc/passwd", "a" * 20, ""])
async def test_a_made_up_upload_is_no_path(owner, upload):
    assert (await owner.posts("/studio/import/take", upload=upload)).status_code in (400, 404)


@pytest.mark.parametrize("kind", WRITERS)
async def test_an_owner_downloads_every_answer(owner, kind):
    await owner.posts("/studio/answers/new", **ANSWER)
    response = await owner.get(f"/studio/export/{kind}", headers=HTML)
    assert response.headers["content-disposition"] == f'attachment; filename="answers.{kind}"'
    assert [fate.title for fate in fates(f"x.{kind}", response.content, [])] == ["Where do I park?"]
