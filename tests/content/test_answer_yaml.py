"""Whatever an owner types becomes a plain Rasa file, and comes back from it unchanged."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.answer_yaml import dump, parse
from content.answers import Answer, Source, fingerprint
from content.wording import Wording
from content.yaml_files import ProblemsError

ANSWERS = sorted((Path(__file__).parents[2] / "data" / "answers").glob("*.yml"))
# `make prove` asks for 10,000.
GENERATED = 10_000 if os.environ.get("FRONT_DESK_PROVE") else 60
HOSTILE = [
    "${HOME}", "{phone}", "{{7*7}}", "{", "- ", ": ", "# no comment", "'", '"', "\\", "\\n",
    "!!python/object:os.system", "&a *a", "<<: *a", "|", ">", "---", "...", "%YAML 1.2", "null", "~", "yes",
    "2026-05-01", "0x1F", "\u2028", "\x85", "\t", "\r\n", "\ufeff", "\u202e", "\x00", "\ud800",
    "=cmd|' /C calc'!A0", "<script>alert(1)</script>", "[a](javascript:alert(1))", "**bold**", "`code`",
    "![x](https://example.com/x.png)", "[ent](ity)", "\U0001f469\u200d\u2695\ufe0f", "K\u0308",
]  # fmt: skip
texts = st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12)), max_size=6).map("".join)
names = st.from_regex(r"[a-z0-9_]{1,20}", fullmatch=True)
sources = st.builds(Source, cite=texts, passage=texts, url=texts, read_at=texts)
wordings = st.builds(Wording, text=texts, language=st.sampled_from(["en", "es"]))
answers = st.builds(
    Answer,
    id=names,
    title=texts,
    it=texts,
    review_by=texts,
    questions=st.lists(texts, max_size=5).map(tuple),
    wordings=st.lists(wordings, max_size=3).map(tuple),
    topics=st.lists(names, max_size=3).map(tuple),
    next=st.lists(names, max_size=3).map(tuple),
    sources=st.lists(sources, max_size=2).map(tuple),
    reviewed_by=st.just({"en": None}) | st.just({"en": 'Dr. Ana: "Ruiz" #1', "es": None}),
    clinical=st.booleans(),
    starter=st.booleans(),
    offer_call=st.booleans(),
)


@settings(max_examples=GENERATED, deadline=None)
@given(answers)
def test_what_was_written_is_read_back(answer):
    assert parse(dump(answer), shown_as="x.yml") == answer


@settings(max_examples=GENERATED, deadline=None)
@given(answers)
def test_as_data_and_back_changes_nothing(answer):
    assert Answer.from_data(answer.as_data()) == answer


@pytest.mark.parametrize("path", ANSWERS, ids=lambda path: path.stem)
def test_every_shipped_answer_survives_reading_and_writing(path):
    answer = parse(path.read_text(encoding="utf-8"), shown_as=path.name)
    assert answer.id == path.stem
    assert parse(dump(answer), shown_as=path.name) == answer


def test_an_unknown_key_is_said_with_its_line():
    text = dump(Answer("parking", title="Where do I park?")).replace("topics:", "topix:")
    with pytest.raises(ProblemsError, match=r"parking.yml:6: Unknown key 'topix'"):
        parse(text, shown_as="parking.yml")


@pytest.mark.parametrize("text", ["", "[]", "a: [", "nlu: 7", "&a [*a, *a]", "version: '3.1'\nnlu: []"])
def test_what_is_no_answer_file_is_refused_in_a_sentence(text):
    with pytest.raises(ProblemsError, match=r"x\.yml:\d+: [A-Z].+\."):
        parse(text, shown_as="x.yml")


@pytest.mark.parametrize(
    "change",
    [{"title": "Other"}, {"wordings": (Wording("Other"),)}, {"sources": (Source("Other"),)},
     {"offer_call": True}],
)  # fmt: skip
def test_what_was_signed_has_another_fingerprint_after_any_edit_of_what_is_read(change):
    assert fingerprint(Answer("a", **change)) != fingerprint(Answer("a"))


def test_a_date_or_a_topic_is_no_edit_of_what_was_signed():
    assert fingerprint(Answer("a", review_by="2027-01-01", topics=("x",))) == fingerprint(Answer("a"))


def test_further_passages_and_links_come_back_and_are_signed() -> None:
    plain = Answer("parking", title="Parking", wordings=(Wording("Behind the house."),))
    fuller = Answer(
        "parking",
        title="Parking",
        wordings=plain.wordings,
        more={"why": (Wording("It is our own."), Wording("Es nuestro.", "es"))},
        follow_ups={"price": "cost"},
    )
    back = parse(dump(fuller), shown_as="parking.yml")
    assert (back.more, back.follow_ups) == (fuller.more, fuller.follow_ups)
    assert fingerprint(fuller) != fingerprint(plain)
    linked = Answer("parking", title="Parking", wordings=plain.wordings, follow_ups={"price": "cost"})
    assert fingerprint(linked) == fingerprint(plain)


def test_a_passage_of_another_answer_is_refused() -> None:
    written = dump(Answer("parking", wordings=(Wording("Behind the house."),)))
    foreign = written + '  "utter_more/cost_why":\n  - text: "x"\n'
    with pytest.raises(ProblemsError, match="utter_more/cost_why"):
        parse(foreign, shown_as="parking.yml")
