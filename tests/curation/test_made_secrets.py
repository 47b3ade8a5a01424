"""Secrets made from the public formats, apart from the rules: how many are found, and how many alarms are false."""

from __future__ import annotations

import gzip
import json
from collections import Counter

import pytest

from curation.sensitive import Sensitive
from gleanery.testing import subject
from tests.conftest import shared_data
from tests.secret_generator import leaks, ordinary_posts
from tests.secret_generator.measuring import recall


@pytest.fixture(scope="module")
def step() -> Sensitive:
    return Sensitive(Sensitive.Settings())


def test_the_made_secrets_are_the_same_for_the_same_seed_and_stand_in_their_posts() -> None:
    made = list(leaks(3, 2))
    assert made == list(leaks(3, 2))
    assert made != list(leaks(4, 2))
    assert all(leak.secret in leak.text or json.dumps(leak.secret)[1:-1] in leak.text for leak in made)
    assert len({leak.form for leak in made}) > 80


def test_nearly_every_made_secret_is_found(step: Sensitive) -> None:
    told = recall(step, leaks(11, 6))
    assert told.share >= 0.92, told.missed()  # the aim is 0.95


@pytest.mark.proof
def test_recall_of_made_secrets_over_many_seeds(step: Sensitive) -> None:
    for seed in range(5):
        told = recall(step, leaks(seed, 40))
        assert told.share >= 0.92, (seed, told.missed())


def test_hardly_any_ordinary_post_is_taken_for_a_secret(step: Sensitive) -> None:
    alarms = Counter(
        one.kind for one in ordinary_posts(5, 30) if step.judge(subject(one.text)).verdict == "block"
    )
    assert sum(alarms.values()) <= 0.01 * 900, alarms  # of posts made to look like one; real ones stand below


def test_no_title_of_a_real_question_is_taken_for_a_secret(step: Sensitive) -> None:
    with gzip.open(shared_data("labelled/so_titles.jsonl.gz"), "rt", encoding="utf-8") as lines:
        titles = [json.loads(line)["title"] for line in lines][:3_000]
    assert sum(step.judge(subject(title)).verdict == "block" for title in titles) <= 3
