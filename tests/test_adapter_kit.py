"""The contract of adapters: what keeps it passes, and each way to break it is named in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gleanery.errors import Unreachable
from gleanery.http import GuardedHttp
from gleanery.ports import Context, Found, LearningItem, Placed, Receipt, Stands
from gleanery.testing import AdapterCase, check_adapter_contract, make_context
from lms_adapters.moodle import Moodle, Settings
from tests.lms_adapters.items import item
from tests.moodle_server import MoodleServer
from tests.shelf import SHELVES, Entry, Shelf, ShelfSettings, Whole


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    SHELVES["shelf"] = Shelf()
    yield SHELVES["shelf"]
    SHELVES.clear()


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return make_context(tmp_path, GuardedHttp())


def case(shelf: Shelf, ctx: Context, adapter: type[Whole] = Whole) -> AdapterCase:
    def lose() -> None:
        def after(_what: str, _thing: UUID) -> None:
            shelf.after = lambda _what, _thing: None
            raise Unreachable("shelf: it broke off.")

        shelf.after = after

    def edit(remote_id: str) -> None:
        shelf.entries[remote_id].edited = True

    return AdapterCase(
        make=lambda: adapter(ShelfSettings(shelf="shelf"), ctx),
        item=item(),
        entries=lambda: len(shelf.entries),
        lose_answer=lose,
        take_away=lambda remote_id: shelf.entries.pop(remote_id),
        edit=edit,
    )


def test_an_adapter_that_keeps_the_contract_passes(shelf: Shelf, ctx: Context) -> None:
    check_adapter_contract(case(shelf, ctx))
    assert shelf.entries == {}


def test_moodle_keeps_the_contract(tmp_path: Path) -> None:
    with MoodleServer() as moodle:
        ctx = make_context(tmp_path, GuardedHttp(entered=[moodle.host]))
        settings = Settings(url=moodle.url, token=moodle.token, database=moodle.activity.id)

        def entry(remote_id: str) -> Any:
            found = moodle.activity.entry(remote_id)
            assert found is not None
            return found

        check_adapter_contract(
            AdapterCase(
                make=lambda: Moodle(settings, ctx),
                item=item(),
                entries=lambda: len(moodle.entries),
                lose_answer=moodle.lose_next_answer,
                take_away=lambda remote_id: moodle.activity.delete(entry(remote_id)),
                edit=lambda remote_id: moodle.activity.edit(
                    entry(remote_id), "Title", "As a teacher wants it"
                ),
            )
        )
        assert moodle.entries == []


class Doubles(Whole):
    """Never looks whether an entry is there already, once its memory was lost."""

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        if remote_id is None and self.shelf.of(item.id):
            self.shelf.numbers += 1
            self.shelf.entries[f"e{self.shelf.numbers}"] = Entry(
                self.shelf.numbers, item.id, item.title, item.revision
            )
            return Receipt(f"e{self.shelf.numbers}")
        return super().upsert(item, remote_id)


class Stubborn(Whole):
    """Puts back what a teacher took away."""

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        return super().upsert(item, remote_id if self.shelf.of(item.id) else None)


class Blind(Whole):
    """Finds nothing edited."""

    def compare(self, entries: Sequence[Placed]) -> Iterator[Found]:
        yield from (Found(Stands.AS_LEFT, one.remote_id, one.thing) for one in entries)


class Keeps(Whole):
    """Leaves the entry where it is told to remove it."""

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        return Receipt(remote_id or "")


class Leads(Whole):
    """Gives an address that no page has."""

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        return Receipt(super().upsert(item, remote_id).remote_id, "javascript:alert(1)")


@pytest.mark.parametrize(
    ("adapter", "sentence"),
    [
        (Doubles, "a repeated create made a second entry"),
        (Stubborn, "came back by itself"),
        (Blind, "an edited entry is not told as edited"),
        (Keeps, "an entry is left after it was retracted|entries stand there for one item"),
        (Leads, "a receipt leads to no page"),
    ],
)
def test_a_broken_one_is_named(shelf: Shelf, ctx: Context, adapter: type[Whole], sentence: str) -> None:
    with pytest.raises(AssertionError, match=sentence):
        check_adapter_contract(case(shelf, ctx, adapter))
