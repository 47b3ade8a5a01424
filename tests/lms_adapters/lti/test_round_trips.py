"""The whole way and back at two LMSs that others wrote: sign-in, launch, choice, scores, completion, rosters.

Marked proof: their environment holds 57 packages. The same ways are gone at our own small LMS in the other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from gleanery.errors import Denied, Gone
from gleanery.http import GuardedHttp
from gleanery.ports import Placed, Score
from gleanery.testing import make_context
from gleanery.testing.context import MemoryLearners
from lms_adapters.lti import Settings
from tests.lms_adapters.items import item, item_id
from tests.lti_platforms.running import running
from tests.lti_platforms.tool import Tool, Visitor

pytestmark = pytest.mark.proof

ITEM = item_id(1)


class Meeting:
    """An LMS of others and our tool, registered at each other."""

    def __init__(self, lms: str, tool: Tool, learners: MemoryLearners) -> None:
        self.lms, self.tool, self.learners = lms, tool, learners
        self.visitor = Visitor(tool)

    def opened(self, **asked: str) -> Any:
        """Somebody opens a link in the LMS; who arrives here."""
        told = {
            "user": "person-1",
            "role": "student",
            "kind": "link",
            "link": "link-1",
            "item": str(ITEM),
            **asked,
        }
        seen = self.visitor.sent_by(self.lms, **told)
        assert seen.status == 303, seen.text
        return self.learners.arrivals[-1]

    @property
    def seen(self) -> dict[str, Any]:
        """What the LMS holds."""
        return dict(requests.get(f"{self.lms}/seen", timeout=10).json())


def _clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module", params=["lti1p3platform", "openedx"])
def meeting(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    folder: Path = tmp_path_factory.mktemp("lti")
    context = make_context(folder, GuardedHttp(entered=["127.0.0.1"]), _clock)
    assert isinstance(context.learners, MemoryLearners)
    with Tool(context) as tool, running(request.param, tool.address) as lms:
        tool.registered(
            Settings(
                issuer=lms, client_id="client-of-ours", auth_url=f"{lms}/auth", token_url=f"{lms}/token",
                jwks_url=f"{lms}/jwks",
            )
        )  # fmt: skip
        yield Meeting(lms, tool, context.learners)


def test_a_first_launch_waits_for_approval_and_then_gets_in(meeting: Meeting) -> None:
    told = {"user": "person-1", "role": "student", "kind": "link", "link": "link-1", "item": str(ITEM)}
    assert meeting.visitor.sent_by(meeting.lms, **told).status == 403
    meeting.tool.adapter.decide("1", "approved")
    arrival = meeting.opened()
    assert (arrival.account, arrival.wants, arrival.is_teacher) == ("person-1", ITEM, False)
    assert arrival.realm == meeting.lms


def test_three_chosen_items_are_taken(meeting: Meeting) -> None:
    arrival = meeting.opened(kind="choice", role="instructor", user="person-0")
    assert arrival.is_teacher
    form = meeting.tool.adapter.picked(arrival.picks, [item(1), item(2), item(3)])
    assert form.url == f"{meeting.lms}/choice"
    assert requests.post(form.url, data=form.fields, timeout=10).json() == {"taken": 3}
    assert [one["custom"]["gleanery"] for one in meeting.seen["items"]] == [
        str(item_id(n)) for n in (1, 2, 3)
    ]


def test_score_and_completion_reach_the_gradebook_once(meeting: Meeting) -> None:
    arrival, adapter, at = meeting.opened(), meeting.tool.adapter, _clock()
    begun = Score(arrival.scores_to, arrival.account, at, "started")
    done = Score(
        arrival.scores_to, arrival.account, at + timedelta(milliseconds=5), "completed", 0.85, "Well done"
    )
    for score in (begun, begun, done, done):
        adapter.score(score)
    held = meeting.seen
    assert len(held["lines"]) == 1
    told = [(one["activityProgress"], one.get("scoreGiven")) for _, one in held["scores"]]
    assert told == [("Started", None), ("Completed", 85.0)]
    with pytest.raises(Denied, match="does not know them"):
        adapter.score(Score(arrival.scores_to, "nobody", at, "completed", 1.0))
    (report,) = adapter.read_back([Placed(ITEM, str(ITEM))], {})
    assert report.deeds == (), "what we wrote ourselves is no news"


def test_a_roster_of_three_pages_is_read(meeting: Meeting) -> None:
    meeting.opened()
    adapter = meeting.tool.adapter
    assert [course.id for course in adapter.courses()] == ["course-1"]
    assert [one.id for one in adapter.roster("course-1")] == [f"person-{number}" for number in range(7)]
    with pytest.raises(Gone):
        adapter.roster("another")


def test_the_self_test_holds(meeting: Meeting) -> None:
    assert [check.name for check in meeting.tool.adapter.self_test() if not check.ok] == []
