"""Words that only this source can have signed: who holds them shares in the name that stands in them."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

_LONGEST = 2_000


class Signer:
    """Signs lists of strings for a purpose (HMAC-SHA-256), so that one for another purpose does not pass."""

    def __init__(self, secret: str, realm: str) -> None:
        self._key = hmac.digest(secret.encode(), f"gleanery share {realm}".encode(), "sha256")

    def signed(self, purpose: str, *parts: str) -> str:
        """The parts and their signature, in characters that an address may hold."""
        words = json.dumps([purpose, *parts], separators=(",", ":")).encode()
        return f"{_text(words)}.{_text(self._mac(words))}"

    def parts(self, purpose: str, signed: str) -> list[str] | None:
        """The parts that were signed for this purpose, None where they were not."""
        words, _, mac = signed.partition(".")
        if len(signed) > _LONGEST:
            return None
        try:
            told, given = _bytes(words), _bytes(mac)
        except (Error, ValueError):
            return None
        if not hmac.compare_digest(given, self._mac(told)):
            return None
        found: list[str] = json.loads(told)
        return found[1:] if found[0] == purpose else None

    def _mac(self, words: bytes) -> bytes:
        return hmac.digest(self._key, words, "sha256")


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
