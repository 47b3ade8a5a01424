"""Cursors: the question again, from a place, under a seal."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from urllib.parse import parse_qsl, urlsplit

import pytest

from xapi.lrs.http import cursors
from xapi.lrs.http.exchange import Refused

KEY = secrets.token_bytes(32)
ASKED = {"verb": "https://example.org/verb?a=b&c", "limit": "10"}


def followed(address: str) -> dict[str, str]:
    """The parameters of a `more`."""
    return dict(parse_qsl(urlsplit(address).query))


def test_more_leads_on_from_where_the_page_ended() -> None:
    address = cursors.more(KEY, "/xapi/statements", "main", ASKED, 42)
    assert address.startswith("/xapi/statements?")
    assert followed(address).items() >= ASKED.items()
    assert cursors.place(KEY, "main", followed(address)) == 42


def test_a_further_page_keeps_the_question_and_not_the_old_place() -> None:
    first = followed(cursors.more(KEY, "/xapi/statements", "main", ASKED, 42))
    second = followed(cursors.more(KEY, "/xapi/statements", "main", first, 32))
    assert cursors.place(KEY, "main", second) == 32


def test_without_a_cursor_a_page_begins_at_the_beginning() -> None:
    assert cursors.place(KEY, "main", ASKED) is None


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "https://example.org/other"},
        {"activity": "https://example.org/course"},
        {"cursor": ""},
        {"cursor": "42"},
        {"cursor": "é" * 32},
        {"cursor": "A" * 31},
        {"cursor": "A" * 32},
        {"cursor": "A" * 300},
    ],
)
def test_a_changed_question_or_cursor_is_refused(change: dict[str, str]) -> None:
    given = followed(cursors.more(KEY, "/xapi/statements", "main", ASKED, 42))
    with pytest.raises(Refused) as caught:
        cursors.place(KEY, "main", {**given, **change})
    assert caught.value.status == 400


def test_another_place_under_the_same_seal_is_refused() -> None:
    given = followed(cursors.more(KEY, "/xapi/statements", "main", ASKED, 42))
    for place in range(16, 24):
        changed = bytearray(urlsafe_b64decode(given["cursor"]))
        changed[place] ^= 1
        with pytest.raises(Refused):
            cursors.place(KEY, "main", {**given, "cursor": urlsafe_b64encode(changed).decode()})


def test_a_cursor_does_not_tell_how_many_statements_there_are() -> None:
    told = [followed(cursors.more(KEY, "/xapi/statements", "main", ASKED, seq)) for seq in range(1, 33)]
    hidden = [urlsafe_b64decode(one["cursor"])[16:] for one in told]
    assert all(any(one[place] != 0 for one in hidden) for place in range(7))


@pytest.mark.parametrize(
    ("key", "store"), [(KEY, "other"), (secrets.token_bytes(32), "main")], ids=["store", "server"]
)
def test_a_cursor_of_another_store_or_server_is_refused(key: bytes, store: str) -> None:
    given = followed(cursors.more(KEY, "/xapi/statements", "main", ASKED, 42))
    with pytest.raises(Refused):
        cursors.place(key, store, given)
