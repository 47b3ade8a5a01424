"""Random letters of the alphabets that tokens are written in, and the check parts that some of them carry."""

from __future__ import annotations

import base64
import random
import string
import zlib

LOWER = string.ascii_lowercase
UPPER = string.ascii_uppercase
DIGITS = string.digits
HEX = DIGITS + "abcdef"
BASE32 = UPPER + "234567"
BASE36 = DIGITS + LOWER
BASE62 = DIGITS + UPPER + LOWER
URL_SAFE = BASE62 + "-_"
BASE64 = BASE62 + "+/"


def some(rng: random.Random, alphabet: str, least: int, most: int | None = None) -> str:
    """`least` letters of an alphabet, or any number from `least` to `most`."""
    return "".join(rng.choices(alphabet, k=rng.randint(least, most or least)))


def uuid(rng: random.Random) -> str:
    """A random UUID, version 4."""
    fields = some(rng, HEX, 8), some(rng, HEX, 4), "4" + some(rng, HEX, 3)
    return "-".join([*fields, rng.choice("89ab") + some(rng, HEX, 3), some(rng, HEX, 12)])


def in_base(number: int, alphabet: str, width: int) -> str:
    """A number in the digits of an alphabet, with leading zeros up to a width."""
    digits = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        digits = alphabet[digit] + digits
    return digits.rjust(width, alphabet[0])


def crc32_62(text: str) -> str:
    """The six letters that end a token of GitHub and of npm: CRC32 of the letters before, in base 62.

    Source: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
    """
    return in_base(zlib.crc32(text.encode()), BASE62, 6)


def encoded(data: bytes) -> str:
    """Bytes in URL-safe base64 without padding, the way of tokens."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def crc24(data: bytes) -> str:
    """The line that ends an armoured block of OpenPGP. Source: RFC 4880, section 6.1."""
    crc = 0xB704CE
    for byte in data:
        crc ^= byte << 16
        for _ in range(8):
            crc <<= 1
            if crc & 0x1000000:
                crc ^= 0x1864CFB
    return "=" + base64.b64encode(crc.to_bytes(3, "big")).decode()
