"""A picture as it may be shown: PNG, JPEG, GIF or WebP by its bytes, of sane size, with nothing in it but the picture.

It is taken apart and put together again without what a picture does not need: places and names of people in EXIF and
XMP, comments, and whatever follows its end and might be something else to another program. No pixel is decoded here:
the browser does that, within its sandbox.

PNG https://www.w3.org/TR/png-3/, JPEG https://www.w3.org/Graphics/JPEG/itu-t81.pdf (annex B),
GIF https://www.w3.org/Graphics/GIF/spec-gif89a.txt, WebP RFC 9649.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zlib import crc32

from gleanery.errors import BadInput

MAX_PIXELS = 25_000_000
"""Width times height: a browser needs four bytes for each."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs"}
)
_JPEG_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_JPEG_DROPPED = frozenset({*range(0xE1, 0xEE), 0xEF, 0xFE} - {0xE2})
"""Application segments but for JFIF, colour profiles and Adobe's colour marks; comments."""

_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_HAS_METADATA = 0b0000_1100


@dataclass(frozen=True)
class Picture:
    """A picture that may be shown, its media type and size in pixels."""

    media_type: str
    width: int
    height: int
    data: bytes


def cleaned(data: bytes) -> Picture:
    """The picture in these bytes and nothing else. Raises: BadInput where they are none that may be shown."""
    for begins, read in _READERS:
        if data.startswith(begins):
            try:
                picture = read(data)
            except (struct.error, IndexError, StopIteration, ValueError) as error:
                raise BadInput("The picture is damaged or cut off.") from error
            return _sane(picture)
    raise BadInput("This is no PNG, JPEG, GIF or WebP.", remedy="Drawings with scripts (SVG) are not shown.")


def _sane(picture: Picture) -> Picture:
    if picture.width < 1 or picture.height < 1 or picture.width * picture.height > MAX_PIXELS:
        raise BadInput(f"A picture of {picture.width} x {picture.height} pixels is not shown.")
    return picture


# --------------------------------------------------------------------------- PNG


def _png(data: bytes) -> Picture:
    chunks = list(_png_chunks(data))
    kind, body = chunks[0]
    if kind != b"IHDR" or len(body) != 13 or chunks[-1][0] != b"IEND":
        raise ValueError("not a whole PNG")
    width, height = struct.unpack(">II", body[:8])
    kept = b"".join(_png_chunk(kind, body) for kind, body in chunks if kind in _PNG_KEPT)
    return Picture("image/png", width, height, _PNG + kept)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk up to the end of the picture; an animation's frames are left out, so that its first one stays."""
    at, kind = len(_PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (told,) = struct.unpack_from(">I", data, at + 8 + length)
        if len(body) != length or crc32(kind + body) != told:
            raise ValueError("a damaged chunk")
        yield kind, body
        at += 12 + length


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc32(kind + body))


# --------------------------------------------------------------------------- JPEG


def _jpeg(data: bytes) -> Picture:
    kept, size, at = [b"\xff\xd8"], (0, 0), 2
    while True:
        at, marker = _jpeg_marker(data, at)
        if marker == 0xD9:
            return Picture("image/jpeg", size[0], size[1], b"".join([*kept, b"\xff\xd9"]))
        (length,) = struct.unpack_from(">H", data, at)
        end = at + length
        if length < 2 or end > len(data):
            raise ValueError("a segment is cut off")
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 3)
            size = (width, height)
        if marker == 0xDA:
            end = _jpeg_scan_end(data, end)
        if marker not in _JPEG_DROPPED:
            kept.append(bytes((0xFF, marker)) + data[at:end])
        at = end


def _jpeg_marker(data: bytes, at: int) -> tuple[int, int]:
    """The next marker and where what belongs to it begins; it may be preceded by fill bytes."""
    if data[at] != 0xFF:
        raise ValueError("no marker where one must be")
    while data[at] == 0xFF:
        at += 1
    return at + 1, data[at]


def _jpeg_scan_end(data: bytes, at: int) -> int:
    """Where the picture's data ends: at the next marker that is neither a stuffed byte nor a restart."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] != 0x00 and not 0xD0 <= data[at + 1] <= 0xD7:
            return at
        at += 2


# --------------------------------------------------------------------------- GIF


def _gif(data: bytes) -> Picture:
    """The whole of it up to its trailer, without comments and application blocks but for the loop count."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0)
    kept = [data[:at]]
    while data[at] != 0x3B:
        end = _gif_block_end(data, at)
        if data[at] == 0x2C or data[at + 1] == 0xF9 or data[at + 3 : at + 14] == b"NETSCAPE2.0":
            kept.append(data[at:end])
        at = end
    return Picture("image/gif", width, height, b"".join([*kept, b"\x3b"]))


def _gif_block_end(data: bytes, at: int) -> int:
    if data[at] == 0x21:
        return _gif_parts_end(data, at + 2)
    if data[at] != 0x2C:
        raise ValueError("an unknown block")
    flags = data[at + 9]
    colours = 3 << ((flags & 7) + 1) if flags & 0x80 else 0
    return _gif_parts_end(data, at + 10 + colours + 1)


def _gif_parts_end(data: bytes, at: int) -> int:
    while length := data[at]:
        at += 1 + length
    return at + 1


# --------------------------------------------------------------------------- WebP


def _webp(data: bytes) -> Picture:
    (size,) = struct.unpack_from("<I", data, 4)
    if data[8:12] != b"WEBP" or size + 8 > len(data):
        raise ValueError("not a whole WebP")
    chunks = [(kind, body) for kind, body in _webp_chunks(data[: size + 8]) if kind in _WEBP_KEPT]
    width, height = _webp_size(*chunks[0])
    body = b"".join(_webp_chunk(kind, part) for kind, part in chunks)
    return Picture("image/webp", width, height, b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at < len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) != length:
            raise ValueError("a chunk is cut off")
        yield kind, body
        at += 8 + length + length % 2


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk again; the first of an extended file no longer promises the metadata that is left out."""
    if kind == b"VP8X":
        body = bytes((body[0] & ~_WEBP_HAS_METADATA,)) + body[1:]
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if kind == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("no picture in it")


_READERS: tuple[tuple[bytes, Callable[[bytes], Picture]], ...] = (
    (_PNG, _png),
    (b"\xff\xd8\xff", _jpeg),
    (b"GIF87a", _gif),
    (b"GIF89a", _gif),
    (b"RIFF", _webp),
)
