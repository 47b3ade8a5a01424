"""The day of an item's last change: kept while it says the same, and no word is kept with it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from gleanery.http import GuardedHttp
from gleanery.testing import NOON, Clock, make_context
from lms_adapters._changes import changes
from tests.lms_adapters.items import HOSTILE, hostile_items, item, item_id


def test_a_day_stays_until_the_item_says_something_else_and_begins_anew_when_it_comes_back(
    tmp_path: Path,
) -> None:
    clock = Clock()
    context = make_context(tmp_path, GuardedHttp(), clock)
    assert changes(context, [item(1), item(2)]) == {item_id(1): NOON, item_id(2): NOON}
    clock.move(timedelta(days=1))
    later = changes(context, [item(1, revision=9), item(2, attribution="Somebody else")])
    assert later == {item_id(1): NOON, item_id(2): NOON + timedelta(days=1)}
    changes(context, [item(2)])
    clock.move(timedelta(days=1))
    assert changes(context, [item(1)]) == {item_id(1): NOON + timedelta(days=2)}


def test_no_text_breaks_it_and_none_is_kept(tmp_path: Path) -> None:
    context = make_context(tmp_path, GuardedHttp())
    assert len(changes(context, hostile_items(HOSTILE, 60))) == 60
    kept = str(context.store.get("changed"))
    assert "script" not in kept
    assert len(kept) < 60 * 120
