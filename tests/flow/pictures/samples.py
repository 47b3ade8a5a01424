"""Small pictures made by hand, with what must not get through in them."""

from __future__ import annotations

import struct
import zlib
from base64 import b64decode

SECRET = b"taken at Quillfeather Yard"


def png(width: int = 2, height: int = 2, *, extra: bytes = b"", after: bytes = b"") -> bytes:
    """A red PNG; `extra` chunks before its data, bytes after its end."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(min(height, 1_000)))
    return (
        b"\x89PNG\r\n\x1a\n"
        + head
        + extra
        + _chunk(b"IDAT", zlib.compress(rows))
        + _chunk(b"IEND", b"")
        + after
    )


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_with_words() -> bytes:
    """A PNG with a comment, EXIF, and a web page after its end."""
    extra = _chunk(b"tEXt", b"Comment\0" + SECRET) + _chunk(b"eXIf", SECRET)
    return png(extra=extra, after=b"<script>alert('" + SECRET + b"')</script>")


def jpeg_with_words(width: int = 16, height: int = 8) -> bytes:
    """The segments of a JPEG, with EXIF, a comment, a second archive after its end; its data is no real picture."""

    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body

    frame = segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    parts = [
        b"\xff\xd8",
        segment(0xE0, b"JFIF\0\x01\x02\0\0\x01\0\x01\0\0"),
        segment(0xE1, b"Exif\0\0" + SECRET),
        segment(0xFE, SECRET),
        segment(0xDB, bytes(65)),
        frame,
        segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56",
        b"\xff\xff\xd9",
        b"PK\x03\x04" + SECRET,
    ]
    return b"".join(parts)


def gif_with_words() -> bytes:
    """A GIF of one pixel with a comment and bytes after its end."""
    whole = b64decode("R0lGODlhAQABAIAAAAUEBAAAACwAAAAAAQABAAACAkQBADs=")
    comment = b"\x21\xfe" + bytes((len(SECRET),)) + SECRET + b"\0"
    return whole[:19] + comment + whole[19:] + SECRET


def webp_with_words() -> bytes:
    """A WebP of one pixel with EXIF and bytes after its end."""
    picture = b64decode("UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==")[12:]
    head = b"VP8X" + struct.pack("<I", 10) + bytes((0b0000_1000, 0, 0, 0)) + bytes(6)
    words = b"EXIF" + struct.pack("<I", len(SECRET)) + SECRET + b"\0" * (len(SECRET) % 2)
    body = head + picture + words
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body + SECRET
