"""multipart/mixed as statements travel in it with their attachments, on bytes.

Source: RFC 2046, 5.1; xAPI 1.0.3, Communication, 1.5.2. Nothing is decoded but the headers of the parts.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from email.message import Message
from typing import NamedTuple

from xapi.lrs.http.exchange import Refused

MAX_PARTS = 1000
_MAX_HEADER = 8192
_SLICE = 256 * 1024
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", re.ASCII)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
_REST_OF_LINE = re.compile(rb"(--)?[ \t]*+(\r\n|\Z)")
_PLAIN = re.compile(r"[\x20-\x7e]{1,255}", re.ASCII)


class Part(NamedTuple):
    """One part; its headers have lower-case names."""

    headers: Mapping[str, str]
    body: bytes


class Sent(NamedTuple):
    """An attachment on its way out."""

    sha2: str
    content_type: str
    body: bytes


def media_type(content_type: str) -> tuple[str, dict[str, str]]:
    """The media type in lower case, and its parameters with lower-case names; empty where malformed."""
    kind, semicolon, _ = content_type.partition(";")
    if not _PLAIN.fullmatch(content_type) or "/" not in kind:
        return "", {}
    return kind.strip().lower(), _parameters(content_type) if semicolon else {}


def _parameters(content_type: str) -> dict[str, str]:
    header = Message()
    header["content-type"] = content_type
    pairs = header.get_params(failobj=[])
    return {name.lower(): value for name, value in pairs[1:] if isinstance(value, str)}


def parse(body: bytes, boundary: str) -> list[Part]:
    """The parts between the boundaries; what stands before the first and after the last is ignored.

    Raises: Refused (400) where the body does not follow the boundary.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise Refused(400, "the boundary of the multipart body is missing or malformed", rule="multipart")
    return [_part(body, *place) for place in _between(body, b"--" + boundary.encode("ascii"))]


def _between(body: bytes, delimiter: bytes) -> Iterator[tuple[int, int]]:
    """From where to where it goes between two delimiter lines each."""
    start = 0 if body.startswith(delimiter) else _after(body.find(b"\r\n" + delimiter))
    if start < 0:
        raise _malformed("does not contain its boundary")
    for _ in range(MAX_PARTS + 1):
        begin, is_last = _line_end(body, start + len(delimiter))
        if is_last:
            return
        # The line break before a delimiter belongs to it, and so may the one that ends the line before.
        end = body.find(b"\r\n" + delimiter, begin - 2)
        if end < 0:
            raise _malformed("does not end with its closing boundary")
        yield begin, end
        start = end + 2
    raise _malformed(f"has more than {MAX_PARTS} parts")


def _after(found: int) -> int:
    return -1 if found < 0 else found + 2


def _line_end(body: bytes, at: int) -> tuple[int, bool]:
    """Where the line of a delimiter ends, and whether it is the closing one."""
    found = _REST_OF_LINE.match(body, at)
    if found is None or (not found[1] and not found[2]):
        raise _malformed("has a line that begins with the boundary and goes on")
    return found.end(), bool(found[1])


def _part(body: bytes, begin: int, end: int) -> Part:
    """The part that stands there."""
    if body.startswith(b"\r\n", begin, end):
        return Part({}, body[begin + 2 : end])
    after = body.find(b"\r\n\r\n", begin, min(end, begin + _MAX_HEADER + 4))
    if after < 0:
        raise _malformed("has a part whose headers do not end")
    return Part(_headers(body[begin:after]), body[after + 4 : end])


def _headers(head: bytes) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or name.lower() in headers:
            raise _malformed("has a part with a malformed or repeated header")
        headers[name.lower()] = value.strip(" \t")
    return headers


def _malformed(what: str) -> Refused:
    return Refused(400, f"the multipart body {what}", rule="multipart")


def new_boundary() -> str:
    """A boundary that no attachment contains but by an accident of 128 bits."""
    return secrets.token_hex(16)


def compose(document: bytes, attachments: Iterable[Sent], boundary: str) -> Iterator[bytes]:
    """The body of an answer, piece by piece: the document, then each attachment as its bytes were."""
    delimiter = b"--" + boundary.encode("ascii")
    yield delimiter + b"\r\nContent-Type: application/json\r\n\r\n" + document + b"\r\n"
    for one in attachments:
        safe = one.content_type if _PLAIN.fullmatch(one.content_type) else "application/octet-stream"
        head = (
            f"\r\nContent-Type: {safe}\r\nContent-Transfer-Encoding: binary\r\n"
            f"X-Experience-API-Hash: {one.sha2}\r\n\r\n"
        )
        yield delimiter + head.encode("ascii")
        for start in range(0, len(one.body), _SLICE):
            yield one.body[start : start + _SLICE]
        yield b"\r\n"
    yield delimiter + b"--\r\n"
