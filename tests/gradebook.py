"""A course of an LMS on loopback with a gradebook, and the adapter through which its learners come."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

import requests

from gleanery.errors import Denied, Gone, Unreachable
from gleanery.ports import (
    API_VERSION,
    Arrival,
    Check,
    Context,
    Form,
    LearningCollection,
    LearningItem,
    Receipt,
    Score,
    Settings,
)
from gleanery.testing.fakes import Asked, Fake, Reply

REALM = "https://lms.example.org"


class Gradebook(Fake):
    """Columns by name, each with the scores of learners; what is told with an older time is refused."""

    def __init__(self) -> None:
        super().__init__()
        self.blank()

    def blank(self) -> None:
        """Two columns, nobody in them."""
        self.columns = {"c1", "c2"}
        self.unknown: set[str] = set()
        self.scores: dict[tuple[str, str], dict[str, Any]] = {}
        self.written = 0
        self.placed: list[Mapping[str, str]] = []

    def answer(self, asked: Asked) -> Reply:
        """Keep a score: 404 for a column that was removed, 400 for a stranger, 409 for a time told before."""
        if asked.path == "/placed":
            self.placed.append(asked.form)
            page = b"<!doctype html><html lang=en><title>placed</title><h1>Placed</h1></html>"
            return Reply(200, page, {"Content-Type": "text/html"})
        if asked.path == "/course":
            frame = (
                f'<!doctype html><html lang=en><title>A course</title><iframe src="{asked.query["shows"]}">'
            )
            return Reply(200, frame.encode(), {"Content-Type": "text/html"})
        if asked.method == "GET":
            return Reply(204)
        told = asked.json
        key = (told["column"], told["account"])
        if told["column"] not in self.columns:
            return Reply(404)
        if told["account"] in self.unknown:
            return Reply(400)
        known = self.scores.get(key)
        if known is not None and told["at"] <= known["at"]:
            return Reply(409)
        self.scores[key] = told
        self.written += 1
        return Reply(200, {"kept": told["at"]})


class CourseSettings(Settings):
    """Where the gradebook is."""

    url: str


class Course:
    """Items are offered for choosing; learners come through `arrive`, scores go to the gradebook."""

    name: ClassVar[str] = "seats"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[Settings]] = CourseSettings
    batch: ClassVar[bool] = False

    def __init__(self, settings: CourseSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx

    def preflight(self) -> Sequence[Check]:
        """Nothing has to hold before."""
        return ()

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Nothing is brought: it is offered from now on."""
        return Receipt(remote_id=str(item.id))

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """The same of a collection."""
        return Receipt(remote_id=str(collection.id))

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """It is offered no more."""
        return Receipt(remote_id=str(item_id))

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """This is no file."""
        raise NotImplementedError

    def picked(self, picks: Mapping[str, Any], chosen: Sequence[LearningItem | LearningCollection]) -> Form:
        """What the teacher's browser posts to the LMS."""
        told = [{"id": str(one.id), "title": one.title} for one in chosen]
        return Form(f"{self._settings.url}/placed", {"data": str(picks["data"]), "chosen": json.dumps(told)})

    def score(self, score: Score) -> None:
        """Write it into its column."""
        told = {
            "column": score.to["column"], "account": score.account, "at": score.at.isoformat(),
            "progress": score.progress, "share": score.share,
        }  # fmt: skip
        try:
            answer = requests.post(f"{self._settings.url}/scores", json=told, timeout=5)
        except requests.RequestException as error:
            raise Unreachable("seats: the gradebook does not answer.") from error
        if answer.status_code == 404:
            remedy = "A teacher removed it; add the item to the course again."
            raise Gone("seats: the column is gone.", remedy=remedy)
        if answer.status_code == 400:
            raise Denied("seats: the course does not know the learner.", remedy="Enrol them again.")
        if answer.status_code not in (200, 409):
            wait = answer.headers.get("Retry-After")
            raise Unreachable("seats: the gradebook is busy.", retry_after=float(wait) if wait else None)


def arrival(wants: UUID | None, account: str = "u1", column: str | None = "c1", **changes: Any) -> Arrival:
    """Somebody whom the course sends, a learner unless told otherwise."""
    values: dict[str, Any] = {
        "realm": REALM,
        "account": account,
        "place": column or "nowhere",
        "wants": wants,
        "scores_to": {"column": column} if column else None,
        "frames": (REALM,),
    }
    return Arrival(**(values | changes))
