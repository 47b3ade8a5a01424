"""What learners did in Moodle, as deeds: activities completed, grades, competencies, badges.

Learners are told by Moodle's numeric id; neither name nor mail address is looked at. How sure a completion is:

    a teacher set it (`overrideby`)        by hand
    the learner ticks it (tracking 1)      self-declared
    Moodle saw nothing but a visit         opened
    any other condition                    reported by the LMS

The state holds, for each learner, a short digest of what was told, so that only news comes. Questions are sent
twenty-five in one request where the token's service holds tool_mobile_call_external_functions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from gleanery.errors import Denied, GleaneryError
from gleanery.ports import Deed, Reported
from lms_adapters._text import plain, web_address
from lms_adapters.moodle.client import BATCH, Client, Parameter
from lms_adapters.moodle.settings import Settings
from xapi.grades import Grade

USERS = "core_enrol_get_enrolled_users"
COMPLETION = "core_completion_get_activities_completion_status"
GRADES = "gradereport_user_get_grade_items"
COMPETENCIES = "core_competency_list_course_competencies"
RATINGS = "report_competency_data_for_report"
BADGES = "core_badges_get_user_badges"
FUNCTIONS = (USERS, COMPLETION, GRADES, COMPETENCIES, RATINGS, BADGES)
"""What reading back makes use of; a missing one is named in a note and the others go on."""

_WHAT = {
    USERS: "nothing is read back",
    COMPLETION: "completions are not read",
    GRADES: "grades are not read",
    COMPETENCIES: "competencies are not read",
    RATINGS: "competencies are not read",
    BADGES: "badges are not read",
}
_PAGE = 100
"""Learners asked for at a time."""

_BATCH = 25
_MANUAL, _VIEWED = 1, "completionview"
_COMPLETE, _PASSED = 1, 2
_KEY = 12
"""Characters of a digest: two of one learner's deeds do not meet in it."""

Activities = Mapping[int, UUID]
"""Course module id -> item."""

Asked = tuple[str, Mapping[str, Parameter]]


