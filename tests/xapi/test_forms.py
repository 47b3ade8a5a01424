"""The forms of values, against the lists of their standards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi import forms


@pytest.mark.parametrize(
    "text",
    [
        "http://adlnet.gov/expapi/verbs/voided",
        "https://example.org/größe?q=ü#teil",
        "https://example.org/%C3%BC",
        "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        "tag:example.org,2024:thing",
        "mailto:someone@example.org",
        "act:x",
        "https://[2001:db8::1]/x",
    ],
)
def test_an_absolute_iri_is_known(text: str) -> None:
    assert forms.is_iri(text)
    assert forms.is_iri(text)


@pytest.mark.parametrize(
    "text",
    ["", "example", "//example.org/x", "http:", "http://a b", "http://a\n", "1:x", "http://a/%", "a:<b>"],
)
def test_what_is_no_absolute_iri_is_known(text: str) -> None:
    assert not forms.is_iri(text)


@pytest.mark.parametrize(
    "tag",
    [
        "en",
        "en-US",
        "de-CH-1996",
        "zh-Hant-TW",
        "zh-cmn-Hans-CN",
        "sl-rozaj-biske",
        "es-419",
        "hy-Latn-IT-arevela",
        "de-a-extend1-x-phonebk",
        "x-whatever",
        "i-klingon",
        "en-GB-oed",
        "qaa-Qaaa-QM-x-southern",
        "EN-us",
    ],
)
def test_a_language_tag_is_known(tag: str) -> None:
    assert forms.is_language(tag)


@pytest.mark.parametrize(
    "tag", ["", "e", "en_US", "de-419-DE", "a-DE", "ar-a-", "en-", "english!", "toolonglang", "x-", "en--US"]
)
def test_what_is_no_language_tag_is_known(tag: str) -> None:
    assert not forms.is_language(tag)


@pytest.mark.parametrize(
    "text",
    [
        "P1Y",
        "P1M",
        "P1D",
        "PT1H",
        "PT1M",
        "PT1S",
        "PT0.5S",
        "PT0,5S",
        "P2W",
        "P1Y2M3DT4H5M6S",
        "PT36H",
        "P0D",
        "P1.5D",
        "PT1.5H",
        "P0.5Y",
    ],
)
def test_a_duration_is_known(text: str) -> None:
    assert forms.is_duration(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1",
        "1D",
        "P1DT",
        "P1W1D",
        "P-1D",
        "-P1D",
        "PT1.5H1M",
        "P1S",
        "PT1D",
        "p1d",
        "P1M1Y",
        "P١D",
    ],
)
def test_what_is_no_duration_is_known(text: str) -> None:
    assert not forms.is_duration(text)


@pytest.mark.parametrize(
    ("text", "holds"), [("mailto:a@b.org", True), ("a@b.org", False), ("mailto:a", False)]
)
def test_a_mailbox_is_known(text: str, holds: bool) -> None:
    assert forms.is_mailbox(text) is holds


@pytest.mark.parametrize(("length", "holds"), [(56, True), (64, True), (96, True), (128, True), (40, False)])
def test_a_digest_is_known_by_its_length(length: int, holds: bool) -> None:
    assert forms.is_sha2("a" * length) is holds
    assert not forms.is_sha2("g" * length)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("text/plain", True),
        ("text/plain; charset=utf-8", True),
        ("application/vnd.x+json", True),
        ("text/plain; name=日本", True),
        ("text", False),
        ("text/plain\r\n;x=y", False),
        ("text/plain; x\ry", False),
    ],
)
def test_a_media_type_is_known(text: str, holds: bool) -> None:
    assert forms.is_media_type(text) is holds


def test_what_is_remembered_is_bounded() -> None:
    for number in range(20_000):
        assert forms.is_iri(f"https://example.org/{number}")
    assert len(forms.good_iris) <= 8192


def test_a_long_iri_is_not_remembered() -> None:
    long = "https://example.org/" + "x" * 1000
    assert forms.is_iri(long)
    assert long not in forms.good_iris


@given(st.text(max_size=40))
def test_remembering_never_changes_an_answer(text: str) -> None:
    first = forms.is_iri(text), forms.is_language(text)
    assert (forms.is_iri(text), forms.is_language(text)) == first
