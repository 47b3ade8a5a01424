"""A JSON array of statements, cut into its pieces without reading these."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import msgspec
from msgspec import UNSET, Raw
from msgspec.json import Decoder

from xapi.errors import InvalidStatement
from xapi.strict_json import parse

MAX_BATCH_BYTES = 16 * 1024 * 1024
MAX_BATCH = 10_000
"""Statements of one batch."""

JSON_SPACE = b" \t\r\n"

_all = Decoder(list[Raw]).decode


def pieces(raw: bytes, most: int) -> list[bytes]:
    """The bytes of each element.

    Raises:
        InvalidStatement: there are more than `most` (nothing was built for them), or it is no JSON array.
    """
    # An array has fewer commas than elements only where it cannot have too many of these.
    cut: Callable[[bytes], Sequence[Raw]] = _all if raw.count(b",") < most else _at_most(most)
    try:
        return [bytes(piece) for piece in cut(raw)]
    except msgspec.ValidationError:
        raise InvalidStatement("$", "batch-size", f"has more than {most} statements") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        parse(raw, len(raw))
        raise InvalidStatement("$", "json", "is not JSON") from error


@cache
def _at_most(most: int) -> Callable[[bytes], Sequence[Raw]]:
    """A reader of arrays that gives up at the element after `most`: a record with that many places."""
    places: Any = [(f"_{place}", Raw | msgspec.UnsetType, UNSET) for place in range(most)]
    record = msgspec.defstruct("_Batch", places, array_like=True, forbid_unknown_fields=True, gc=False)
    decode = Decoder(record).decode

    def cut(raw: bytes) -> list[Raw]:
        return [piece for piece in msgspec.structs.astuple(decode(raw)) if piece is not UNSET]

    return cut
