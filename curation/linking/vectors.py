"""What concepts are called, as vectors of a sentence model, worked out once for a framework and a model.

The file beside the model is a cache: without it the same vectors are worked out again, which takes a minute for
fourteen thousand concepts. Its name is the hash of model and names. It grows batch by batch, so that work that was
stopped goes on where it stood, and gets its name when it is whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import IO, Protocol

import numpy as np
from numpy.typing import NDArray

from curation.linking.postings import Floats, Scores
from curation.linking.terms import terms_of
from gleanery.ports import Concept

_BATCH = 32
_SCALE = 127
"""Components are kept as whole numbers of 8 bits."""

Progress = Callable[[int, int], None]
"""How many names are done, and of how many."""


class Encoder(Protocol):
    """What turns texts into vectors of unit length."""

    def digest(self) -> str:
        """A hash that changes with the vectors."""

    def vectors(self, texts: Sequence[str]) -> Floats:
        """One row a text."""


class ConceptVectors:
    """How near a text is to what each concept is called."""

    def __init__(self, model: Encoder, folder: Path, concepts: Sequence[Concept]) -> None:
        """`folder`: where the file is kept."""
        self._folder, self._model = folder, model
        called = [list(one.preferred or one.labels[:1]) or [""] for one in concepts]
        self._names = sorted({name for names in called for name in names}, key=lambda name: (len(name), name))
        rows = {name: row for row, name in enumerate(self._names)}
        self._rows = np.array([rows[name] for names in called for name in names], dtype=np.int32)
        self._begins = np.cumsum([0, *(len(names) for names in called)])[:-1]

    def nearness(self, text: str) -> Scores:
        """By concept: the cosine with the nearest of its names, -1 to 1; 0 for a text without words."""
        if not len(self._begins) or not terms_of(text):
            return np.zeros(len(self._begins))
        near = self._vectors @ self._model.vectors([text])[0]
        return np.asarray(np.maximum.reduceat(near[self._rows], self._begins), dtype=np.float64)

    @cached_property
    def _vectors(self) -> Floats:
        return self.prepare()

    def prepare(self, progress: Progress = lambda _done, _all: None) -> Floats:
        """The vectors of all names, from the file, or worked out and kept there where it can be written."""
        if not self._file.is_file():
            self._make(progress)
        kept = np.fromfile(self._file, dtype=np.int8).reshape(len(self._names), -1)
        progress(len(self._names), len(self._names))
        return _unit(kept)

    @cached_property
    def _file(self) -> Path:
        digest = hashlib.sha256(self._model.digest().encode())
        digest.update("\0".join(self._names).encode("utf-8", "surrogatepass"))
        return self._folder / f"concepts-{digest.hexdigest()[:16]}.vectors"

    def _make(self, progress: Progress) -> None:
        """Batches always begin at the same names, so that going on gives what one go would have given."""
        part = self._file.with_suffix(".part")
        with part.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if self._file.is_file():  # another process was first
                return
            self._go_on(file, progress)
            os.replace(part, self._file)

    def _go_on(self, file: IO[bytes], progress: Progress) -> None:
        row = len(_kept(self._model.vectors(["size"]))[0])
        done = os.fstat(file.fileno()).st_size // (row * _BATCH) * _BATCH
        file.truncate(done * row)
        while done < len(self._names):
            batch = self._names[done : done + _BATCH]
            file.write(_kept(self._model.vectors(batch)).tobytes())
            file.flush()
            done += len(batch)
            progress(done, len(self._names))
        os.fsync(file.fileno())


def _kept(vectors: Floats) -> NDArray[np.int8]:
    return np.asarray(np.rint(vectors * _SCALE), dtype=np.int8)


def _unit(kept: NDArray[np.int8]) -> Floats:
    vectors = kept.astype(np.float32)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(length == 0, 1, length), dtype=np.float32)
