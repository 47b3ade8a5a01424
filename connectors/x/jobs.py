"""Compliance jobs: X says in one go which of the kept posts are no longer there.

https://docs.x.com/x-api/compliance/batch-compliance/introduction  A job is ordered, the ids are uploaded, X works,
the result is downloaded; it is free. Where a job stands is asked of X each time, so nothing is waited for and a
reading that was cut off goes on. The addresses for upload and download are keys: they are in no state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors._values import moment
from connectors.x.ids import REALM
from connectors.x.look_ups import is_due
from connectors.x.platform import Platform
from connectors.x.posts import vanished
from connectors.x.words import Record
from gleanery.errors import Gone, Unreachable
from gleanery.model.posts import Vanished
from gleanery.ports import Context, Fault, Page

_LONGEST = timedelta(hours=20)
"""A job that takes longer, or whose result cannot be had by then, is given up and ordered anew."""

State = Mapping[str, Any]


class Jobs:
    """The partition `compliance`. Its state: `done_at`; while a job is under way its id `job` and when it `began`."""

    def __init__(self, ctx: Context, platform: Platform) -> None:
        self._ctx, self._platform = ctx, platform

    def pages(self, state: State) -> Iterator[Page]:
        """What is gone, as soon as X has found out. One job a day; a reading does what can be done by now."""
        if "job" not in state:
            if not is_due(state, self._ctx.now()):
                yield Page((), state, complete=True)
                return
            began = self._ctx.now().isoformat()
            if not self._ids():
                yield Page((), {"done_at": began}, complete=True)
                return
            state = {**state, "job": str(self._platform.order_job()["id"]), "began": began}
            yield Page((), state, complete=False)
        yield self._goes_on(state)

    def _goes_on(self, state: State) -> Page:
        job = self._current(state)
        if job.get("status") == "complete":
            try:
                return Page((), {"done_at": state["began"]}, complete=True, gone=self._result(job))
            except Unreachable:
                if not self._is_old(state):
                    raise
                job = {"status": "its result cannot be had"}
        if self._is_hopeful(job, state):
            return Page((), state, complete=True)
        after = {key: value for key, value in state.items() if key == "done_at"}
        text = f"X did not finish the check for deletions ({job.get('status')}); it is ordered again"
        return Page((), after, complete=True, faults=[Fault("compliance", text)])

    def _current(self, state: State) -> Record:
        """The job as it stands, once it has the ids it waits for."""
        try:
            job = self._platform.job(state["job"])
            if job.get("status") == "created" and not self._is_late(job) and not self._is_old(state):
                self._upload(str(job["upload_url"]))
                job = self._platform.job(state["job"])
        except Gone:
            return {"status": "forgotten"}
        return job

    def _is_hopeful(self, job: Record, state: State) -> bool:
        """Whether X still works on it, or at least can."""
        if self._is_old(state):
            return False
        return job.get("status") == "in_progress" or (
            job.get("status") == "created" and not self._is_late(job)
        )

    def _is_old(self, state: State) -> bool:
        return self._ctx.now() - datetime.fromisoformat(state["began"]) > _LONGEST

    def _is_late(self, job: Record) -> bool:
        """Whether the time for the upload has passed."""
        until = job.get("upload_expires_at")
        return isinstance(until, str) and moment(until) < self._ctx.now()

    def _upload(self, address: str) -> None:
        body = "\n".join(self._ids()).encode()
        answer = self._ctx.http.send("PUT", address, data=body, headers={"Content-Type": "text/plain"})
        if answer.status_code >= 300:
            raise Unreachable(f"x: the upload for the check for deletions is answered {answer.status_code}.")

    def _result(self, job: Record) -> list[Vanished]:
        """The posts that must go: deleted, or their account deleted, suspended or protected.

        One JSON object a line: `{"id", "action": "delete", "reason", ...}`. Raises: Unreachable if it is cut off.
        """
        answer = self._ctx.http.get(str(job["download_url"]))
        if answer.status_code != 200:
            raise Unreachable(f"x: the result of the check for deletions is answered {answer.status_code}.")
        try:
            lines = [json.loads(line) for line in answer.content.splitlines() if line.strip()]
            return [vanished(str(line["id"])) for line in lines if line.get("action") == "delete"]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise Unreachable("x: the result of the check for deletions is cut off.") from error

    def _ids(self) -> list[str]:
        return sorted((one.external_id for one in self._ctx.known.posts(realm=REALM)), key=int)
