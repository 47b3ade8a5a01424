"""Received bytes in few: zstd with a dictionary that is shipped and versioned.

The dictionary is trained on made-up statements only (`train`): one trained on real statements would carry
names out of the database. Rows remember the version they were written with; versions are never removed.
"""

from __future__ import annotations

import threading
from functools import cache
from importlib import resources

import zstandard

from xapi.errors import Tampered

CURRENT = 1
LEVEL = 3
MAX_STATEMENT = 16 * 1024 * 1024
"""Bytes; a row that claims to unpack to more is no row of ours."""


@cache
def dictionary(version: int) -> bytes:
    """The shipped dictionary of this version.

    Raises:
        Tampered: there is none.
    """
    file = resources.files("xapi.lrs") / "dictionaries" / f"statements-{version}.zdict"
    if not file.is_file():
        raise Tampered(f"a statement names compression dictionary {version}, which no release has shipped")
    return file.read_bytes()


class _Contexts(threading.local):
    """What each thread packs and unpacks with: neither zstd contexts nor their digested dictionaries may be
    shared between threads, and making them costs more than a statement."""

    def __init__(self) -> None:
        self.compressor: zstandard.ZstdCompressor | None = None
        self.decompressors: dict[int, zstandard.ZstdDecompressor] = {}


_contexts = _Contexts()


def pack(raw: bytes) -> bytes:
    """The bytes, compressed with dictionary CURRENT."""
    compressor = _contexts.compressor
    if compressor is None:
        compressor = _contexts.compressor = _compressor()
    return compressor.compress(raw)


def unpack(version: int, packed: bytes) -> bytes:
    """The bytes that were packed with the dictionary of this version.

    Raises:
        Tampered: they are not what `pack` wrote.
    """
    known = _contexts.decompressors
    if version not in known:
        trained = zstandard.ZstdCompressionDict(dictionary(version))
        known[version] = zstandard.ZstdDecompressor(dict_data=trained)
    try:
        if zstandard.frame_content_size(packed) > MAX_STATEMENT:
            raise Tampered("a stored statement claims to be larger than any we accept")
        return known[version].decompress(packed)
    except zstandard.ZstdError as error:
        raise Tampered("a stored statement cannot be unpacked") from error


def _compressor() -> zstandard.ZstdCompressor:
    trained = zstandard.ZstdCompressionDict(dictionary(CURRENT))
    trained.precompute_compress(level=LEVEL)
    # The row says which dictionary it was; the frame need not.
    return zstandard.ZstdCompressor(level=LEVEL, dict_data=trained, write_dict_id=False)
