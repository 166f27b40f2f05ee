"""988 and 911 in a text can be pressed on a phone, and nothing else becomes a link."""

from __future__ import annotations

import pytest

from web.http.templates import quoted, with_calls


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Call 911.", 'Call <a href="tel:911">911</a>.'),
        ("Call or text 988, or call 988.", 'Call or text <a href="tel:988">988</a>, or call 988.'),
        ("Call 1-800-988-4000 or 9110.", "Call 1-800-988-4000 or 9110."),
        ("<b>911</b>", '&lt;b&gt;<a href="tel:911">911</a>&lt;/b&gt;'),
        ('say "988"', 'say &#34;<a href="tel:988">988</a>&#34;'),
    ],
)
def test_the_first_number_of_each_kind_is_a_link(text, drawn):
    assert str(with_calls(text)) == drawn


def test_nothing_ends_an_attribute_in_single_quotes():
    assert str(quoted("""{"a": "it's <b> &#39;"}""")) == """{"a": "it&#39;s &lt;b> &amp;#39;"}"""
