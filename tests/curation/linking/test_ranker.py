"""Concepts ranked by the words that they share with a text."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.linking.ranker import Part, Ranker
from curation.linking.terms import terms_of
from gleanery.ports import Concept
from tests.curation.linking import slow_ranker

WORDS = ["manage", "network", "networks", "safety", "plan", "work", "data", "budgets", "学習", "größe"]

labels = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
texts = st.lists(st.sampled_from([*WORDS, "unheard"]), max_size=6).map(" ".join)


@st.composite
def concept_lists(draw: st.DrawFn) -> list[Concept]:
    made = []
    for number in range(draw(st.integers(1, 6))):
        called = draw(st.lists(labels, min_size=1, max_size=3, unique=True))
        preferred = tuple(called[: draw(st.integers(0, 1))])
        made.append(Concept("f", f"urn:{number}", tuple(called), preferred, draw(texts)))
    return made


def part(text: str, counts: float = 1.0) -> Part:
    return Part(Counter(terms_of(text)), counts)


@settings(max_examples=120, deadline=None, database=None)
@given(concept_lists(), st.lists(texts, min_size=1, max_size=3))
def test_the_scores_are_those_of_a_slow_oracle(concepts: list[Concept], said: list[str]) -> None:
    parts = [part(text, 1.25 if place == 0 else 1.0) for place, text in enumerate(said)]
    expected = slow_ranker.scores(concepts, parts)
    found = Ranker(concepts).best(parts, len(concepts))
    assert {one.place: pytest.approx(one.score, abs=1e-5) for one in found} == {
        place: score for place, score in enumerate(expected) if score > 0
    }
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@settings(max_examples=100, deadline=None, database=None)
@given(concept_lists(), texts, st.randoms(use_true_random=False))
def test_the_order_of_concepts_and_labels_changes_nothing(
    concepts: list[Concept], text: str, random: Random
) -> None:
    moved = list(concepts)
    random.shuffle(moved)
    found, again = (Ranker(one).best([part(text)], 3) for one in (concepts, moved))
    assert [(concepts[one.place], one[1:]) for one in found] == [(moved[one.place], one[1:]) for one in again]


def test_the_most_asked_for_come_back_and_those_asked_for_besides() -> None:
    concepts = [Concept("f", f"urn:{word}", (word, f"manage {word}")) for word in WORDS]
    ranker = Ranker(concepts)
    best = ranker.best([part("network network safety data")], 1)
    assert [concepts[one.place].iri for one in best] == ["urn:network"]
    also = ranker.best(
        [part("network network safety data")], 1, also=[WORDS.index("data"), WORDS.index("plan")]
    )
    assert [concepts[one.place].iri for one in also] == ["urn:network", "urn:data"]


def test_the_share_of_the_best_label_is_told_with_the_words_and_the_part() -> None:
    ranker = Ranker([Concept("f", "urn:a", ("plan the budget", "manage safety plans"), (), "work on data")])
    (found,) = ranker.best([part("nothing here"), part("plans for safety")], 5)
    assert (found.part, found.words, sorted(found.terms)) == (1, 3, ["plan", "safety"])
    assert found.share == pytest.approx(2 / 3)
    assert ranker.best([part("plans for safety")], 5, least_share=0.7) == []
    (described,) = ranker.best([part("the work")], 5)
    assert (described.share, described.words, set(described.terms)) == (0, 0, {"work"})


def test_nothing_is_found_for_nothing_and_in_nothing() -> None:
    assert Ranker([]).best([part("network")], 5) == []
    unwanted = Ranker([Concept("f", "urn:a", ("Network",))], {"network"})
    assert unwanted.best([part("")], 5) == unwanted.best([], 5) == []
    assert unwanted.best([part("network")], 5, least_share=0.1) == []
