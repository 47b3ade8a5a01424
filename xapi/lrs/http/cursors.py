"""The address of the next page: the question asked again, from where the last page ended, under our seal.

Nothing is kept for it: it holds after a restart, and as long as the key does. It names a place in the order
of storing, so later statements neither repeat nor skip what follows.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

import msgspec

from xapi.lrs.http.exchange import Refused

PARAMETER = "cursor"


_SEAL = 16


def more(key: bytes, address: str, store: str, parameters: Mapping[str, str], seq: int) -> str:
    """The relative address of what follows the statement `seq` in the answer to `parameters`."""
    asked = {name: value for name, value in parameters.items() if name != PARAMETER}
    seal = _seal(key, store, asked, seq)
    cursor = base64.urlsafe_b64encode(seal + (seq ^ _mask(key, seal)).to_bytes(8)).decode()
    return f"{address}?{urlencode(asked | {PARAMETER: cursor})}"


def place(key: bytes, store: str, parameters: Mapping[str, str]) -> int | None:
    """The seq after which the page begins; None without a cursor.

    Raises: Refused (400) for a cursor that is not ours, of another store or of another question.
    """
    given = parameters.get(PARAMETER)
    if given is None:
        return None
    asked = {name: value for name, value in parameters.items() if name != PARAMETER}
    try:
        cursor = base64.b64decode(given, altchars=b"-_", validate=True)
    except ValueError:
        cursor = b""
    seal, masked = cursor[:_SEAL], cursor[_SEAL:]
    seq = int.from_bytes(masked) ^ _mask(key, seal)
    if len(masked) == 8 and hmac.compare_digest(seal, _seal(key, store, asked, seq)):
        return seq
    raise Refused(400, "the cursor is not one of ours for this question: follow `more` as it was given")


def _seal(key: bytes, store: str, asked: Mapping[str, str], seq: int) -> bytes:
    said = msgspec.json.encode([store, sorted(asked.items()), seq])
    return hmac.digest(key, b"gleanery cursor 1\n" + said, hashlib.sha256)[:_SEAL]


def _mask(key: bytes, seal: bytes) -> int:
    """What hides the seq: it would tell whoever reads only a part how many statements there are in all."""
    return int.from_bytes(hmac.digest(key, b"gleanery cursor mask 1\n" + seal, hashlib.sha256)[:8])
