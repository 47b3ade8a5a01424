"""What pages of a package tell us: taken with a tag only, never for more than it is, and from any origin."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from lxml import html

from gleanery.http import GuardedHttp
from gleanery.ports import Context
from gleanery.testing import NOON, make_context
from gleanery.testing.context import MemoryLearners
from lms_adapters.scorm import Scorm, Settings
from lms_adapters.scorm.reports import LONGEST
from tests.house import make_house
from tests.lms_adapters.items import item, item_id
from tests.lms_adapters.packages import unpacked
from tests.web.houses import served

LMS = "https://lms.example.org"


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return make_context(tmp_path, GuardedHttp())


def scorm(ctx: Context) -> Scorm:
    return Scorm(Settings(reports=True, realm=LMS), ctx)


def tag(ctx: Context, number: int = 1) -> str:
    """The tag that a page of the package shows."""
    made = scorm(ctx)
    made.publish([item(number)])
    (page,) = [body for name, body in unpacked(made.path).items() if name.startswith("pages/")]
    return str(html.document_fromstring(page).xpath("string(//main/@data-tag)"))


def told(ctx: Context, **changes: Any) -> tuple[int, MemoryLearners]:
    """How a report is answered, and what is known of learners then."""
    report = {
        "item": str(item_id(1)), "tag": tag(ctx), "did": "completed", "learner": "4711", "event": "0" * 32,
        "evidence": "opened", "at": (NOON - timedelta(minutes=1)).isoformat(),
    } | changes  # fmt: skip
    return sent(ctx, json.dumps(report).encode())


def sent(ctx: Context, body: bytes) -> tuple[int, MemoryLearners]:
    (endpoint,) = scorm(ctx).endpoints()
    status, headers, answer = endpoint.answer("POST", "", {"origin": "null"}, body)
    assert headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers
    assert answer == b""
    assert isinstance(ctx.learners, MemoryLearners)
    return status, ctx.learners


def test_a_page_with_its_tag_is_heard_once(ctx: Context) -> None:
    assert told(ctx)[0] == 204
    status, learners = told(ctx)
    assert status == 204
    (deed,) = learners.deeds
    assert (deed.realm, deed.account, deed.did, deed.item_id, deed.evidence) == (
        LMS, "4711", "completed", item_id(1), "opened",
    )  # fmt: skip
    assert deed.at == NOON - timedelta(minutes=1)


def test_another_learner_with_the_same_number_of_a_visit_is_another_deed(ctx: Context) -> None:
    told(ctx)
    assert len(told(ctx, learner="4712")[1].deeds) == 2


def test_a_time_that_cannot_be_is_ours(ctx: Context) -> None:
    for number, at in enumerate((NOON + timedelta(days=1), NOON - timedelta(days=500))):
        _, learners = told(ctx, at=at.isoformat(), event=f"{number:032d}")
        assert learners.deeds[-1].at == NOON


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"tag": "0" * 64}, 403),
        ({"item": str(item_id(2))}, 403),
        ({"evidence": "question-passed"}, 400),
        ({"evidence": "lms-reported"}, 400),
        ({"did": "graded"}, 400),
        ({"learner": " "}, 400),
        ({"learner": "x" * 256}, 400),
        ({"event": "../../x"}, 400),
        ({"at": "2026-01-15T12:00:00"}, 400),
        ({"score": 1}, 400),
    ],
)
def test_a_report_that_says_too_much_or_shows_no_right_tag_is_refused(
    ctx: Context, changes: dict[str, Any], status: int
) -> None:
    answered, learners = told(ctx, **changes)
    assert answered == status
    assert not learners.deeds


@pytest.mark.parametrize("body", [b"", b"null", b"[1]", b"\xff", b"{" * 1_000, b"0" * (LONGEST + 1)])
def test_what_is_no_report_is_refused(ctx: Context, body: bytes) -> None:
    assert sent(ctx, body)[0] == (413 if len(body) > LONGEST else 400)


def test_before_there_is_a_package_no_tag_is_right(ctx: Context) -> None:
    report = {"item": str(item_id(1)), "tag": "0" * 64, "did": "opened", "learner": "1", "event": "0" * 32}
    body = json.dumps({**report, "evidence": "opened", "at": NOON.isoformat()}).encode()
    assert sent(ctx, body)[0] == 403
    assert ctx.secrets.get("report-key") is None


def test_a_tag_is_good_for_one_item_of_one_house(ctx: Context, tmp_path: Path) -> None:
    other = make_context(tmp_path / "other", GuardedHttp())
    assert len({tag(ctx, 1), tag(ctx, 2), tag(other, 1)}) == 3
    assert tag(ctx, 1) == tag(ctx, 1)


def test_pages_hold_no_tag_where_nothing_is_to_be_reported(ctx: Context) -> None:
    silent = Scorm(Settings(), ctx)
    silent.publish([item(1)])
    assert silent.endpoints() == []
    files = unpacked(silent.path)
    assert not any(b"data-tag" in body or b"data-report" in body for body in files.values())
    homeless = scorm(replace(ctx, address=""))
    assert [check.ok for check in homeless.preflight() if check.name == "reports"] == [False]
    homeless.publish([item(1)])
    assert not any(b"data-tag" in body for body in unpacked(homeless.path).values())


def test_the_house_lets_a_page_of_any_origin_through_to_it(tmp_path: Path) -> None:
    settings = {"reports": True, "realm": LMS}
    house = make_house(tmp_path, destinations=[{"name": "scorm", "adapter": "scorm", "settings": settings}])
    with served(house) as site:
        address = f"{site.url}/in/destination-scorm/done"
        foreign = {
            "Origin": "null",
            "Content-Type": "text/plain;charset=UTF-8",
            "Sec-Fetch-Site": "cross-site",
        }
        for body, status in ((b"{}", 400), (b"0" * (LONGEST + 1), 413)):
            answer = requests.post(address, data=body, headers=foreign, timeout=10)
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == "*"
            assert not answer.cookies
        assert requests.get(address, timeout=10).status_code == 405
    house.close()
