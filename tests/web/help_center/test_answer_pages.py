"""The answers as pages: what is shown, to whom it is told, and what is gone in the same second."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from deploy.settings import ROOT
from tests.web.conftest import client_of, publish
from web.bot.spanish_titles import spanish_titles
from web.core.limits import Rate
from web.help_center import votes
from web.help_center.sections import SectionsError
from web.help_center.titles import load_titles, use_file
from web.http.files import STATIC
from web.releases import withdrawals
from web.safety.verdicts import Verdict
from web.schema import answer_votes

PAGE = {"accept": "text/html"}
LIVE = {
    "mode": "live",
    "allowed_sites": ("https://www.example.com",),
    "public_url": "https://desk.example.com",
}
LOCAL = {"host": "127.0.0.1", "accept": "text/html"}


async def read(http, path, status=200, headers=PAGE):
    answer = await http.get(path, headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    return html.unescape(answer.text)


async def test_every_published_answer_stands_on_the_list_and_has_its_page(shared_service):
    listed = await read(shared_service.http, "/answers")
    assert '<a href="/answers/what_is_a_crown">What is a crown?</a>' in listed
    page = await read(shared_service.http, "/answers/what_is_a_crown")
    for words in ("<h1>What is a crown?</h1>", "<p>It can last for many years.</p>",
                  "A crown covers a tooth.", 'href="https://example.org/crowns"',
                  "Not yet reviewed by a clinician",
                  '<a href="/answers/does_it_hurt">Does it hurt?</a>', "data-front-desk-open"):  # fmt: skip
        assert words in page


async def test_facts_of_the_clinic_are_put_in_as_in_the_chat(shared_service):
    assert "<p>We are here Monday" in await read(shared_service.http, "/answers/hours")


async def test_live_shows_only_what_is_signed_and_says_what_the_chat_says(services):
    service = await services.start(**LIVE)
    async with client_of(service) as http:
        listed = await read(http, "/answers", headers=LOCAL)
        unsigned = await read(http, "/answers/what_is_a_crown", 404, headers=LOCAL)
        expired = await read(http, "/answers/grinding", 404, headers=LOCAL)
        signed = await read(http, "/answers/does_it_hurt", headers=LOCAL)
    assert "/answers/does_it_hurt" in listed
    assert "/answers/what_is_a_crown" not in listed
    assert "/answers/grinding" not in listed
    for page in (unsigned, expired):
        assert "Our clinicians are still checking this answer." in page
        assert "A crown is a cap" not in page
        assert "night guard" not in page
        assert '<meta name="robots" content="noindex">' in page
    assert "Reviewed by Dr. Ada Park" in signed


async def test_a_withdrawn_answer_is_gone_in_the_same_second(service, http):
    assert "A crown is a cap" in await read(http, "/answers/what_is_a_crown")
    async with service.db.write() as tx:
        await withdrawals.withdraw(tx, "what_is_a_crown", by="x", reason="wrong", now=service.clock())
    page = await read(http, "/answers/what_is_a_crown", 404)
    assert "A crown is a cap" not in page
    assert "still checking" in page
    assert "what_is_a_crown" not in await read(http, "/answers")


async def test_an_answer_expires_while_the_service_runs(services):
    service = await services.start(**LIVE)
    async with client_of(service) as http:
        await read(http, "/answers/does_it_hurt", headers=LOCAL)
        service.clock.move(timedelta(days=365))
        assert "We numb" not in await read(http, "/answers/does_it_hurt", 404, headers=LOCAL)


async def test_a_new_release_is_read_at_once(service, http):
    await read(http, "/answers")
    publish(service.settings, release="r2", answers={}, starters=[])
    assert "There are no answers to read here yet" in await read(http, "/answers")
    await read(http, "/answers/what_is_a_crown", 404)


async def test_search_engines_are_told_only_what_is_signed(services):
    service = await services.start(**LIVE)
    async with client_of(service) as http:
        signed = (await http.get("/answers/does_it_hurt", headers=LOCAL)).text
        plain = (await http.get("/answers/hours", headers=LOCAL)).text
        sitemap = (await http.get("/sitemap.xml", headers=LOCAL)).text
        robots = (await http.get("/robots.txt", headers=LOCAL)).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', signed)
    assert found is not None
    data = json.loads(found.group(1))
    assert data["@type"] == "FAQPage"
    assert data["mainEntity"][0]["name"] == "Does it hurt?"
    assert "ld+json" not in plain
    assert '<link rel="canonical" href="https://desk.example.com/answers/does_it_hurt">' in signed
    assert '<meta property="og:title" content="Does it hurt?">' in signed
    assert "noindex" not in signed
    assert "<loc>https://desk.example.com/answers/does_it_hurt</loc>" in sitemap
    assert "what_is_a_crown" not in sitemap
    assert "Sitemap: https://desk.example.com/sitemap.xml" in robots


async def test_a_demonstration_is_not_to_be_found(shared_service):
    for path in ("/answers", "/answers/does_it_hurt"):
        answer = await shared_service.http.get(path)
        assert answer.headers["x-robots-tag"] == "noindex"
        assert '<meta name="robots" content="noindex">' in answer.text
    assert "<loc>" not in (await shared_service.http.get("/sitemap.xml")).text
    assert "Disallow: /\n" in (await shared_service.http.get("/robots.txt")).text


async def test_nothing_needs_a_script_and_nothing_sets_a_cookie(shared_service):
    answer = await shared_service.http.get("/answers/what_is_a_crown", headers=PAGE)
    assert "set-cookie" not in answer.headers
    assert re.findall(r"<script(?! type=\"application/ld)[^>]*>", answer.text) == [
        '<script src="/widget.js" async>'
    ]


async def test_whoever_has_the_page_is_not_sent_it_again(shared_service):
    first = await shared_service.http.get("/answers")
    again = await shared_service.http.get("/answers", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["content-encoding"] == "gzip"
    assert (
        "content-encoding"
        not in (await shared_service.http.get("/answers", headers={"accept-encoding": "identity"})).headers
    )


@pytest.mark.parametrize(
    "path", ["/answers/", "/answers/none", "/answers/%00", "/answers/..%2f..", "/answers/a/b"]
)
async def test_what_is_no_answer_is_no_page(shared_service, path):
    answer = await shared_service.http.get(path, headers=PAGE, follow_redirects=False)
    assert answer.status_code in (200, 404)
    assert "crown is a cap" not in answer.text


async def test_words_find_their_answer_also_without_a_bot(service, http, bot):
    await bot.die()
    found = await read(http, "/answers?q=CROWNS")
    assert "<strong>What is a crown?</strong>" in found
    assert "<strong>Does it hurt?" not in found
    nothing = await read(http, "/answers?q=zebra")
    assert "No answer matches these words" in nothing


async def test_what_the_bot_understands_stands_first(service, http, bot):
    near = {"question": "is it painful", "answer": "does_it_hurt", "similarity": 0.9}
    bot.does(lambda request: {"similar": [[near] for _ in request["texts"]]})
    found = await read(http, "/answers?q=is a crown painful")
    assert found.index("<strong>Does it hurt?") < found.index("<strong>What is a crown?")


async def test_a_search_in_danger_is_answered_with_the_card(shared_service):
    page = await read(shared_service.http, "/answers?q=i want to kill myself")
    assert 'href="tel:988"' in page.partition("answers-card")[2].partition("</section>")[0]
    # It comes first, and the chat's button cannot lie on it.
    assert page.index("answers-card") < page.index("<h1>")
    assert "/widget.js" not in page
    assert "/widget.js" in await read(shared_service.http, "/answers?q=crown")


async def test_what_was_asked_in_danger_is_not_said_again_nor_answered_by_shared_words(shared_service):
    page = await read(shared_service.http, "/answers?q=i want to kill myself, does it hurt")
    assert "<h1>How can we help?</h1>" in page
    assert "<title>Answers, " in page
    assert "Does it hurt?" not in page
    assert "No answer matches" not in page


async def test_a_search_that_safety_could_not_judge_names_988_and_nothing_by_shared_words(services):
    class Late:
        async def on(self, text: str, **_: object) -> Verdict:
            return Verdict(kind="unsure", soft_line=False, rule=None, language="en", parts_left=text)

    service = await services.start()
    async with client_of(service) as http:
        service.app.ctx.context = replace(service.app.ctx.context, verdicts=Late())
        page = await read(http, "/answers?q=i want to kill myself, does it hurt")
    card = page.partition("answers-card")[2].partition("</section>")[0]
    assert '<a href="tel:988">988</a>' in card
    assert '<a href="tel:911">911</a>' in card
    assert "Does it hurt?" not in page


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", "x" * 5000, "%ff%fe", "' OR 1=1 --", "‮evil", "&q=2"]
)
async def test_an_odd_search_is_only_words(shared_service, query):
    answer = await shared_service.http.get("/answers", params={"q": query}, headers=PAGE)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


async def votes_in(service):
    return [(row["answer_id"], row["yes"], row["no"]) for row in await service.rows(answer_votes)]


async def test_whether_a_page_helped_is_counted_without_a_cookie(service, http):
    for helpful in ("yes", "yes", "no"):
        answer = await http.post("/answers/hours/helpful", data={"helpful": helpful})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/answers/hours?thanks=yes#helpful"
        assert "set-cookie" not in answer.headers
    assert await votes_in(service) == [("hours", 2, 1)]
    async with service.db.read() as tx:
        assert await votes.of(tx, "hours") == votes.Votes(yes=2, no=1)
    assert "Thank you." in await read(http, "/answers/hours?thanks=yes")


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [("none", {"helpful": "yes"}, 404), ("hours", {"helpful": "maybe"}, 400), ("hours", {}, 400)],
)
async def test_other_votes_are_refused(service, http, path, data, status):
    assert (await http.post(f"/answers/{path}/helpful", data=data)).status_code == status
    assert await votes_in(service) == []


async def test_a_flood_of_votes_from_one_address_is_refused(services):
    service = await services.start()
    async with client_of(service) as http:
        codes = [
            (await http.post("/answers/hours/helpful", data={"helpful": "no"})).status_code for _ in range(25)
        ]
    assert codes.count(303) <= 21
    assert 429 in codes


async def test_a_crawler_that_asks_too_fast_is_told_when_to_come_back(services):
    service = await services.start(limits={"reads_per_address": Rate(burst=5, refill_s=2.0)})
    async with client_of(service) as http:
        answers = [await http.get("/answers", headers=PAGE) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_without_the_record_nothing_unsigned_is_shown(service, http, monkeypatch):
    async def away(*_):
        raise ConnectionError

    monkeypatch.setattr(type(service.app.ctx.context.last_known), "_from_record", away)
    assert "A crown is a cap" not in await read(http, "/answers")
    page = await read(http, "/answers/what_is_a_crown", 503)
    assert "(555) 201-8834" in page


async def test_a_page_says_what_the_chat_keeps_for_more(service, http):
    answers = {"what_is_a_crown": {"title": "What is a crown?", "topics": ["crowns"], "clinical": False}}
    said = {
        "utter_faq/what_is_a_crown": [{"text": "A crown is a cap.", "language": "en"}],
        "utter_more/what_is_a_crown_rest": [{"text": "It can be made of gold.", "language": "en"}],
        "utter_more/what_is_a_crown_why": [{"text": "A weak tooth may break.", "language": "en"}],
    }
    publish(service.settings, release="r3", answers=answers, utterances=said, starters=[])
    page = await read(http, "/answers/what_is_a_crown")
    assert page.index("<p>A crown is a cap.</p>") < page.index("<p>It can be made of gold.</p>")
    assert "A weak tooth may break." not in page


async def test_a_page_with_everything_weighs_less_than_50_kb(shared_service):
    page = await shared_service.http.get("/answers/what_is_a_crown", headers=PAGE)
    paths = set(
        re.findall(r'(?:src|href)="(/(?:widget\.js|answers/look\.css|static/[^"]+|widget/logo))"', page.text)
    )
    assert len(paths) >= 3
    weights = {"": int(page.headers["content-length"])}
    for path in sorted(paths):
        weights[path] = int((await shared_service.http.get(path)).headers["content-length"])
    assert sum(weights.values()) < 50_000, weights


def test_no_style_of_these_pages_comes_from_elsewhere():
    assert "url(" not in (STATIC / "help_center" / "pages.css").read_text(encoding="utf-8")


async def test_an_answer_in_two_languages_names_the_other_one(shared_service):
    """The Spanish text is shown by the chat's own rules: here in demo, with its mark."""
    english = (await shared_service.http.get("/answers/what_is_a_crown", headers=PAGE)).text
    spanish = (await shared_service.http.get("/answers/what_is_a_crown?language=es", headers=PAGE)).text
    ours = shared_service.service.settings.public_url
    for page in (english, spanish):
        for code, query in (("en", ""), ("es", "?language=es"), ("x-default", "")):
            address = f"{ours}/answers/what_is_a_crown{query}"
            assert f'<link rel="alternate" hreflang="{code}" href="{address}">' in page
    assert '<html lang="es">' in spanish
    assert "Una corona es una funda" in spanish
    assert "A crown is a cap" not in spanish
    assert "Todas las respuestas" in spanish
    assert (
        '<a href="' + f'{ours}/answers/what_is_a_crown?language=es" hreflang="es" lang="es">Español'
        in english
    )


