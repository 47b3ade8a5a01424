"""A picture gets through as a picture and as nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from gleanery.errors import BadInput
from gleanery.flow.pictures.raster import cleaned
from tests.flow.pictures import samples

PICTURES: tuple[tuple[Callable[[], bytes], str, tuple[int, int]], ...] = (
    (samples.png_with_words, "image/png", (2, 2)),
    (samples.jpeg_with_words, "image/jpeg", (16, 8)),
    (samples.gif_with_words, "image/gif", (1, 1)),
    (samples.webp_with_words, "image/webp", (1, 1)),
)


@pytest.mark.parametrize(("made", "kind", "size"), PICTURES, ids=[kind for _, kind, _ in PICTURES])
def test_a_picture_comes_out_without_what_is_none_of_it(
    made: Callable[[], bytes], kind: str, size: tuple[int, int]
) -> None:
    data = made()
    assert samples.SECRET in data
    found = cleaned(data)
    assert (found.media_type, (found.width, found.height)) == (kind, size)
    assert samples.SECRET not in found.data
    assert b"<script" not in found.data
    assert cleaned(found.data) == found, "cleaning twice changes nothing"


@pytest.mark.parametrize("made", [made for made, *_ in PICTURES], ids=[kind for _, kind, _ in PICTURES])
def test_one_that_is_cut_off_anywhere_is_refused_or_whole(made: Callable[[], bytes]) -> None:
    data = made()
    whole = cleaned(data)
    for end in range(len(data)):
        try:
            assert cleaned(data[:end]) == whole
        except BadInput:
            continue


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<!doctype html><title>no picture</title>",
        b"BM" + bytes(60),
        b"\x00\x00\x01\x00" + bytes(60),
        b"RIFF\x04\x00\x00\x00WAVE",
        b"\xff\xd8\xff" + b"\xff" * 100,
        samples.png(30_000, 30_000),
        samples.png(0, 5),
    ],
    ids=["nothing", "svg", "html", "bmp", "ico", "wave", "fill", "huge", "flat"],
)
def test_what_is_no_picture_to_be_shown_is_refused(data: bytes) -> None:
    with pytest.raises(BadInput):
        cleaned(data)


def test_noise_behind_a_known_beginning_never_breaks_the_reader() -> None:
    for begins in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"RIFF"):
        for _ in range(300):
            try:
                cleaned(begins + os.urandom(60))
            except BadInput:
                continue
