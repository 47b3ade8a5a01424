"""Plain words out of markup."""

from __future__ import annotations

import pytest

from connectors._text import hrefs, one_line, plain_text, shortened, tidy


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain &amp; simple", "plain & simple"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("One<br>two<br/>three", "One\ntwo\nthree"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("a  lot\n of   space <b>here</b>", "a lot of space here"),
        ("<pre>keep\n  this</pre>", "keep\nthis"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\n\nc"),
        ("x<script>alert(1)</script><style>p{}</style>y", "xy"),
        ("<p>unclosed <em>tags", "unclosed tags"),
        ("<!-- hidden --><p>shown</p>", "shown"),
        ("<p>&lt;b&gt; &#228; &euro; &nbsp;</p>", "<b> ä €"),
        ("<svg><text>drawn</text></svg>said", "said"),
        ("", ""),
        ("<p></p>", ""),
    ],
)
def test_markup_becomes_what_a_reader_sees(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_title_is_one_line() -> None:
    assert one_line("<h1>One</h1>\n<p>two</p>") == "One two"


def test_addresses_are_found_in_their_order() -> None:
    html = '<a href=" https://b.example/ ">b</a><p><a href="/a">a</a><a>none</a><a href="mailto:x">m</a>'
    assert list(hrefs(html)) == ["https://b.example/", "/a", "mailto:x"]


def test_empty_lines_are_few_and_line_ends_of_one_kind() -> None:
    assert tidy(" a \r\n\r\n\r\n\r\n b\r c ") == "a\n\nb\nc"


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [("enough", 6, "enough"), ("two words", 8, "two…"), ("x" * 200, 100, "x" * 99 + "…")],
)
def test_a_long_text_is_cut_between_words_where_one_ends_nearby(text: str, limit: int, short: str) -> None:
    assert shortened(text, limit) == short