async def test_an_answer_without_a_spanish_text_is_read_in_english(shared_service):
    page = (await shared_service.http.get("/answers/hours?language=es", headers=PAGE)).text
    assert '<html lang="en">' in page
    assert "hreflang" not in page


async def test_in_live_a_spanish_text_that_nobody_signed_is_not_named(services):
    service = await services.start(**LIVE)
    texts = [{"text": "We numb.", "language": "en"}, {"text": "Anestesiamos.", "language": "es"}]
    answers = {
        "does_it_hurt": {
            "title": "Does it hurt?", "clinical": True, "reviewed_by": {"en": "Dr. Ada Park"},
            "review_by": "2027-05-01",
        }
    }  # fmt: skip
    publish(service.settings, release="r7", answers=answers, utterances={"utter_faq/does_it_hurt": texts})
    async with client_of(service) as http:
        page = (await http.get("/answers/does_it_hurt?language=es", headers=LOCAL)).text
    assert "Anestesiamos" not in page
    assert "hreflang" not in page
    assert "We numb." in page


async def test_in_live_a_spanish_text_that_somebody_signed_is_in_the_list_for_search_engines(services):
    service = await services.start(**LIVE)
    texts = [{"text": "We numb.", "language": "en"}, {"text": "Anestesiamos.", "language": "es"}]
    signed = {"title": "Does it hurt?", "clinical": True, "review_by": "2027-05-01",
              "reviewed_by": {"en": "Dr. Ada Park", "es": "Dr. Ada Park"}}  # fmt: skip
    said = {"utter_faq/does_it_hurt": texts}
    publish(service.settings, release="r8", answers={"does_it_hurt": signed}, utterances=said, starters=[])
    async with client_of(service) as http:
        sitemap = (await http.get("/sitemap.xml", headers=LOCAL)).text
        page = (await http.get("/answers/does_it_hurt?language=es", headers=LOCAL)).text
    for path in ("/answers", "/answers/does_it_hurt", "/answers?language=es"):
        assert f"<loc>{LIVE['public_url']}{path}</loc>" in sitemap
    assert f"<loc>{LIVE['public_url']}/answers/does_it_hurt?language=es</loc>" in sitemap
    assert '"inLanguage": "es"' in page


