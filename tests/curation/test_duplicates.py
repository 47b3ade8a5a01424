"""The same words twice, and nearly the same words."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from benchmarks._duplicates_index import MOST, MOST_OF_A_BAND, Index
from curation.duplicates import Duplicates, DuplicatesSettings, normal
from curation.text.shingles import bands, jaccard, shingles
from gleanery.ports import Subject
from gleanery.testing import check_matcher, check_settings_refused, subject
from tests.conftest import shared_data

TALK = (
    "In this talk we look at how small teams keep their data analysis honest: where the numbers come from, "
    "who checked them, and what to do when two reports disagree about the same month."
)
GERMAN = "Große Übungen für kleine Teams: wie man Zahlen prüft, bevor sie in der Besprechung gezeigt werden."
CHINESE = "使用机器学习进行数据分析的入门教程，适合没有经验的同事，并附有练习。"


@pytest.fixture
def matcher() -> Duplicates:
    return Duplicates(DuplicatesSettings())


def _post(rng: random.Random) -> list[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(rng.randint(18, 45))]


def _planted(rng: random.Random, likeness: float) -> tuple[str, str]:
    """Two texts whose shingles have about this Jaccard index."""
    while True:
        one = _post(rng)
        other = list(one)
        before = np.unique(shingles(" ".join(one)))
        for place in rng.sample(range(len(one)), len(one)):
            other[place] = rng.choice(_post(rng))
            found = jaccard(before, np.unique(shingles(" ".join(other))))
            if found < likeness + 0.02:
                break
        if abs(found - likeness) < 0.03:
            return " ".join(one), " ".join(other)


def _recall(likeness: float, pairs: int) -> float:
    rng = random.Random(5)
    met = sum(
        not set(bands(shingles(one))).isdisjoint(bands(shingles(other)))
        for one, other in (_planted(rng, likeness) for _ in range(pairs))
    )
    return met / pairs


def test_half_alike_pairs_meet_in_a_band_mostly_and_very_alike_ones_always() -> None:
    assert _recall(0.5, 200) >= 0.85
    assert _recall(0.8, 200) >= 0.99


def test_unrelated_texts_hardly_ever_meet_in_a_band() -> None:
    rng = random.Random(9)
    sets = [set(bands(shingles(" ".join(_post(rng))))) for _ in range(150)]
    assert sum(not one.isdisjoint(other) for one, other in combinations(sets, 2)) <= 5


def test_the_bands_are_the_same_on_every_machine() -> None:
    made = bands(shingles(normal(TALK)))
    assert len(made) == 32
    assert made[0] == BANDS_OF_TALK[0]
    assert made[31] == BANDS_OF_TALK[1]
    assert bands(shingles(normal(GERMAN)))[7] == BAND_OF_GERMAN


def test_the_shingles_of_a_text_are_hashes_of_each_five_characters() -> None:
    assert len(shingles("abcdefg")) == 3
    assert list(shingles("abcdef")) == [shingles("abcde")[0], shingles("bcdef")[0]]
    assert len(shingles("")) == 1


def test_the_same_words_have_the_same_key_whatever_case_and_punctuation(matcher: Duplicates) -> None:
    shouted = TALK.upper().replace(",", " --- ").replace(" ", "\n\u00a0 ")
    assert matcher.keys(subject(TALK)) == matcher.keys(subject(shouted))
    assert matcher.keys(subject(GERMAN)) == matcher.keys(subject(GERMAN.replace("ß", "SS")))
    assert matcher.keys(subject(TALK)) != matcher.keys(subject(TALK.replace("month", "week")))


def test_a_text_that_opens_with_its_title_has_the_key_of_title_and_rest(matcher: Duplicates) -> None:
    apart = subject(
        "Where the numbers come from, who checked them, and what to do next.", title="Honest data analysis"
    )
    assert matcher.keys(apart) == matcher.keys(subject(f"Honest data analysis! {apart.text}"))


def test_short_texts_are_not_compared(matcher: Duplicates) -> None:
    short = subject("Have a look at this, please")
    assert matcher.keys(short) == ()
    assert matcher.sketch(short) is None
    assert matcher.sketch(subject("请看这个")) is None


def test_text_without_spaces_is_compared(matcher: Duplicates) -> None:
    changed = subject(CHINESE.replace("练习", "习题"))
    assert matcher.sketch(subject(CHINESE)) is not None
    assert 0.5 < matcher.likeness(subject(CHINESE), changed) < 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("honest", "hoenst"),
        lambda text: f"RT @somebody {text}",
        lambda text: f"{text} via @somebody",
        lambda text: text.replace("disagree about", "do not agree on"),
        lambda text: f"{text} https://example.org/talk?utm_source=feed",
    ],
)
def test_a_small_change_leaves_one_item(matcher: Duplicates, change: object) -> None:
    assert callable(change)
    assert matcher.likeness(subject(TALK), subject(change(TALK))) >= matcher.group_at


def test_another_text_is_not_alike(matcher: Duplicates) -> None:
    assert matcher.likeness(subject(TALK), subject(GERMAN)) < 0.1


def test_parts_of_a_series_are_suggested_and_never_grouped(matcher: Duplicates) -> None:
    for one, other in (
        ("Part 1 of 3", "Part 2 of 3"),
        ("Part 2 of 2", "Part 1 of 2"),
        ("I", "II"),
        ("", "2"),
    ):
        first, second = (subject(TALK, title=f"Honest data analysis {part}") for part in (one, other))
        alike = matcher.likeness(first, second)
        assert matcher.suggest_at <= alike < matcher.group_at


def test_the_same_words_about_different_pages_are_suggested_and_never_grouped(matcher: Duplicates) -> None:
    first, second = (subject(f"{TALK} https://example.org/{page}") for page in ("a", "b"))
    assert matcher.keys(first) != matcher.keys(second)
    assert matcher.likeness(first, second) < matcher.group_at


def test_short_links_and_forms_of_one_address_do_not_set_texts_apart(matcher: Duplicates) -> None:
    first, second = (subject(f"{TALK} {link}") for link in ("https://lnkd.in/abc", "https://t.co/xyz"))
    assert matcher.keys(first) == matcher.keys(second)
    links = ("https://youtu.be/AbCdEfGhIj0", "https://www.youtube.com/watch?v=AbCdEfGhIj0&feature=share")
    assert len({matcher.keys(subject(f"{TALK} See {link}.")) for link in links}) == 1


def test_thresholds_out_of_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="suggest_at must not be above group_at"):
        DuplicatesSettings(group_at=0.4)
    check_settings_refused(Duplicates, {"threshold": 1})


def test_the_contract_holds(matcher: Duplicates) -> None:
    check_matcher(matcher)
    check_matcher(matcher, [TALK, GERMAN, CHINESE, "\ud800 " * 20, "🎉 " * 30])


def test_talks_of_one_series_stay_apart_and_a_shared_description_is_suggested(matcher: Duplicates) -> None:
    talks = _talks("corpora/pyvideo-talks/scipy-2013.zip")
    parts = [talk for talk in talks if " Part " in talk.title]
    assert len(parts) > 40
    likeness = [
        matcher.likeness(one, other) for one, other in combinations(parts, 2) if one.title != other.title
    ]
    assert max(likeness) < matcher.group_at
    assert sum(alike >= matcher.suggest_at for alike in likeness) > 30


def _talks(relative: str) -> list[Subject]:
    with zipfile.ZipFile(shared_data(relative)) as archive:
        entries = [json.loads(archive.read(name)) for name in archive.namelist() if "/videos/" in f"/{name}"]
    return [
        subject(entry.get("description") or entry.get("summary") or "", title=entry["title"])
        for entry in entries
        if isinstance(entry, dict) and "title" in entry
    ]


BANDS_OF_TALK = ("46a75a47936cd219", "ab9f26c0f6b22c52")
BAND_OF_GERMAN = "83a64089e8f7f171"


def test_the_index_of_the_benchmark_meets_in_blocks_what_a_plain_one_meets_post_by_post() -> None:
    """Some bands are nearly everybody's, others of two posts, most of one; the table grows on the way."""
    rng = np.random.default_rng(3)
    places = 32 * (rng.zipf(1.2, (1_500, 32)) % 1_000_000_007) + np.arange(32)
    made = places.astype(np.uint64) * np.uint64(0x2545F4914F6CDD1D)
    index, had, expected = Index(), defaultdict(list), []
    for number, row in enumerate(made.tolist()):
        shared = Counter(other for band in row for other in had[band][:MOST_OF_A_BAND] if other != number)
        expected.append(sorted(shared, key=lambda other: (-shared[other], other))[:MOST])
        for band in row:
            had[band].append(number)
    blocks = np.split(made, [1, 2, 40])
    starts = [0, 1, 2, 40]
    met = [near for start, block in zip(starts, blocks, strict=True) for near in index.meet(start, block)]
    assert met == expected
    assert any(expected)


@pytest.mark.proof
def test_planted_look_alikes_are_found_among_a_million_posts() -> None:
    """Measured with the benchmark, in a process of its own, so that its memory is its own too."""
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, str(root / "benchmarks" / "duplicates.py"), "--posts", "1000000", "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert found["recall"]["gleanery"] >= 0.95, found
    assert found["ratio"] >= 8, found
