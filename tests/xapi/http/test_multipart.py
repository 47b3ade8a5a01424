"""multipart/mixed by its RFC, on bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi.lrs.http.exchange import Refused
from xapi.lrs.http.multipart import MAX_PARTS, Sent, compose, media_type, new_boundary, parse

EVERY_BYTE = bytes(range(256))


def test_what_was_composed_is_parsed_back_byte_for_byte() -> None:
    boundary = new_boundary()
    composed = b"".join(compose(b'{"a":1}', [Sent("ab", "image/png", EVERY_BYTE)], boundary))
    document, attachment = parse(composed, boundary)
    assert document.body == b'{"a":1}'
    assert attachment.body == EVERY_BYTE
    assert attachment.headers == {
        "content-type": "image/png",
        "content-transfer-encoding": "binary",
        "x-experience-api-hash": "ab",
    }


@given(st.lists(st.binary(max_size=300), max_size=4))
def test_any_bytes_survive_the_way_there_and_back(bodies: list[bytes]) -> None:
    boundary = new_boundary()
    sent = [Sent(str(number), "application/octet-stream", body) for number, body in enumerate(bodies)]
    parts = parse(b"".join(compose(b"[]", sent, boundary)), boundary)
    assert [part.body for part in parts] == [b"[]", *bodies]


def test_preamble_epilogue_and_padding_are_ignored() -> None:
    body = b"before\r\n--b \t\r\n\r\nfirst\r\n--b\r\nx-a: 1\r\n\r\n\r\n--b-- \r\nafter\r\n--b\r\nnever"
    assert [part.body for part in parse(body, "b")] == [b"first", b""]


@given(st.binary(max_size=200), st.sampled_from(["b", "-b", "b-", "--", "a b"]))
def test_whatever_is_sent_is_parsed_or_refused(noise: bytes, boundary: str) -> None:
    delimiter = b"--" + boundary.encode()
    pieces = [delimiter, b"\r\n", b"\r\n\r\n", b"--", b"a: 1", noise]
    for start in range(len(pieces)):
        body = b"".join([*pieces[start:], *pieces[:start]]) * 2
        for whole in (body, delimiter + b"\r\n\r\n" + body + b"\r\n" + delimiter + b"--"):
            assert outcome(whole, boundary) in range(len(whole)) or outcome(whole, boundary) == -400


def outcome(body: bytes, boundary: str) -> int:
    """How many bytes the parts have; where it is refused, the status below nought."""
    try:
        return sum(len(one.body) for one in parse(body, boundary))
    except Refused as refused:
        return -refused.status


def test_a_part_may_contain_what_only_looks_like_its_boundary() -> None:
    body = b"--b\r\n\r\n--b in a line\r\n -- b\r\n-b\r\n--b--"
    with pytest.raises(Refused):
        parse(body, "b")
    body = b"--b\r\n\r\n --b\r\n-b\n--b\r\n--b--"
    assert parse(body, "b")[0].body == b" --b\r\n-b\n--b"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no boundary at all",
        b"--b\r\n\r\nnever closed",
        b"--bb\r\n\r\nanother boundary\r\n--bb--",
        b"--b\r\nheader without end\r\n--b--",
        b"--b\r\nno colon\r\n\r\nx\r\n--b--",
        b"--b\r\na: 1\r\nA: 2\r\n\r\nx\r\n--b--",
        b"--b\r\na b: 1\r\n\r\nx\r\n--b--",
        b"--b\r\na: " + b"x" * 9000 + b"\r\n\r\nx\r\n--b--",
        b"--b\n\nbare line feeds\n--b--",
        b"--b\r\n\r\n" * (MAX_PARTS + 2) + b"--b--",
        b"--b" + b" " * 1000,
        b"--b" + b" " * 1000 + b"x\r\n\r\n\r\n--b--",
        b"--b\r\n--b--",
        b"--b\r\na: 1\r\n--b\r\n\r\nx\r\n--b--",
        b"--b\r\n folded: 1\r\n\r\nx\r\n--b--",
        b"--b\n\r\n\r\n--b--",
    ],
)
def test_a_body_that_does_not_follow_its_boundary_is_refused(body: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parse(body, "b")
    assert caught.value.status == 400


@pytest.mark.parametrize("boundary", ["", "a" * 71, "ends with a space ", "ümlaut", "new\nline"])
def test_a_boundary_that_the_rfc_does_not_allow_is_refused(boundary: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(b"--x\r\n\r\n\r\n--x--", boundary)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("header", "kind", "boundary"),
    [
        ("multipart/mixed; boundary=abc", "multipart/mixed", "abc"),
        ('Multipart/MIXED ; Boundary="a b"', "multipart/mixed", "a b"),
        ('multipart/mixed; boundary="abcABC0123\'()+_,-./:=?"', "multipart/mixed", "abcABC0123'()+_,-./:=?"),
        ("multipart/mixed; boundary=-------314159", "multipart/mixed", "-------314159"),
        ("multipart/mixed", "multipart/mixed", None),
        ("", "", None),
        ("nonsense", "", None),
        ("application/json\r\nx: y", "", None),
    ],
)
def test_the_boundary_is_read_from_the_content_type(header: str, kind: str, boundary: str | None) -> None:
    found, parameters = media_type(header)
    assert (found, parameters.get("boundary")) == (kind, boundary)


def test_a_media_type_that_would_break_the_headers_is_not_handed_on() -> None:
    composed = b"".join(compose(b"[]", [Sent("ab", "text/plain\r\nX-Evil: 1", b"")], "b"))
    assert b"X-Evil" not in composed
    assert b"Content-Type: application/octet-stream" in composed