async def test_a_spanish_page_is_spanish_from_its_title_to_its_footer(shared_service):
    """Content as it is written aside, no word of ours is English."""
    spanish = await read(shared_service.http, "/answers/what_is_a_crown?language=es")
    english = await read(shared_service.http, "/answers/what_is_a_crown")
    english_words = (
        "Reach us",
        "If it cannot wait",
        "Emergency: call",
        "or text",
        "All answers",
        ">Contact<",
    )
    assert [word for word in english_words if word not in english] == []
    assert [word for word in english_words if word in spanish] == []
    for words in (
        "Cómo comunicarse", "Si no puede esperar", "Emergencia: llame al", 'href="sms:988?body=AYUDA"',
        'aria-label="Página"', 'href="/answers?language=es"', 'name="language" value="es"',
    ):  # fmt: skip
        assert words in spanish


async def test_the_list_is_read_in_spanish_where_answers_are(shared_service):
    listed = await read(shared_service.http, "/answers?language=es")
    assert "<title>Respuestas, " in listed
    assert "<h1>¿En qué podemos ayudar?</h1>" in listed
    assert 'href="/answers/what_is_a_crown?language=es"' in listed
    assert "/answers/hours" not in listed  # has no Spanish text
    assert 'hreflang="es" lang="es">Español</a>' in await read(shared_service.http, "/answers")
    found = await read(shared_service.http, "/answers?language=es&q=corona")
    assert "<title>corona: Respuestas, " in found
    assert "Respuestas a «corona»" in found


