"""One address for one thing."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.canonical import Canonical, CanonicalSettings, canonical, clean
from gleanery.testing import check_matcher, check_settings_refused, subject

ADDRESSES = Path(__file__).parent.parent / "fixtures" / "curation" / "addresses.csv"


def _pairs() -> list[tuple[str, str]]:
    with ADDRESSES.open(encoding="utf-8", newline="") as lines:
        return [(row["met"], row["canonical"]) for row in csv.DictReader(lines)]


@pytest.mark.parametrize(("met", "expected"), _pairs())
def test_an_address_has_its_canonical_form(met: str, expected: str) -> None:
    assert canonical(met) == expected


PIECES = st.sampled_from(
    [
        "http://",
        "HTTPS://",
        "www.",
        "m.",
        "mobile.",
        "amp.",
        "youtu.be",
        "youtube.com",
        "music.youtube.com",
        "google.com",
        "twitter.com",
        "linkedin.com",
        "de.",
        "vk.com",
        "wikipedia.org",
        "example.org",
        "bücher.example",
        "/",
        "//",
        "/amp",
        "/url",
        "/redirect",
        "/away.php",
        "/watch",
        "/..",
        "/.",
        "/%2e",
        "?",
        "&",
        "=",
        "#",
        "#!",
        "%",
        "%41",
        "%zz",
        "q=",
        "url=",
        "to=",
        "v=",
        "AbCdEfGhIj0",
        "utm_source=x",
        "fbclid=1",
        "amp=1",
        ":80",
        ":443",
        "https%3A%2F%2F",
        "http%3A%2F%2Fexample.org",
        "@",
        "user:word@",
        "ä",
        " ",
        "\t",
        "status/1",
        "/s/",
        "\ud800",
        "/video/12",
        "h=ab",
        "list=PL",
        "/dp/0123456789",
        "doi.org/10.1/A",
        "urn%3Ali%3Aactivity%3A7",
        "/feed/update/",
    ]
)


@settings(max_examples=1_500, deadline=None, database=None)
@given(st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40).map("https://example.org/{}".format))
def test_doing_it_again_changes_nothing(url: str) -> None:
    once = canonical(url)
    assert canonical(once) == once
    opened = clean(url)
    assert clean(opened) == opened
    assert canonical(opened) == once


def test_the_form_for_opening_keeps_scheme_www_and_the_last_slash() -> None:
    assert clean("http://www.example.org/a/?utm_source=x") == "http://www.example.org/a/"


def test_nested_wrappers_are_all_taken_off() -> None:
    inner = "https%253A%252F%252Fexample.org%252Fa"
    middle = f"https%3A%2F%2Fwww.google.com%2Furl%3Fq%3D{inner}"
    assert canonical(f"https://slack-redir.net/link?url={middle}") == "https://example.org/a"


def test_a_wrapper_that_carries_no_web_address_stays() -> None:
    wrapped = "https://slack-redir.net/link?url=javascript%3Aalert(1)"
    assert canonical(wrapped) == wrapped


def test_passwords_in_addresses_do_not_survive() -> None:
    assert "word" not in canonical("https://name:word@example.org/")


def test_the_order_of_equal_parameters_is_kept() -> None:
    assert canonical("https://example.org/?b=2&a=2&a=1") == "https://example.org/?a=2&a=1&b=2"


def test_two_pages_of_one_site_stay_two() -> None:
    assert canonical("https://example.org/a?id=1") != canonical("https://example.org/a?id=2")
    assert canonical("https://x.com/a/status/1") != canonical("https://x.com/a/status/2")


def test_an_address_of_another_scheme_gives_no_key() -> None:
    matcher = Canonical(CanonicalSettings())
    for url in (
        "mailto:someone@example.org",
        "ftp://example.org/a",
        "javascript:alert(1)",
        "",
        None,
        "//example.org",
    ):
        assert matcher.keys(subject("", url=url)) == ()


def test_two_forms_of_one_video_are_alike_and_two_videos_are_not() -> None:
    matcher = Canonical(CanonicalSettings())
    one = subject("", url="https://youtu.be/AbCdEfGhIj0")
    same = subject("", url="https://m.youtube.com/watch?v=AbCdEfGhIj0&feature=share")
    other = subject("", url="https://youtu.be/AbCdEfGhIj1")
    assert matcher.keys(one) == matcher.keys(same) == ("https://www.youtube.com/watch?v=AbCdEfGhIj0",)
    assert matcher.likeness(one, same) == 1.0
    assert matcher.likeness(one, other) == 0.0


def test_an_organisation_adds_its_own_parameters_and_hosts() -> None:
    given_settings = CanonicalSettings(
        ignored_parameters=["from"],
        same_host={"intranet": "portal.example.org", "portal.example.org": "intranet"},
    )
    matcher = Canonical(given_settings)
    assert matcher.keys(subject("", url="http://intranet/a?From=mail&id=1")) == (
        "https://portal.example.org/a?id=1",
    )


def test_the_contract_holds() -> None:
    check_matcher(Canonical(CanonicalSettings()))
    check_settings_refused(Canonical, {"ignored": ["x"]})


def test_a_very_long_address_comes_back_as_it_is() -> None:
    long = "https://example.org/?" + "a=1&" * 5_000
    assert canonical(long) == long
