"""Retention by hand: counted first, applied once it was confirmed, told in the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.errors import BadInput
from gleanery.flow.exporting import Selection
from gleanery.flow.recorded import entries, retaining, statements, working
from gleanery.testing import Clock
from tests.flow.recorded.conftest import Lived, lived, made
from tests.flow.recorded.test_statements import COMPLETED, SHOWN


@pytest.fixture
def ruled(tmp_path: Path, clock: Clock) -> Iterator[Lived]:
    rules = {"statements": [{"name": "courses", "days": 30, "verb": COMPLETED}], "undecided_days": 60}
    kept = lived(made(tmp_path, clock, retention=rules))
    clock.move(timedelta(days=31))
    yield kept
    kept.house.close()


def test_a_dry_run_counts_and_lets_nothing_go(ruled: Lived) -> None:
    before = statements.count(ruled.house, SHOWN)
    run = retaining.ask(ruled.house, "privacy", dry_run=True)
    working.work(ruled.house, run.id)
    stands = retaining.standing(ruled.house)
    assert stands.counted is not None
    assert {one["rule"]: one["count"] for one in stands.counted["rules"]} == {
        "undecided": 0, "rejected": 0, "courses": 3,
    }  # fmt: skip
    assert statements.count(ruled.house, SHOWN) == before
    assert all(one.applied_at is None for one in stands.rules)


def test_applied_they_take_what_was_counted_and_say_so(ruled: Lived) -> None:
    run = retaining.ask(ruled.house, "privacy", dry_run=False, confirmed=True)
    working.work(ruled.house, run.id)
    stands = {one.name: one for one in retaining.standing(ruled.house).rules}
    assert stands["courses"].applied_at == ruled.house.now()
    assert stands["courses"].applied_count == 3
    assert stands["undecided"].days == 60
    assert stands["retracted"].days is None
    assert COMPLETED not in [one.verb for one in statements.find(ruled.house, "auditor", SHOWN).rows]
    told = entries.find(ruled.house, "lead", Selection(action="retention.applied", actor="privacy")).rows
    assert {one.line.subject for one in told} >= {"retention:courses", "retention:undecided"}


def test_without_a_confirmation_nothing_goes(ruled: Lived) -> None:
    with pytest.raises(BadInput, match="not confirmed"):
        retaining.ask(ruled.house, "privacy", dry_run=False)
    assert retaining.standing(ruled.house).run is None
