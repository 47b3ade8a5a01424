"""What learners did in a course, told in the recorded shapes: bodies of the recording with other ids and times in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.moodle_server.recordings import Recordings

USERS = "core_enrol_get_enrolled_users"
COMPLETION = "core_completion_get_activities_completion_status"
GRADES = "gradereport_user_get_grade_items"
COMPETENCIES = "core_competency_list_course_competencies"
RATINGS = "report_competency_data_for_report"
BADGES = "core_badges_get_user_badges"
BATCH = "tool_mobile_call_external_functions"

Form = Mapping[str, str]


class Learning:
    """The learners of one course: `complete`, `grade`, `rate` and `issue` put something in."""

    def __init__(self, recordings: Recordings, course: int) -> None:
        self._recordings, self.course = recordings, course
        self.users: list[int] = []
        self._statuses: dict[int, list[dict[str, Any]]] = {}
        self._grades: dict[int, list[dict[str, Any]]] = {}
        self._ratings: dict[int, list[dict[str, Any]]] = {}
        self._badges: dict[int, list[dict[str, Any]]] = {}

    def complete(self, user: int, cmid: int, at: int, **values: Any) -> None:
        """A completion; `values` over the recorded status (tracking, overrideby, state, details)."""
        recorded = self._body(COMPLETION, "after_override")["statuses"][0]
        status = {**recorded, "overrideby": None, "cmid": cmid, "timecompleted": at, **values}
        kept = self._statuses.setdefault(user, [])
        kept[:] = [one for one in kept if one["cmid"] != cmid] + [status]

    def grade(self, user: int, cmid: int, raw: float | None, at: int, **values: Any) -> None:
        """A grade out of ten."""
        recorded = self._body(GRADES, "grades_after")["usergrades"][0]["gradeitems"][0]
        changes = {"id": cmid, "cmid": cmid, "graderaw": raw, "gradedategraded": at, "grademax": 10}
        self._grades.setdefault(user, []).append({**recorded, **changes, **values})

    def rate(self, user: int, at: int, *, proficient: bool | None, by: int, idnumber: str = "C-1") -> None:
        """A rating of the recorded competency."""
        recorded = self._body(RATINGS, "report_competency")["usercompetencies"][0]
        rating = {"userid": user, "proficiency": proficient, "timemodified": at, "usermodified": by}
        recorded["usercompetencycourse"] |= rating
        recorded["competency"]["competency"]["idnumber"] = idnumber
        self._ratings[user] = [recorded]

    def issue(self, user: int, at: int, **values: Any) -> None:
        """A badge as an account without the right to see more gets it."""
        recorded = self._body(BADGES, "issued_bot")["badges"][0]
        self._badges.setdefault(user, []).append({**recorded, "dateissued": at, **values})

    def serves(self, function: str) -> bool:
        """Whether a function is one of these."""
        return function in _SERVED

    def answer(self, function: str, form: Form) -> Any:
        """The body for a call."""
        return _SERVED[function](self, form)

    def _body(self, function: str, case: str) -> Any:
        return self._recordings.body(function, case)

    def _enrolled(self, form: Form) -> Any:
        options = {form[f"options[{n}][name]"]: form[f"options[{n}][value]"] for n in range(3)}
        (shown,) = self._body(USERS, "ok_enrolled_paged")
        start, count = int(options["limitfrom"]), int(options["limitnumber"])
        return [{**shown, "id": user} for user in self.users[start : start + count]]

    def _completion(self, form: Form) -> Any:
        statuses = self._statuses.get(int(form["userid"]), [])
        return {**self._body(COMPLETION, "after_override"), "statuses": statuses}

    def _graded(self, form: Form) -> Any:
        recorded = self._body(GRADES, "grades_after")["usergrades"][0]
        total = recorded["gradeitems"][-1]
        grades = [
            {**recorded, "userid": user, "gradeitems": [*self._grades.get(user, []), total]}
            for user in self.users
        ]
        return {"usergrades": grades, "warnings": []}

    def _competencies(self, form: Form) -> Any:
        return self._body(COMPETENCIES, "course_comp") if self._ratings else []

    def _rated(self, form: Form) -> Any:
        ratings = self._ratings.get(int(form["userid"]), [])
        return {**self._body(RATINGS, "report_competency"), "usercompetencies": ratings}

    def _issued(self, form: Form) -> Any:
        return {**self._body(BADGES, "issued_bot"), "badges": self._badges.get(int(form["userid"]), [])}


_SERVED: Mapping[str, Callable[[Learning, Form], Any]] = {
    USERS: Learning._enrolled,
    COMPLETION: Learning._completion,
    GRADES: Learning._graded,
    COMPETENCIES: Learning._competencies,
    RATINGS: Learning._rated,
    BADGES: Learning._issued,
}


def batched(form: Form, answer: Callable[[str, dict[str, str]], Any]) -> dict[str, Any]:
    """The answers of a batch, up to the first that is refused, each JSON within JSON as recorded."""
    responses: list[dict[str, Any]] = []
    while (function := form.get(f"requests[{len(responses)}][function]")) is not None:
        arguments = json.loads(form[f"requests[{len(responses)}][arguments]"])
        body = answer(function, {name: str(value) for name, value in arguments.items()})
        refused = isinstance(body, dict) and "errorcode" in body
        told = {"exception" if refused else "data": json.dumps(body)}
        responses.append({"error": refused, **told})
        if refused:
            break
    return {"responses": responses}
