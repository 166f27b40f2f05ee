"""The page of an error speaks the language that its address or the browser asks for."""

from __future__ import annotations

import html

import pytest

from web.core.i18n import preferred, reworded, say
from web.releases import withdrawals

PAGE = {"accept": "text/html"}


async def read(http, path, status, **headers):
    answer = await http.get(path, headers={**PAGE, **headers})
    assert answer.status_code == status
    return html.unescape(answer.text)


@pytest.mark.parametrize(
    ("path", "accepted"),
    [
        ("/answers/no_such_answer?language=es", "en-US,en;q=0.9"),
        ("/answers?section=nowhere&language=es", "en"),
        ("/no-such-page", "es-MX,es;q=0.9,en;q=0.8"),
        ("/no-such-page?language=es", ""),
    ],
)
async def test_a_page_that_is_not_there_is_told_in_spanish(shared_service, path, accepted):
    page = await read(shared_service.http, path, 404, **{"accept-language": accepted})
    assert '<html lang="es">' in page
    assert "<h1>Aquí no existe esa página.</h1>" in page
    assert "Ir a la página de inicio" in page
    assert 'href="sms:988?body=AYUDA"' in page
    assert "Emergency" not in page


async def test_an_address_in_english_stays_english_whatever_the_browser_likes(shared_service):
    page = await read(shared_service.http, "/no-such-page?language=en", 404, **{"accept-language": "es"})
    assert '<html lang="en">' in page
    assert "<h1>There is no such page here.</h1>" in page


async def test_what_broke_on_our_side_is_told_in_spanish(http, monkeypatch):
    def breaks(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("web.setup.routes.homepage.sections", breaks)
    page = await read(http, "/", 500, **{"accept-language": "es"})
    assert "<h1>Algo falló de nuestro lado. Por favor, inténtelo en un momento.</h1>" in page


async def test_an_answer_that_was_withdrawn_says_so_in_spanish(service, http):
    async with service.db.write() as tx:
        await withdrawals.withdraw(tx, "what_is_a_crown", by="x", reason="wrong", now=service.clock())
    page = await read(http, "/answers/what_is_a_crown?language=es", 404)
    assert '<html lang="es">' in page
    assert '<h1 lang="en">What is a crown?</h1>' in page  # it has no Spanish title
    assert "Cómo comunicarse" in page
    assert "All answers" not in page


async def test_a_vote_that_nobody_can_count_is_refused_in_spanish(shared_service):
    sent = {"helpful": "perhaps", "language": "es"}
    answer = await shared_service.http.post("/answers/hours/helpful", data=sent, headers=PAGE)
    assert answer.status_code == 400
    assert "<h1>No pudimos leer esta solicitud.</h1>" in html.unescape(answer.text)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es", "es"),
        ("es-419,es;q=0.9", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("fr, es;q=0.5, en;q=0.4", "es"),
        ("de", "en"),
        ("es;q=0", "en"),
        ("es;q=much", "en"),
        ("", "en"),
        (",;=,q=1;;", "en"),
    ],
)
def test_a_browser_is_heard_by_its_weights(header, language):
    assert preferred(header) == language


def test_words_without_a_translation_stay_and_say_their_language():
    assert reworded("Your account does not have access.", "es") == (
        "Your account does not have access.",
        "en",
    )
    assert reworded(say("too_fast", "es"), "en") == (say("too_fast", "es"), "es")
    assert reworded(say("too_fast"), "xx") == (say("too_fast"), "en")
