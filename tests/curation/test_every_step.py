"""What holds for every step and matcher, ours and a stranger's: purity, and no text that brings one down."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from curation.canonical import canonical, clean
from gleanery.ports import Subject
from gleanery.testing import subject
from tests.conftest import ROOT
from tests.curation.every_step import WORDS, fingerprint, matchers, steps, told

SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WILD = st.text(st.characters(exclude_categories=()), max_size=200)
"""Any text at all, lone surrogates included."""

SUBJECTS = st.builds(
    lambda text, title, url, tags: subject(text, title, url=url, tags=tags),
    WILD,
    WILD,
    st.one_of(st.none(), WILD, st.just("https://example.org/a?utm_source=b")),
    st.lists(WILD, max_size=2).map(tuple),
)


@SOME
@given(SUBJECTS)
def test_the_same_subject_is_told_the_same_twice_and_nothing_is_marked_outside_of_it(given_: Subject) -> None:
    assert told(given_) == told(given_)
    for step in steps():
        for span in step.judge(given_).spans:
            assert 0 <= span.start < span.end <= len(getattr(given_, span.field)), step.name


@SOME
@given(SUBJECTS, SUBJECTS)
def test_what_was_judged_before_changes_nothing(one: Subject, other: Subject) -> None:
    alone = told(one)
    told(other)
    assert told(one) == alone


@SOME
@given(SUBJECTS, SUBJECTS)
def test_likeness_has_no_direction(one: Subject, other: Subject) -> None:
    for matcher in matchers():
        assert matcher.likeness(one, other) == matcher.likeness(other, one), matcher.name


def test_another_process_with_another_hash_seed_says_the_same() -> None:
    assert _elsewhere("1") == fingerprint()


def _elsewhere(seed: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.curation.every_step"],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


ADDRESSES = st.one_of(
    WILD,
    st.from_regex(
        r"https?://(www\.|m\.)?[a-z]{1,8}\.(com|org)(:\d{2,4})?(/[a-z%.;~]{0,6}){0,3}\?[a-z_=&%2]{0,20}#?\w{0,5}"
    ),
)


@settings(max_examples=150, deadline=None)
@given(ADDRESSES)
def test_canonicalising_twice_changes_nothing(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)
    assert clean(clean(address)) == clean(address)


HARD = {
    "emoji only": "👩🏽‍🚒🎉👍🏿" * 3_000,
    "right to left": "\u202eسلم السلامة للمبتدئين\u202c " * 1_000,
    "zero width": "\u200b\u200c\u200d\ufeff".join("ladder safety ") * 300,
    "mixed scripts": "Лаdder ѕаfety ラダー 사다리 梯子 סולם " * 1_000,
    "lone surrogates": "ladder \ud800 safety \udfff " * 1_000,
    "no breaks": "x" * 200_000,
    "breaks only": "\n" * 200_000,
    "nested marks": "<" * 50_000 + "[" * 50_000 + "(" * 50_000,
    "combining": "z" + "\u0301" * 50_000,
    "digits": "1234 5678 " * 20_000,
    "at signs": "a@" * 50_000,
    "nul": "ladder\x00safety " * 5_000,
}


@pytest.mark.parametrize("kind", HARD)
def test_hard_text_is_judged_by_every_step_in_bounded_time(kind: str) -> None:
    given_ = replace(subject(HARD[kind], HARD[kind][:500]), replies=(HARD[kind],))
    started = time.process_time()
    for step in steps():
        finding = step.judge(given_)
        step.reasons[finding.reason].format(**finding.params)
    for matcher in matchers():
        matcher.keys(given_)
        matcher.sketch(given_)
        matcher.likeness(given_, given_)
    assert time.process_time() - started < 20  # a step that grows with the square would take hours


@pytest.mark.proof
@pytest.mark.parametrize("piece", [WORDS[0] + " ", "👩🏽‍🚒", "\u202eسلم ", "1234 ", "a@b."])
def test_fifty_megabytes_are_judged_by_every_step_in_bounded_time(piece: str) -> None:
    given_ = subject((piece * (50_000_000 // len(piece.encode()) + 1)), "Large")
    started = time.process_time()
    for step in steps():
        step.judge(given_)
    assert time.process_time() - started < 300