async def test_a_vote_on_a_spanish_page_is_thanked_in_spanish(shared_service):
    sent = {"helpful": "yes", "language": "es"}
    answer = await shared_service.http.post("/answers/what_is_a_crown/helpful", data=sent)
    assert answer.headers["location"] == "/answers/what_is_a_crown?language=es&thanks=yes#helpful"
    assert "Gracias." in await read(shared_service.http, answer.headers["location"].partition("#")[0])


async def test_a_spanish_title_is_the_one_that_the_release_knows(services):
    service = await services.start()
    known = service.settings.var / "releases" / "r1" / "data" / "languages.yml"
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(
        "nlu:\n- intent: spanish\n  metadata:\n    answers:\n"
        '      what_is_a_crown: {title: "¿Qué es una corona?", words: [corona]}\n',
        encoding="utf-8",
    )
    async with client_of(service) as http:
        page = await read(http, "/answers/what_is_a_crown?language=es", headers=LOCAL)
    assert "<title>¿Qué es una corona?</title>" in page
    assert "<h1>¿Qué es una corona?</h1>" in page


async def test_a_title_that_the_release_has_not_is_the_clinics_own(services, tmp_path):
    own = tmp_path / "help_center.yml"
    own.write_text(
        'sections: []\ntitles:\n  es:\n    what_is_a_crown: "¿Qué es una corona?"\n', encoding="utf-8"
    )
    service = await services.start(**LIVE)
    texts = [{"text": "A cap.", "language": "en"}, {"text": "Una funda.", "language": "es"}]
    signed = {"title": "What is a crown?", "clinical": True, "review_by": "2027-05-01",
              "reviewed_by": {"en": "Dr. Ada Park", "es": "Dr. Ada Park"}}  # fmt: skip
    said = {"utter_faq/what_is_a_crown": texts}
    publish(service.settings, release="r9", answers={"what_is_a_crown": signed}, utterances=said, starters=[])
    async with client_of(service) as http:
        use_file(service.app.ctx, tmp_path / "none.yml")
        before = await read(http, "/answers/what_is_a_crown?language=es", headers=LOCAL)
        use_file(service.app.ctx, own)
        after = await read(http, "/answers/what_is_a_crown?language=es", headers=LOCAL)
        english = await read(http, "/answers/what_is_a_crown", headers=LOCAL)
    assert '<h1 lang="en">What is a crown?</h1>' in before
    for words in (
        "<title>¿Qué es una corona?</title>",
        "<h1>¿Qué es una corona?</h1>",
        '"name": "¿Qué es una corona?"',
    ):
        assert words in after
    assert "<h1>What is a crown?</h1>" in english


