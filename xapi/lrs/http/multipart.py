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
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]", re.ASCII)
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", re.ASCII)
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
    pieces = _between(body, b"--" + boundary.encode("ascii"))
    return [_part(piece) for piece in pieces]


def _between(body: bytes, delimiter: bytes) -> Iterator[bytes]:
    """What stands between two delimiter lines each."""
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
        yield body[begin:end]
        start = end + 2
    raise _malformed(f"has more than {MAX_PARTS} parts")


def _after(found: int) -> int:
    return -1 if found < 0 else found + 2


def _line_end(body: bytes, at: int) -> tuple[int, bool]:
    """Where the line of a delimiter ends, and whether it is the closing one."""
    is_last = body.startswith(b"--", at)
    at += 2 * is_last
    while body[at : at + 1] in (b" ", b"\t"):
        at += 1
    if body.startswith(b"\r\n", at) or (is_last and at == len(body)):
        return at + 2, is_last
    raise _malformed("has a line that begins with the boundary and goes on")


def _part(piece: bytes) -> Part:
    if piece.startswith(b"\r\n"):
        return Part({}, piece[2:])
    head, mark, body = piece.partition(b"\r\n\r\n")
    if not mark or len(head) > _MAX_HEADER:
        raise _malformed("has a part whose headers do not end")
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if not colon or not _NAME.fullmatch(name) or name.lower() in headers:
            raise _malformed("has a part with a malformed or repeated header")
        headers[name.lower()] = value.strip(" \t")
    return Part(headers, body)


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
        yield delimiter + head.encode("ascii") + one.body + b"\r\n"
    yield delimiter + b"--\r\n"
