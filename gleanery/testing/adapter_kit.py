"""The contract of adapters as ready-made checks, for those who can say what stands at the destination.

    check_adapter_contract(AdapterCase(make, item, entries=lambda: len(server.entries), lose_answer=server.lose_next))

Each raises AssertionError with a sentence saying what is broken. A part of which the case says nothing is left out;
`check_adapter` alone needs neither a server nor its faults.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from gleanery.errors import GleaneryError, Gone
from gleanery.ports import Adapter, Compares, LearningItem, Placed, ReadsBack, Receipt, Stands
from gleanery.testing.contracts import check_adapter

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    '=HYPERLINK("http://example.org")',
    "\u202etxt.exe \ufffd\ufeff",
    "x" * 5_000,
    "line\nline\r\n\ttab",
    "𝕏 ﷽ ß ı İ 機械学習",
)
"""Titles and names as somebody may have posted them."""


@dataclass(frozen=True)
class AdapterCase:
    """An adapter over a world that the test holds.

    `make`: a fresh instance; all of them share one memory (`ctx.store`), as in the house. `entries`: how many entries
    stand there. `lose_answer`: the next create is done and its answer lost. `take_away` and `edit`: what a teacher does
    to the entry of this remote id.
    """

    make: Callable[[], Adapter]
    item: LearningItem
    entries: Callable[[], int] | None = None
    lose_answer: Callable[[], None] | None = None
    take_away: Callable[[str], None] | None = None
    edit: Callable[[str], None] | None = None


def check_adapter_contract(case: AdapterCase) -> None:
    """All of it, one after the other; nothing of the item stands there afterwards."""
    check_adapter(case.make, case.item)
    if case.make().batch:
        return
    check_absent(case)
    check_hostile_text(case)
    for ready, check in (
        (case.entries, check_repeats),
        (case.lose_answer, check_lost_answer),
        (case.take_away, check_taken_away),
        (isinstance(case.make(), Compares) or None, check_comparison),
        (isinstance(case.make(), ReadsBack) or None, check_read_back),
    ):
        if ready is not None:
            check(case)
            _clear(case)


def check_absent(case: AdapterCase) -> None:
    """An absent entry counts as removed, by its id and without one."""
    adapter = case.make()
    adapter.retract(case.item.id, None)
    receipt = adapter.upsert(case.item, None)
    adapter.retract(case.item.id, receipt.remote_id)
    case.make().retract(case.item.id, receipt.remote_id)


def check_repeats(case: AdapterCase) -> None:
    """However often it is told, by whichever instance: one entry, and none after it was retracted."""
    before = _entries(case)
    receipts = [case.make().upsert(case.item, None), case.make().upsert(case.item, None)]
    newer = replace(case.item, revision=case.item.revision + 1, title=f"{case.item.title} again")
    receipts += [case.make().upsert(newer, receipts[0].remote_id) for _ in range(2)]
    assert len({one.remote_id for one in receipts}) == 1, "the same item has several entries"
    assert _entries(case) == before + 1, f"{_entries(case) - before} entries stand there for one item"
    case.make().retract(case.item.id, receipts[0].remote_id)
    assert _entries(case) == before, "an entry is left after it was retracted"


def check_lost_answer(case: AdapterCase) -> None:
    """A create whose answer was lost is removed where it is to be removed then, and else found and not repeated."""
    before = _entries(case)
    _lose(case)
    case.make().retract(case.item.id, None)
    assert _entries(case) == before, "an entry whose answer was lost stays for good"
    _lose(case)
    case.make().upsert(case.item, None)
    assert case.entries is None or _entries(case) == before + 1, (
        "an entry whose answer was lost is there twice"
    )


def _lose(case: AdapterCase) -> None:
    """A create whose answer is lost."""
    assert case.lose_answer is not None
    case.lose_answer()
    with suppress(GleaneryError):
        case.make().upsert(case.item, None)


def check_hostile_text(case: AdapterCase) -> None:
    """Whatever was posted is taken, and taken again."""
    for text in HOSTILE:
        item = replace(case.item, title=text, attribution=text, licence=text, goals=(text,))
        first: Receipt = case.make().upsert(item, None)
        assert case.make().upsert(item, first.remote_id).remote_id == first.remote_id, (
            f"an item with the title {text[:30]!r} gets another entry each time"
        )
        assert first.url is None or first.url.startswith(("http://", "https://")), (
            "a receipt leads to no page"
        )
        case.make().retract(item.id, first.remote_id)


def check_taken_away(case: AdapterCase) -> None:
    """What a teacher took away stays away until a newer revision comes; told anew without its id, it is made anew."""
    assert case.take_away is not None
    first = case.make().upsert(case.item, None)
    case.take_away(first.remote_id)
    try:
        case.make().upsert(case.item, first.remote_id)
        is_back, remedy = True, ""
    except Gone as error:
        is_back, remedy = False, error.remedy
    assert not is_back, "an entry that a teacher took away came back by itself"
    assert remedy, "it does not say what to do about an entry that was taken away"
    newer = replace(case.item, revision=case.item.revision + 1)
    again = case.make().upsert(newer, first.remote_id)
    case.make().retract(case.item.id, again.remote_id)
    assert case.make().upsert(newer, None).remote_id, "an item that is told anew is not made anew"


def check_comparison(case: AdapterCase) -> None:
    """Each entry is told once as it stands, what a teacher did to it too; nothing is changed by looking."""
    first = case.make().upsert(case.item, None)
    assert _stands(case, [Placed(case.item.id, first.remote_id)])[0] in (Stands.AS_LEFT, Stands.HELD), (
        "an entry that nobody touched is not as it was left"
    )
    if case.edit is not None:
        case.edit(first.remote_id)
        for _ in range(2):
            assert _stands(case, [Placed(case.item.id, first.remote_id)]) == [Stands.EDITED], (
                "an edited entry is not told as edited"
            )
    if case.take_away is not None:
        case.take_away(first.remote_id)
        assert _stands(case, [Placed(case.item.id, first.remote_id)]) == [Stands.GONE], (
            "an entry that was taken away is not told as gone"
        )


def _stands(case: AdapterCase, entries: Sequence[Placed]) -> list[Stands]:
    adapter = case.make()
    assert isinstance(adapter, Compares)
    wanted: set[UUID] = {one.thing for one in entries}
    return [one.stands for one in adapter.compare(entries) if one.thing in wanted]


def check_read_back(case: AdapterCase) -> None:
    """Read again from where it ended, nothing that was told before is told as another deed."""
    first = case.make().upsert(case.item, None)
    entries, adapter = [Placed(case.item.id, first.remote_id)], case.make()
    assert isinstance(adapter, ReadsBack)
    pages = list(adapter.read_back(entries, {}))
    told = {(deed.account, deed.event): deed for page in pages for deed in page.deeds}
    again = case.make()
    assert isinstance(again, ReadsBack)
    for page in again.read_back(entries, pages[-1].state if pages else {}):
        for deed in page.deeds:
            known = told.get((deed.account, deed.event))
            assert known is None or known.did == deed.did, f"the event {deed.event!r} is told as two deeds"


def _entries(case: AdapterCase) -> int:
    return case.entries() if case.entries is not None else 0


def _clear(case: AdapterCase) -> None:
    """Nothing of the item is left for the next check."""
    case.make().retract(case.item.id, None)
