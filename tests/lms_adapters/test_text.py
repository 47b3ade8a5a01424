"""Foreign words made fit to hand on."""

from __future__ import annotations

import unicodedata
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from lms_adapters._text import clean, language_tag, plain, web_address, words_of
from tests.lms_adapters.items import HOSTILE

ANY_TEXT = st.text(alphabet=st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_plain_line_holds_no_tag_no_control_and_is_short(text: str) -> None:
    line = plain(text)
    assert len(line) <= 255
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in line)
    assert not any(f"<{start}" in line for start in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/!?")
    assert line == " ".join(line.split())


def test_words_that_look_like_a_tag_stay_readable() -> None:
    assert plain("Use List<String> where a < b") == "Use List‹String› where a < b"


def test_a_long_title_is_cut_with_an_ellipsis() -> None:
    assert plain("word " * 100, 21) == "word word word word…"


def test_directional_overrides_go_and_marks_stay() -> None:
    assert plain("a\u202eb\u2066c\u200f") == "abc\u200f"


@settings(deadline=None)
@given(ANY_TEXT)
def test_nothing_makes_the_three_raise(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    address = web_address(text)
    assert address is None or urlsplit(address).scheme in ("http", "https")
    assert clean(clean(text)) == clean(text)
    assert len(words_of(text, 50)) <= 50


@settings(deadline=None)
@given(st.from_regex(r"https?://[^\s]{1,60}", fullmatch=True))
def test_what_comes_back_as_an_address_is_ascii_and_names_a_host(text: str) -> None:
    address = web_address(text)
    if address is not None:
        assert address.isascii()
        assert urlsplit(address).hostname
        assert "@" not in urlsplit(address).netloc
        assert not set(address) & set(' "<>\\\n\t')


@settings(deadline=None, max_examples=300)
@given(
    st.from_regex(
        r"https?://([a-z0-9-]{1,4}\.){1,2}[a-z]{2,4}[a-z0-9_.~/-]{0,8}(\?[a-z~=&+.-]{0,6})?", fullmatch=True
    )
)
def test_a_plain_address_is_what_requests_would_ask_for(address: str) -> None:
    """Most are passed on by their looks; a dot segment, a label that is none and the like are not."""
    request = requests.PreparedRequest()
    try:
        request.prepare_url(address, None)
    except requests.RequestException:
        assert web_address(address) is None
    else:
        assert web_address(address) == request.url


@pytest.mark.parametrize(
    ("given_address", "expected"),
    [
        ("https://example.org/a?b=1&c=2#d", "https://example.org/a?b=1&c=2#d"),
        (" https://example.org/a b ", "https://example.org/a%20b"),
        ("HTTPS://Bücher.example/straße", "https://xn--bcher-kva.example/stra%C3%9Fe"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("javascript:alert(1)", None),
        ("JaVaScRiPt:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("ftp://example.org/", None),
        ("mailto:a@example.org", None),
        ("//example.org/", None),
        ("http:example.org", None),
        ("https://", None),
        ("https://user:word@example.org/", None),
        ("https://example.org:99999/", None),
        ("http://[::1", None),
        ("https://exa\nmple.org/", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_pass(given_address: str | None, expected: str | None) -> None:
    assert web_address(given_address) == expected


def test_cleaned_markup_keeps_words_and_links_and_loses_everything_that_acts() -> None:
    markup = (
        "<h1>A</h1><p onclick='x()' style='color:red'>B <b>c</b></p><script>d()</script><iframe>e</iframe>"
        "<a href='https://example.org/ü' target='_blank' rel='opener'>f</a><a href='/g'>h</a><img src='i'>"
        "<form><button>j</button></form><!-- k -->"
    )
    assert clean(markup, may_embed=True) == (
        'A<p>B <b>c</b></p><a href="https://example.org/%C3%BC" rel="noopener noreferrer">f</a>'
        '<a rel="noopener noreferrer">h</a>j'
    )


def test_the_words_of_a_page_are_one_line() -> None:
    assert words_of("<p>One &amp; two</p><p>three</p><script>x</script>", 100) == "One & two three"


@pytest.mark.parametrize(
    ("language", "expected"), [("de", "de"), ("pt-BR", "pt-BR"), ("x\" onload='", "en"), (None, "en")]
)
def test_a_language_that_is_no_tag_becomes_the_default(language: str | None, expected: str) -> None:
    assert language_tag(language, "en") == expected
