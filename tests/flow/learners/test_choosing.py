"""gleanery.flow.learners.choosing: a page of what is offered costs the same however much there is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event

from gleanery.flow.house import House
from gleanery.flow.learners import choosing
from gleanery.flow.learners.choosing import PER_PAGE, Search
from gleanery.flow.learners.showing import look
from tests.courses import course_house, offered_items, path_of
from tests.flow.learners.steps import came
from tests.gradebook import Gradebook
from tests.web.houses import post


def queries(house: House, act: Callable[[], object]) -> int:
    """How often the database is asked."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(house.store.engine, "before_cursor_execute", note)
    act()
    event.remove(house.store.engine, "before_cursor_execute", note)
    return len(asked)


def test_pages_lead_on_to_the_last_item_and_the_number_of_queries_does_not_grow(
    tmp_path: Path, gradebook: Gradebook
) -> None:
    house = course_house(tmp_path / "house", gradebook, posts=[post(number) for number in range(23)])
    items = offered_items(house)
    visit = came(house, items[0]).visit
    seen, before, costs = [], 0, []
    while True:
        found = choosing.find(house, visit, Search(before=before), "en")
        costs.append(queries(house, lambda: choosing.find(house, visit, Search(before=before), "en")))  # noqa: B023
        seen += [one.id for one in found.items]
        if found.next_before is None:
            break
        before = found.next_before
    assert seen == items[::-1]
    assert [len(seen) > PER_PAGE, len(set(costs[1:]))] == [True, 1]
    short, long = (came(house, path_of(house, items[:size], title=f"{size}")).visit for size in (2, 20))
    assert queries(house, lambda: look(house, long)) == queries(house, lambda: look(house, short))
    house.close()
