"""Statements as they come in, each with the bytes that belong to it.

Bytes are matched with what declares them by their hash alone.
Source: xAPI 1.0.3, part three (Communication), 1.5; part two (Data), 2.4.11 and 2.6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from msgspec import UNSET

from xapi.lrs.http import multipart
from xapi.lrs.http.exchange import Call, Refused
from xapi.model import Attachment, Statement, SubStatement
from xapi.signatures import verify_signature
from xapi.validate import is_batch, validate_each

SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"

_JSON = "application/json"
_HASHES = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}

Parts: TypeAlias = Mapping[str, bytes]
"""The bytes of attachments by the hex of their SHA-2."""


class Received(NamedTuple):
    """One valid statement, its bytes, and its attachments by hash: media type and bytes."""

    raw: bytes
    view: Statement[Any]
    attachments: dict[str, tuple[str, bytes]]


def received(call: Call, most: int) -> Iterator[Received]:
    """The statements of a request, `most` or fewer, in order; a PUT brings one, and not in a list.

    They are valid as a whole only when the last one was taken. Raises: Refused (400), InvalidStatement.
    """
    document, parts = _read(call)
    if call.method == "PUT" and is_batch(document):
        raise Refused(400, "PUT takes one statement; send several by POST", path="$")
    used: set[str] = set()
    for raw, view in validate_each(document, call.version, most):
        found = Received(raw, view, _belonging(raw, view, parts))
        used |= found.attachments.keys()
        yield found
    if parts.keys() - used:
        raise Refused(400, "a part belongs to no attachment of these statements", rule="attachment")


def declared(view: Statement[Any]) -> Iterator[Attachment]:
    """The attachments that a statement declares, in itself and in a sub-statement."""
    thing = view.object
    inner = thing.attachments if isinstance(thing, SubStatement) else UNSET
    for some in (view.attachments, inner):
        yield from () if some is UNSET else some


def _read(call: Call) -> tuple[bytes, Parts]:
    """The statements' JSON and the bytes sent beside it."""
    kind, parameters = multipart.media_type(call.headers.get("content-type", ""))
    if kind == _JSON:
        if parameters.get("charset", "utf-8").lower() not in ("utf-8", "utf8"):
            raise Refused(400, "JSON is read as UTF-8 only", rule="content-type")
        return call.body, {}
    if kind != "multipart/mixed":
        raise Refused(
            400, "the Content-Type is neither application/json nor multipart/mixed", rule="content-type"
        )
    parts = multipart.parse(call.body, parameters.get("boundary", ""))
    if not parts or multipart.media_type(parts[0].headers.get("content-type", ""))[0] != _JSON:
        raise Refused(400, "the first part is not the statements as application/json", rule="multipart")
    return parts[0].body, dict(_checked(part) for part in parts[1:])


def _checked(part: multipart.Part) -> tuple[str, bytes]:
    """A part's hash and bytes. Raises: Refused where it does not say what the specification asks for."""
    sha2 = part.headers.get("x-experience-api-hash", "").lower()
    if part.headers.get("content-transfer-encoding", "").lower() != "binary":
        raise Refused(400, "a part lacks Content-Transfer-Encoding: binary", rule="multipart")
    algorithm = _HASHES.get(len(sha2))
    if algorithm is None or algorithm(part.body).hexdigest() != sha2:
        raise Refused(
            400, "the X-Experience-API-Hash of a part is missing or not that of its bytes", rule="attachment"
        )
    return sha2, part.body


def _belonging(raw: bytes, view: Statement[Any], parts: Parts) -> dict[str, tuple[str, bytes]]:
    """The bytes of one statement's attachments. Raises: Refused, InvalidStatement (a signature)."""
    if view.attachments is UNSET and not isinstance(view.object, SubStatement):
        return {}
    found: dict[str, tuple[str, bytes]] = {}
    for one in declared(view):
        sha2 = one.sha2.lower()
        body = parts.get(sha2)
        if body is not None:
            found[sha2] = one.content_type, body
        elif one.file_url is UNSET:
            raise Refused(400, "an attachment has neither a fileUrl nor a part", rule="attachment")
        if one.usage_type == SIGNATURE:
            _check_signature(raw, one, body)
    return found


def _check_signature(raw: bytes, signature: Attachment, body: bytes | None) -> None:
    if signature.content_type != "application/octet-stream":
        raise Refused(400, "a signature is not application/octet-stream", rule="signature")
    if body is None:
        raise Refused(400, "the signature itself is missing: send it as a part", rule="signature")
    verify_signature(raw, body)
