"""The trainer: what it learns, what it keeps, and how well it rates titles it never saw."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from curation.learning import Lexical, LexicalSettings
from curation.learning.counting import cut, vocabulary
from curation.learning.grams import grams, hashes_of
from curation.learning.regression import Believed, calibrated, fit, likely
from gleanery.errors import BadInput
from gleanery.flow.learning.measures import auc, bins, calibration_error
from gleanery.ports import UNWANTED, WANTED, Aim, Example, Fitted, Subject, Trainer
from tests.conftest import shared_data

AIM = Aim(title="Keeping bees", words=("hive", "honey"))
TRAINER = Lexical(LexicalSettings())


def subject(number: int, title: str, text: str = "", **more: Any) -> Subject:
    return Subject(UUID(int=number), "article", title, text, None, None, (), (), **more)


def said(label: str, titles: Iterable[str], first: int = 0) -> list[Example]:
    return [Example(subject(first + number, title), label) for number, title in enumerate(titles)]


BEES = (
    "Open the hive in May",
    "A hive in the rain",
    "Wax from the hive",
    "Smoke calms the swarm",
    "Swarm in a tree",
)
TRAINS = (
    "Brakes of a train",
    "A train in the rain",
    "The late train",
    "Signals on the line",
    "A line in May",
)
BOTH = [*said(WANTED, BEES), *said(UNWANTED, TRAINS, 100)]


def score(fitted: Fitted, title: str) -> float:
    [rating] = TRAINER.load(fitted.data).rate([subject(999, title)])
    return rating.score


def test_it_is_a_trainer() -> None:
    assert isinstance(TRAINER, Trainer)


def test_before_any_example_the_aim_rates() -> None:
    fitted = TRAINER.fit([], {WANTED: AIM})
    assert score(fitted, "Honey from your hive") > score(fitted, "Brakes of a train")
    [rating] = TRAINER.load(fitted.data).rate([subject(1, "Honey from your hive")], words=3)
    assert (rating.learned, rating.of) == (0.0, WANTED)
    assert {one.word for one in rating.words_for} == {"hive", "honey"}


def test_examples_move_it_and_the_words_say_how() -> None:
    model = TRAINER.load(TRAINER.fit(BOTH, {WANTED: AIM}).data)
    [bees, trains] = model.rate([subject(1, "The hive at night"), subject(2, "The train at night")], words=3)
    assert bees.score > 0.5 > trains.score
    assert bees.words_for[0].word == "hive"
    assert trains.words_against[0].word == "train"
    assert trains.words_against[0].seen == 3
    assert bees.scores[WANTED] + bees.scores[UNWANTED] == pytest.approx(1)


@pytest.mark.parametrize("label", [WANTED, UNWANTED])
def test_examples_of_one_kind_only_give_a_model_of_finite_sureness(label: str) -> None:
    one = [example for example in BOTH if example.label == label]
    fitted = TRAINER.fit(one, {WANTED: AIM})
    assert fitted.held_out == ()
    assert 0.01 < score(fitted, "Clouds over the sea") < 0.99
    told = score(fitted, "The hive") - score(TRAINER.fit([], {WANTED: AIM}), "The hive")
    assert (told > 0) == (label == WANTED)


def test_neither_examples_nor_an_aim_is_no_error() -> None:
    assert score(TRAINER.fit([]), "Anything") == pytest.approx(score(TRAINER.fit([]), ""))


def test_the_order_of_the_examples_changes_no_byte() -> None:
    assert TRAINER.fit(BOTH, {WANTED: AIM}).data == TRAINER.fit(BOTH[::-1], {WANTED: AIM}).data


def test_what_it_says_of_an_example_it_was_not_told_comes_in_the_order_of_the_examples() -> None:
    there, back = TRAINER.fit(BOTH, {WANTED: AIM}).held_out, TRAINER.fit(BOTH[::-1], {WANTED: AIM}).held_out
    assert len(there) == len(BOTH)
    assert there == back[::-1]


def test_a_word_of_fewer_than_three_examples_stands_nowhere_in_the_bytes() -> None:
    data = TRAINER.fit(BOTH, {WANTED: AIM}, [subject(7, "Zanzibar Zanzibar hive")]).data
    assert b"train" in data
    for word in (b"swarm", b"signals", b"zanzibar"):
        assert word not in data


def test_who_wrote_and_where_it_stood_changes_nothing() -> None:
    there = [
        Example(subject(n, one.subject.title, authored_by_bot=True), one.label) for n, one in enumerate(BOTH)
    ]
    plain = [Example(subject(n, one.subject.title), one.label) for n, one in enumerate(BOTH)]
    assert TRAINER.fit(there).data == TRAINER.fit(plain).data


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x81\xa7trainer\xa3old", TRAINER.fit([]).data[:-3]])
def test_bytes_that_are_no_model_are_refused(data: bytes) -> None:
    with pytest.raises(BadInput, match="no model"):
        TRAINER.load(data)


def test_a_model_of_another_version_is_refused() -> None:
    with pytest.raises(BadInput, match="not of 'lexical@"):
        TRAINER.load(TRAINER.fit([]).data.replace(b"lexical@1", b"lexical@0"))


@pytest.mark.parametrize(
    "text", ["", "\ud800", "\u200b\u202e", "🙂" * 500, "漢字かな交じり文", "a" * 200_000, "\t\n\x00", "ß ﬁ ȷ́"]
)
def test_any_text_is_rated(text: str) -> None:
    model = TRAINER.load(TRAINER.fit([*BOTH, Example(subject(5, text, text), WANTED)], {WANTED: AIM}).data)
    [rating] = model.rate([subject(1, text, text, tags=(text[:50],))], words=5)
    assert 0 < rating.score < 1


def test_several_labels_are_told_apart() -> None:
    third = said("ships", ("A ship at sea", "The ship in the harbour", "A sail for the ship"), 200)
    data = TRAINER.fit([*said("bees", BEES), *said("trains", TRAINS, 100), *third]).data
    model = TRAINER.load(data)
    assert model.labels == ("bees", "ships", "trains")
    [rating] = model.rate([subject(1, "Mend the ship")])
    assert rating.of == "ships"
    assert sum(rating.scores.values()) == pytest.approx(1)


# --------------------------------------------------------------------------- its parts


def test_words_have_one_hash_wherever_they_stand() -> None:
    words, _ = grams([("open the hive",), ("the", "hive")])
    of_words = set(hashes_of(["open", "the", "hive"]).tolist())
    assert of_words <= set(words.hashes.tolist())
    assert (
        len(words.hashes) == 3 + 2 + 2
    )  # the pairs of the first text; in the second each word has its own field


def test_a_text_means_the_same_alone_and_among_others() -> None:
    titles = [(title,) for title in (*BEES, *TRAINS)]
    words = vocabulary(cut(titles), len(titles))
    together, alone = words.rows(titles), words.rows(titles[3:4])
    own = together.row == 3
    assert dict(zip(together.column[own], together.value[own], strict=True)) == dict(
        zip(alone.column, alone.value, strict=True)
    )


def test_the_fit_is_where_no_direction_leads_further_down() -> None:
    titles = [(title,) for title in (*BEES, *TRAINS)]
    rows = vocabulary(cut(titles), len(titles)).rows(titles)
    wanted, near = np.array([1.0] * 5 + [0.0] * 5), np.zeros(10)
    believed = Believed(aim=0.0)
    weights = fit(rows, near, wanted, believed)
    pull = likely(weights.odds(rows, near)) - wanted
    assert np.abs(rows.times_rows(pull) + weights.words / believed.spread).max() < 3e-3
    assert abs(pull.sum() + believed.base_firmness * (weights.base - believed.base)) < 3e-3


def test_odds_that_are_twice_too_sure_are_made_honest() -> None:
    source = random.Random(3)
    true = np.array([source.gauss(0, 2) for _ in range(2_000)])
    came = np.array([float(source.random() < chance) for chance in likely(true)])
    slope, shift = calibrated(2 * true, came)
    assert slope == pytest.approx(0.5, abs=0.05)
    assert shift == pytest.approx(0, abs=0.15)


# --------------------------------------------------------------------------- titles of questions, by tags

GOALS = (
    (Aim("Hibernate and Spring in our Java applications", ("hibernate", "spring")), {"hibernate", "spring"}),
    (Aim("Functional programming with Haskell and Scala", ("haskell", "scala")), {"haskell", "scala"}),
    (Aim("Working with Excel and SharePoint", ("excel", "sharepoint")), {"excel", "sharepoint"}),
)


def titles_of(path: Path) -> list[tuple[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [(row["title"], row["tag"]) for row in rows]


def rated(rows: Sequence[tuple[str, str]], aim: Aim, tags: set[str], decisions: int) -> tuple[float, float]:
    """AUC and calibration error on 1,000 titles that were not decided on."""
    examples = [
        Example(subject(n, title), WANTED if tag in tags else UNWANTED)
        for n, (title, tag) in enumerate(rows[:decisions])
    ]
    around = [subject(n, title) for n, (title, _) in enumerate(rows[300:700], 5_000)]
    model = TRAINER.load(TRAINER.fit(examples, {WANTED: aim}, around).data)
    test = rows[1_000:2_000]
    chances = [one.score for one in model.rate([subject(n, title) for n, (title, _) in enumerate(test)])]
    came = [tag in tags for _, tag in test]
    area, error = auc(chances, came), calibration_error(bins(chances, came))
    assert area is not None
    assert error is not None
    return area, error


def test_after_three_hundred_decisions_unseen_titles_are_ordered_and_honestly_rated() -> None:
    rows = titles_of(shared_data("labelled/so_titles.jsonl.gz"))
    random.Random(11).shuffle(rows)
    area, error = rated(rows, *GOALS[0], 300)
    assert area >= 0.94
    assert error <= 0.06


@pytest.mark.proof
def test_ratings_grow_better_with_decisions_over_goals_and_orders() -> None:
    rows = titles_of(shared_data("labelled/so_titles.jsonl.gz"))
    told: dict[int, list[tuple[float, float]]] = {20: [], 100: [], 300: []}
    for order in range(3):
        random.Random(order).shuffle(rows)
        for aim, tags in GOALS:
            for decisions, figures in told.items():
                figures.append(rated(rows, aim, tags, decisions))
    means = {decisions: np.mean(figures, axis=0) for decisions, figures in told.items()}
    assert means[20][0] >= 0.85
    assert means[100][0] >= 0.90
    assert means[300][0] >= 0.94
    assert means[300][1] <= 0.06