class ReadBack:
    """One reading of one course."""

    def __init__(self, client: Client, settings: Settings, held: Collection[str]) -> None:
        self._client, self._site, self._course = client, settings.url, settings.course
        self._held, self._batched = held, BATCH in held
        self._notes: dict[str, str] = {}

    def pages(self, activities: Activities, state: Mapping[str, Any]) -> Iterator[Reported]:
        """The news of all enrolled learners, page by page. Raises as Client.call."""
        if self._course is None:
            yield Reported((), state, ("moodle: nothing is read back: set `course`.",))
            return
        told: dict[str, list[str]] = {user: list(keys) for user, keys in state.get("told", {}).items()}
        if not self._holds(USERS):
            yield Reported((), state, tuple(self._notes.values()))
            return
        grades = self._grades(activities)
        rates = self._rates()
        for users in self._users():
            deeds: list[Deed] = []
            for user, found in self._deeds(users, activities, grades, rates=rates):
                deeds.extend(_news(found, told.setdefault(str(user), [])))
            kept = {user: keys for user, keys in told.items() if keys}
            yield Reported(deeds, {"told": kept}, tuple(self._notes.values()))
            self._notes = {}

    def _holds(self, function: str) -> bool:
        if function not in self._held:
            message = f"moodle: {_WHAT[function]}: the token's service does not hold {function}."
            self._notes.setdefault(function, message)
        return function in self._held

    def _users(self) -> Iterator[list[int]]:
        """The ids of those enrolled, page by page."""
        start = 0
        while True:
            options = {"limitfrom": start, "limitnumber": _PAGE, "userfields": "id"}
            page = self._client.call(
                USERS,
                courseid=self._course or 0,
                options=[{"name": name, "value": str(value)} for name, value in options.items()],
            )
            yield [int(user["id"]) for user in page]
            if len(page) < _PAGE:
                return
            start += _PAGE

    def _grades(self, activities: Activities) -> Mapping[int, list[Deed]]:
        """By learner: what all of them were graded with, in one request."""
        if not activities or not self._holds(GRADES):
            return {}
        answer = self._answer(GRADES, self._one(GRADES, courseid=self._course or 0, userid=0))
        return {
            int(one["userid"]): self._graded(one, activities) for one in (answer or {}).get("usergrades", ())
        }

    def _rates(self) -> bool:
        """Whether the course has competencies that can be read."""
        if not (self._holds(COMPETENCIES) and self._holds(RATINGS)):
            return False
        return bool(self._answer(COMPETENCIES, self._one(COMPETENCIES, id=self._course or 0)))

    def _deeds(
        self, users: Sequence[int], activities: Activities, grades: Mapping[int, list[Deed]], *, rates: bool
    ) -> Iterator[tuple[int, list[Deed]]]:
        """Each learner with all that is known of them now."""
        course = self._course or 0
        calls: list[tuple[int, Asked, Callable[[int, Any], list[Deed]]]] = []
        for user in users:
            if activities and self._holds(COMPLETION):
                ask: Asked = (COMPLETION, {"courseid": course, "userid": user})
                calls.append((user, ask, lambda who, body: self._completed(who, body, activities)))
            if rates:
                ask = (RATINGS, {"courseid": course, "userid": user, "moduleid": 0})
                calls.append((user, ask, self._rated))
            if self._holds(BADGES):
                calls.append((user, (BADGES, {"userid": user}), self._earned))
        found = {user: list(grades.get(user, ())) for user in users}
        for start in range(0, len(calls), _BATCH):
            part = calls[start : start + _BATCH]
            answers = self._client.many([ask for _, ask, _ in part], batched=self._batched)
            for (user, (function, _), read), answer in zip(part, answers, strict=True):
                body = self._answer(function, answer)
                found[user].extend(read(user, body) if body else ())
        yield from found.items()

    def _one(self, function: str, **parameters: Parameter) -> Any:
        return self._client.many([(function, parameters)], batched=False)[0]

    def _answer(self, function: str, answer: Any) -> Any:
        """The answer; None for one that was refused, which is noted once."""
        if not isinstance(answer, GleaneryError):
            return answer
        remedy = f" {answer.remedy}" if isinstance(answer, Denied) else ""
        self._notes.setdefault(function, f"moodle: {_WHAT[function]}: {answer.message}{remedy}")
        return None

    # ------------------------------------------------------------------ what the answers say

    def _completed(self, user: int, body: Mapping[str, Any], activities: Activities) -> list[Deed]:
        """Of `statuses`: cmid, state (0 not, 1 complete, 2 passed, 3 failed), timecompleted, tracking, overrideby."""
        deeds = []
        for status in body["statuses"]:
            item, at = activities.get(int(status["cmid"])), status["timecompleted"]
            if item is None or status["state"] not in (_COMPLETE, _PASSED) or not at:
                continue
            deeds.append(
                Deed(
                    **self._by(user, f"completion/{status['cmid']}/{user}/{at}", at),
                    did="completed",
                    item_id=item,
                    progress=1.0,
                    passed=True if status["state"] == _PASSED else None,
                    by_hand=bool(status["overrideby"]),
                    evidence=_grade_of(status).text,
                )
            )
        return deeds

    def _graded(self, body: Mapping[str, Any], activities: Activities) -> list[Deed]:
        """Of `gradeitems`: cmid (of activities only), graderaw, grademin, grademax, gradedategraded."""
        deeds, user = [], int(body["userid"])
        for grade in body["gradeitems"]:
            item, at = activities.get(int(grade.get("cmid") or 0)), grade["gradedategraded"]
            span = grade["grademax"] - grade["grademin"]
            if item is None or grade["graderaw"] is None or not at or span <= 0:
                continue
            share = min(max((grade["graderaw"] - grade["grademin"]) / span, 0.0), 1.0)
            by = self._by(user, f"grade/{grade['id']}/{user}/{at}", at)
            overridden = bool(grade.get("gradeisoverridden"))
            deeds.append(Deed(**by, did="graded", item_id=item, score=share, by_hand=overridden))
        return deeds

    def _rated(self, user: int, body: Mapping[str, Any]) -> list[Deed]:
        """Of `usercompetencies`: usercompetencycourse {proficiency, timemodified, usermodified} and competency."""
        deeds = []
        for one in body["usercompetencies"]:
            rating, competency = one["usercompetencycourse"], one["competency"]["competency"]
            at = rating["timemodified"]
            if rating["proficiency"] is None or not at:
                continue
            known = web_address(
                competency["idnumber"]
            )  # a framework's own address, where it was imported with it
            page = f"{self._site}/admin/tool/lp/editcompetency.php?id={competency['id']}"
            deeds.append(
                Deed(
                    **self._by(user, f"competency/{self._course}/{competency['id']}/{user}/{at}", at),
                    did="qualified" if rating["proficiency"] else "lapsed",
                    award=known or page,
                    label=plain(competency["shortname"]),
                    by_hand=rating["usermodified"] not in (0, user),
                )
            )
        return deeds

    def _earned(self, user: int, body: Mapping[str, Any]) -> list[Deed]:
        """Of `badges`: id, name, uniquehash (of this issue), dateissued, dateexpire, courseid (None: the site's)."""
        return [
            Deed(
                **self._by(user, f"badge/{badge['uniquehash']}", badge["dateissued"]),
                did="earned",
                award=f"{self._site}/badges/badgeclass.php?id={badge['id']}",
                label=plain(badge["name"]),
                valid_until=_time(badge["dateexpire"]) if badge.get("dateexpire") else None,
            )
            for badge in body["badges"]
            if badge["dateissued"] and badge.get("courseid") in (None, self._course)
        ]

    def _by(self, user: int, event: str, at: int) -> dict[str, Any]:
        return {"realm": self._site, "account": str(user), "event": f"{self._site}/{event}", "at": _time(at)}


def _grade_of(status: Mapping[str, Any]) -> Grade:
    """On what a completion rests. A rule is named in `details`, which older sites do not send."""
    if status["overrideby"]:
        return Grade.LMS_REPORTED
    if status["tracking"] == _MANUAL:
        return Grade.SELF_DECLARED
    rules = {rule["rulename"] for rule in status.get("details", ())}
    return Grade.OPENED if rules == {_VIEWED} else Grade.LMS_REPORTED


def _news(deeds: Sequence[Deed], told: list[str]) -> Iterator[Deed]:
    """Those that were not told yet; `told` is brought up to date. Only who was told to be qualified can lapse."""
    before, now = frozenset(told), set(told)
    for deed in deeds:
        event, qualified = _key(deed.event), _key(f"{deed.award} qualified")
        now.add(event)
        if deed.did == "qualified":
            now.add(qualified)
        elif deed.did == "lapsed":
            now.discard(qualified)
        if event not in before and (deed.did != "lapsed" or qualified in before):
            yield deed
    told[:] = sorted(now)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY]


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
