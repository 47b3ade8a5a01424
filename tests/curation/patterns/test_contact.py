"""E-mail addresses and telephone numbers."""

from __future__ import annotations

import pytest

from curation.patterns.contact import mails, numbers


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<a.b-c+d@mail.example.org>", "a.b-c+d@mail.example.org"),
        ("mailto:info@example.org?subject=x", "info@example.org"),
        ("write to jürgen@example.de.", "jürgen@example.de"),
        ("first [at] example [dot] org", "first [at] example [dot] org"),
        ("first(ät)example.de", "first(ät)example.de"),
        ("It is first.last at example dot org, yes", "first.last at example dot org"),
        ("schreib an vorname ät example punkt de!", "vorname ät example punkt de"),
        ("escribe a nombre arroba example punto es", "nombre arroba example punto es"),
        ("mail me: first at mail.example.org", "first at mail.example.org"),
        ("my mail is first @ example.org", "first @ example.org"),
        ("first @ example . org", "first @ example . org"),
    ],
)
def test_addresses_are_found_in_their_full_length(text: str, found: str) -> None:
    assert [text[mark.start : mark.end] for mark in mails(text)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "git@github.com:a/b.git",
        "vue@3.2.1",
        "a@b",
        "@user@social.example",
        "x@2x.png",
        "A@B.T(x)",
        "at some point in time",
        "Look at example dot org",
        "we meet at example.org",
        "the talk at pycon.de was good",
    ],
)
def test_what_only_looks_like_an_address_is_none(text: str) -> None:
    assert list(mails(text)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Office: 030/901820-12.", "030/901820-12"),
        ("tel:+4930901820", "+4930901820"),
        ("fax 001-202-555-0143x12", "001-202-555-0143x12"),
        ("ruf an: 9460 9581", "9460 9581"),
        ("(0202) 5550-143 and more", "(0202) 5550-143"),
        ("Tel. 61 51 81", "61 51 81"),
        ("call me at 21 23 12 34", "21 23 12 34"),
        ("61 51 81 office", "61 51 81"),
        ("+683 7012", "+683 7012"),
        ("reach me: 2123 1234", "2123 1234"),
    ],
)
def test_numbers_are_found_with_their_extension(text: str, found: str) -> None:
    assert [text[mark.start : mark.end] for mark in numbers(text)] == [found]


@pytest.mark.parametrize(
    "text",
    [
        "9460 9581 visitors came",
        "call of 2026-01-15",
        "phone 123-45-6789",
        "call 1999 2000 2001",
        "mobile first since 2010",
        "SMS costs 1 234 567 €",
        "dial 192.168.10.20",
    ],
)
def test_other_numbers_are_none_even_near_a_telephone(text: str) -> None:
    assert list(numbers(text)) == []
