"""Parameters: each known, once, and in its exact spelling."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.lrs.http import parameters
from xapi.lrs.http.exchange import Refused


def test_a_query_is_decoded_as_utf8() -> None:
    assert parameters.parse(b"a=%C3%A9+b&c=") == {"a": "é b", "c": ""}


@pytest.mark.parametrize("query", [b"a=1&a=2", b"a=%FF", b"a=\xff", b"a=%00", b"&".join([b"a=1"] * 101)])
def test_what_is_repeated_or_no_utf8_is_refused(query: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parameters.parse(query)
    assert caught.value.status == 400


@given(st.binary(max_size=100))
def test_any_query_is_understood_or_refused(query: bytes) -> None:
    assert parsed(query) in ("refused", "understood")


def parsed(query: bytes) -> str:
    """What becomes of a query; anything but a refusal with 400 is raised."""
    try:
        parameters.parse(query)
    except Refused as refused:
        if refused.status != 400:
            raise
        return "refused"
    return "understood"


@pytest.mark.parametrize("name", ["StatementId", "statementid", "foo", ""])
def test_a_name_that_is_not_known_is_refused(name: str) -> None:
    with pytest.raises(Refused) as caught:
        parameters.check({name: "x"}, ["statementId"])
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-05-01T10:00:00Z", datetime(2024, 5, 1, 10, tzinfo=UTC)),
        ("2024-05-01t10:00:00.5z", datetime(2024, 5, 1, 10, 0, 0, 500000, tzinfo=UTC)),
        ("2024-05-01T10:00:00.123456789+02:00", datetime(2024, 5, 1, 8, 0, 0, 123457, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_with_its_offset(text: str, time: datetime) -> None:
    assert parameters.time_in({"since": text}, "since") == time


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2024-05-01",
        "2024-05-01T10:00:00",
        "2024-05-01T10:00:00-00:00",
        "2024-13-01T10:00:00Z",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parameters.time_in({"since": text}, "since")


@pytest.mark.parametrize("text", ["", "1", "TRUE", "yes"])
def test_a_flag_is_true_or_false_and_nothing_else(text: str) -> None:
    with pytest.raises(Refused):
        parameters.flag_in({"ascending": text}, "ascending")


@pytest.mark.parametrize("text", ["", "-1", "1.5", "ten", "٣", "9" * 10])
def test_a_count_is_a_whole_number(text: str) -> None:
    with pytest.raises(Refused):
        parameters.count_in({"limit": text}, "limit")


@pytest.mark.parametrize(
    "text", ["", "x", "{12345678-1234-1234-1234-123456789012}", "12345678123412341234123456789012"]
)
def test_a_uuid_has_its_hyphens_and_nothing_else(text: str) -> None:
    with pytest.raises(Refused):
        parameters.uuid_in({"registration": text}, "registration")


@pytest.mark.parametrize("text", ["", "Exact", "full"])
def test_a_format_is_one_of_three(text: str) -> None:
    with pytest.raises(Refused):
        parameters.format_in({"format": text})


def test_what_is_absent_has_its_default() -> None:
    assert parameters.time_in({}, "since") is None
    assert parameters.uuid_in({}, "registration") is None
    assert parameters.flag_in({}, "ascending") is False
    assert parameters.count_in({}, "limit") == 0
    assert parameters.format_in({}) == "exact"
