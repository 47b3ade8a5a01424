"""Concepts by their nearness in meaning, and what is kept of them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from curation.linking.postings import Floats
from curation.linking.ranker import Ranker
from curation.linking.terms import terms_of
from curation.linking.vectors import ConceptVectors
from curation.tags import Tags, TagsSettings
from gleanery.errors import ConfigError
from gleanery.ports import Concept

CONCEPTS = [
    Concept(
        "f", "urn:a", ("keep people safe", "Menschen schützen"), ("Menschen schützen", "keep people safe")
    ),
    Concept("f", "urn:b", ("count the money",)),
    *(Concept("f", f"urn:{number}", (f"thing {number}",)) for number in range(100)),
]


class Letters:
    """Texts by the letters of their words: a small encoder, and it notes how many texts it was asked."""

    def __init__(self, name: str = "letters") -> None:
        self._name, self.asked = name, 0

    def digest(self) -> str:
        return hashlib.sha256(self._name.encode()).hexdigest()

    def vectors(self, texts: Sequence[str]) -> Floats:
        self.asked += len(texts)
        told = np.zeros((len(texts), 64), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in terms_of(text):
                told[row] += np.frombuffer(
                    hashlib.sha512(word.encode()).digest(), dtype=np.uint8
                ) - np.float32(127)
        length = np.linalg.norm(told, axis=1, keepdims=True)
        return np.asarray(told / np.where(length == 0, 1, length), dtype=np.float32)


def test_a_text_is_near_what_is_called_so_in_any_language(tmp_path: Path) -> None:
    vectors = ConceptVectors(Letters(), tmp_path, CONCEPTS)
    for text, place in (
        ("keep people safe", 0),
        ("Menschen schützen", 0),
        ("count the money", 1),
        ("thing 7", 9),
    ):
        near = vectors.nearness(text)
        assert near.argmax() == place
        assert near[place] == pytest.approx(1, abs=0.02)
    assert not vectors.nearness(" \n🙂").any()
    assert ConceptVectors(Letters(), tmp_path, []).nearness("text").size == 0


def test_vectors_are_worked_out_once_for_a_model_and_a_framework(tmp_path: Path) -> None:
    first = ConceptVectors(Letters(), tmp_path, CONCEPTS).nearness("keep safe")
    again = Letters()
    assert (ConceptVectors(again, tmp_path, CONCEPTS[::-1]).nearness("keep safe")[::-1] == first).all()
    assert again.asked == 1
    ConceptVectors(Letters("other"), tmp_path, CONCEPTS).prepare()
    ConceptVectors(Letters(), tmp_path, CONCEPTS[1:]).prepare()
    assert len(list(tmp_path.glob("*.vectors"))) == 3
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("left", [0, 1, 63, 64 * 32, 64 * 32 + 700, 64 * 64])
def test_work_that_was_killed_goes_on_where_it_stood(tmp_path: Path, left: int) -> None:
    """A part of any length, as a kill leaves it: whole batches of 32 names of 64 bytes stay."""
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    whole.mkdir()
    stopped.mkdir()
    ConceptVectors(Letters(), whole, CONCEPTS).prepare()
    (file,) = whole.iterdir()
    (stopped / file.name).with_suffix(".part").write_bytes(file.read_bytes()[:left])
    encoder, seen = Letters(), list[int]()
    ConceptVectors(encoder, stopped, CONCEPTS).prepare(lambda done, _all: seen.append(done))
    assert (stopped / file.name).read_bytes() == file.read_bytes()
    assert encoder.asked == 1 + len(CONCEPTS) + 1 - left // (64 * 32) * 32
    assert seen == sorted(seen)
    assert seen[-1] == len(CONCEPTS) + 1


def test_a_concept_may_be_near_instead_of_sharing_words(tmp_path: Path) -> None:
    ranker = Ranker(CONCEPTS)
    near = np.zeros(len(CONCEPTS))
    near[1] = 0.9
    (found,) = ranker.best([], 5, least_share=0.5, near=near)
    assert (found.place, found.near, found.terms) == (1, 0.9, frozenset())
    assert ranker.best([], 5, least_share=0.95, near=near) == []


def test_a_model_that_cannot_be_run_is_told_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigError, match=r"model\.onnx") as told:
        Tags(TagsSettings(model=tmp_path))
    assert "leave `model` out" in told.value.remedy
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"{}")
    for name in ("onnxruntime", "tokenizers"):
        monkeypatch.setitem(sys.modules, name, None)  # as where it is not installed
    with pytest.raises(ConfigError, match="onnxruntime and tokenizers") as told:
        Tags(TagsSettings(model=tmp_path))
    assert "gleanery[embeddings]" in told.value.remedy