@pytest.mark.parametrize(
    ("titles", "line"),
    [("titles: [es]", 2), ("titles:\n  fr:\n    cost: Prix", 3), ("titles:\n  es:\n    cost: 5", 4),
     ("titles:\n  es:\n    cost: " + "x" * 61, 4), ("titles:\n  es:\n    The cost: Precio", 4)],
)  # fmt: skip
def test_titles_that_cannot_be_used_are_said_with_their_line(tmp_path, titles, line):
    own = tmp_path / "help_center.yml"
    own.write_text(f"sections: []\n{titles}\n", encoding="utf-8")
    with pytest.raises(SectionsError) as said:
        load_titles(own)
    assert [problem.line for problem in said.value.problems] == [line]


def test_every_shipped_answer_has_a_spanish_title():
    known = {*spanish_titles(ROOT / "data" / "languages.yml"), *load_titles(ROOT / "help_center.yml")["es"]}
    assert [
        path.stem for path in sorted((ROOT / "data" / "answers").glob("*.yml")) if path.stem not in known
    ] == []


async def test_the_list_of_one_section_names_its_other_language(shared_service):
    ours = shared_service.service.settings.public_url
    english = (await shared_service.http.get("/answers?section=all", headers=PAGE)).text
    for code, query in (("en", ""), ("es", "&amp;language=es"), ("x-default", "")):
        address = f"{ours}/answers?section=all{query}"
        assert f'<link rel="alternate" hreflang="{code}" href="{address}">' in english
