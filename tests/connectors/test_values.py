"""Times, lengths, languages and addresses as others write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors._values import digest, host_of, labels, language_code, moment, seconds_long, web_address

MORNING = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-01-05T08:00:00Z",
        "2026-01-05 09:00:00+01:00",
        "2026-01-05T08:00",
        "Mon, 05 Jan 2026 03:00:00 -0500",
        1767600000,
        1767600000000,
        "1767600000",
        "1767600000.0",
    ],
)
def test_a_time_is_read_in_any_usual_form(value: str | float) -> None:
    assert moment(value) == MORNING


def test_a_time_is_read_by_a_given_pattern() -> None:
    assert moment("05.01.2026 08:00", "%d.%m.%Y %H:%M") == MORNING


@pytest.mark.parametrize(
    "value", ["", "soon", "31.02.2026", "0001-01-01", "9999-12-31T23:59:59-12:00", "1e300"]
)
def test_what_is_no_time_is_refused(value: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        moment(value)


@pytest.mark.parametrize(
    ("value", "unit", "seconds"),
    [
        ("90", 1, 90),
        (90.4, 1, 90),
        ("1.5", 60, 90),
        ("1:30", 1, 90),
        ("01:02:03", 60, 3723),
        ("12:34.5", 1, 754),
        ("PT1H2M3S", 1, 3723),
        ("P1DT1M", 1, 86460),
        ("pt90m", 1, 5400),
    ],
)
def test_a_length_is_read_in_any_usual_form(value: str | float, unit: int, seconds: int) -> None:
    assert seconds_long(value, unit) == seconds


@pytest.mark.parametrize("value", ["", "long", "-5", "nan", "inf", "1e12", "1:2:3:4"])
def test_what_is_no_length_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        seconds_long(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [("eng", "en"), ("de_AT", "de-AT"), ("EN-us", "en-us"), ("gsw", "gsw"), ("German", None), ("", None)],
)
def test_a_language_is_a_code_of_two_letters_where_there_is_one(value: str, code: str | None) -> None:
    assert language_code(value) == code


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "//host/x",
        "https://",
        "https://a.example/ b",
        "https://[::1/",
        "https://a.example/\x01",
        "https://a.example/" + "x" * 4_000,
    ],
)
def test_only_a_web_address_is_an_address(value: object) -> None:
    assert web_address(value) is None


def test_an_address_is_kept_as_it_is() -> None:
    assert web_address(" HTTPS://A.example/ä?b=1#c ") == "HTTPS://A.example/ä?b=1#c"
    assert host_of("https://www.A.example:8080/x") == "a.example"
    assert host_of("https://[::1/") == ""


def test_tags_are_trimmed_and_kept_once() -> None:
    assert labels(["#safety", " hand  tools ", "safety", "", 7]) == ("safety", "hand tools", "7")


def test_a_digest_tells_its_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") == digest(b"a")
    assert len(digest("\ud800")) == 16
