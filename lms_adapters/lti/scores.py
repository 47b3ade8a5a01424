"""Scores into the LMS's gradebook and grades out of it: Assignment and Grade Services 2.0.

https://www.imsglobal.org/spec/lti-ags/v2p0. The address of a column may have a query: `/scores` and `/results` stand
before it. Moodle keeps times by the second and refuses one that is not later than the last (409), so each score of a
learner is given a second of its own, which is noted before it is sent: sent again after a lost answer it is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

import requests

from gleanery.errors import BadInput, Denied, Gone
from gleanery.ports import Context, Score
from lms_adapters._text import plain
from lms_adapters.lti.access import Access, decoded
from lms_adapters.lti.claims import ITEM, Launch
from lms_adapters.lti.deep_linking import LARGEST
from lms_adapters.lti.paging import pages_of, rows_of
from lms_adapters.lti.platform import Platform

_SCOPE = "https://purl.imsglobal.org/spec/lti-ags/scope/"
_LINE, _SCORE, _RESULT = f"{_SCOPE}lineitem", f"{_SCOPE}score", f"{_SCOPE}result.readonly"
_TYPE = "application/vnd.ims.lis."
_LINE_TYPE, _SCORE_TYPE = f"{_TYPE}v2.lineitem+json", f"{_TYPE}v1.score+json"
_LINES_TYPE, _RESULT_TYPE = f"{_TYPE}v2.lineitemcontainer+json", f"{_TYPE}v2.resultcontainer+json"
_PROGRESS = {"started": "Started", "in-progress": "InProgress", "completed": "Completed"}
_REMEMBERED = timedelta(days=400)
_COMMENT = 1_000
_MOST_LINES = 500


def scores_to(launch: Launch, platform: Platform) -> Mapping[str, Any] | None:
    """Where the scores of this launch go, None where the LMS wants none."""
    scopes = launch.scores.get("scope")
    line, lines = (_own(launch.scores.get(name), platform) for name in ("lineitem", "lineitems"))
    may_create = isinstance(scopes, list) and _LINE in scopes and lines is not None
    if not isinstance(scopes, list) or _SCORE not in scopes or (line is None and not may_create):
        return None
    return {
        "line": line,
        "lines": lines if may_create else None,
        "link": launch.link,
        "item": str(launch.wants),
        "reads": next((one for one in (_LINE, f"{_LINE}.readonly") if one in scopes), None),
    }


def _own(url: Any, platform: Platform) -> str | None:
    return url if isinstance(url, str) and platform.owns(url) else None


def beneath(url: str, name: str) -> str:
    """`/scores` or `/results` of a column: before its query."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}"))


class Scores:
    """The gradebook of one LMS."""

    def __init__(self, ctx: Context, access: Access) -> None:
        self._ctx, self._access = ctx, access

    def send(self, score: Score) -> None:
        """Bring one in; the same one again changes nothing. Raises: as `ports.Seats.score`."""
        line = self._line(score)
        self._remember(str(score.to["item"]), line)
        told = _told(score, self._moment(line, score))
        answer = self._access.send(
            "POST", beneath(line, "scores"), (_SCORE,), body=told, sends=_SCORE_TYPE, accept="*/*"
        )
        if answer.status_code == 409 or answer.ok:
            _require_taken(answer)
            return
        if answer.status_code == 404:
            self._require_there(score, line)
        raise Denied(
            f"lti: the LMS takes no score of this learner ({answer.status_code}): it does not know them there.",
            remedy="Enrol the learner in the course again, or give the delivery up.",
        )

    def _line(self, score: Score) -> str:
        """The column: the link's own, else the one that we made or make for it."""
        if score.to.get("line"):
            return str(score.to["line"])
        kept = self._ctx.store.get(_slot("made", score.to["lines"], score.to["link"]))
        return str(kept or self._found(score) or self._made(score))

    def _found(self, score: Score) -> str | None:
        """A column that was made when the answer was lost."""
        url = _with(str(score.to["lines"]), resource_link_id=str(score.to["link"]))
        for page in pages_of(self._access, url, (_LINE,), _LINES_TYPE):
            for row in rows_of(page):
                if _is_ours(row, score):
                    return self._keep(score, str(row["id"]))
        return None

    def _made(self, score: Score) -> str:
        told = {
            "scoreMaximum": LARGEST,
            "label": self._label(score),
            "resourceId": str(score.to["item"]),
            "tag": ITEM,
            "resourceLinkId": score.to["link"],
        }
        url = str(score.to["lines"])
        answer = self._access.send("POST", url, (_LINE,), body=told, sends=_LINE_TYPE, accept=_LINE_TYPE)
        if answer.status_code == 404:
            raise _gone()
        if not answer.ok:
            raise Denied(
                f"lti: the LMS lets us make no column in its gradebook ({answer.status_code}).",
                remedy="Allow the tool to create columns there, or add one to the link.",
            )
        made = decoded(answer)
        if not isinstance(made, Mapping) or not isinstance(made.get("id"), str):
            raise BadInput("lti: the LMS's answer names no column.", remedy="Tell the LMS's makers.")
        return self._keep(score, made["id"])

    def _label(self, score: Score) -> str:
        offered = self._ctx.learners.offered(UUID(str(score.to["item"])))
        return (plain(offered.title) if offered else "") or str(score.to["item"])

    def _keep(self, score: Score, line: str) -> str:
        self._ctx.store.put(_slot("made", score.to["lines"], score.to["link"]), line, expires_in=_REMEMBERED)
        return line

    def _require_there(self, score: Score, line: str) -> None:
        """Raises: Gone where the column is not there any more, or we may not look."""
        reads = score.to.get("reads")
        if not reads or self._access.send("GET", line, (reads,), accept=_LINE_TYPE).status_code == 404:
            if not score.to.get("line"):
                self._ctx.store.put(_slot("made", score.to["lines"], score.to["link"]), "")
            raise _gone()

    def _moment(self, line: str, score: Score) -> datetime:
        """The second of its own that this score is sent with."""
        slot = _slot("sent", line, score.account)
        kept = self._ctx.store.get(slot)
        at = score.at.astimezone(UTC)
        if kept is not None and kept["at"] == at.isoformat():
            return datetime.fromisoformat(kept["sent"])
        sent = at.replace(microsecond=0)
        if kept is not None:
            sent = max(sent, datetime.fromisoformat(kept["sent"]) + timedelta(seconds=1))
        row = {"at": at.isoformat(), "sent": sent.isoformat(), "share": score.share}
        self._ctx.store.put(slot, row, expires_in=_REMEMBERED)
        return sent

    # ------------------------------------------------------------------ grades out of it

    def _remember(self, item: str, line: str) -> None:
        """Note the columns of an item, to be read again."""
        known = self._ctx.store.get(f"lines:{item}") or []
        if line not in known and len(known) < _MOST_LINES:
            self._ctx.store.put(f"lines:{item}", [*known, line])

    def lines(self, item: str) -> list[str]:
        """The columns that scores of an item went to."""
        return list(self._ctx.store.get(f"lines:{item}") or [])

    def results(self, line: str) -> Iterator[Mapping[str, Any]]:
        """What stands in a column, but for what we wrote there ourselves. Raises: Gone, and as `Access.send`."""
        for page in pages_of(self._access, beneath(line, "results"), (_RESULT,), _RESULT_TYPE):
            for row in rows_of(page):
                if (
                    isinstance(row, Mapping)
                    and isinstance(row.get("userId"), str)
                    and not self._is_own(line, row)
                ):
                    yield row

    def _is_own(self, line: str, row: Mapping[str, Any]) -> bool:
        sent = self._ctx.store.get(_slot("sent", line, str(row["userId"])))
        share = share_of(row)
        if share is None:
            return True
        return bool(sent and sent["share"] is not None and abs(sent["share"] - share) < 1e-6)


def share_of(row: Mapping[str, Any]) -> float | None:
    """The share of the best that a result is, None where it is none."""
    given, best = row.get("resultScore"), row.get("resultMaximum", 1)
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (given, best))
    if not numbers or not best > 0:
        return None
    return min(max(float(given) / float(best), 0.0), 1.0)  # type: ignore[arg-type]


def _told(score: Score, at: datetime) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "userId": score.account,
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "activityProgress": _PROGRESS[score.progress],
        "gradingProgress": "NotReady",
    }
    if score.share is not None:
        done = score.progress == "completed"
        told |= {"scoreGiven": round(score.share * LARGEST, 4), "scoreMaximum": LARGEST}
        told["gradingProgress"] = "FullyGraded" if done else "Pending"
    if score.comment:
        told["comment"] = score.comment[:_COMMENT]
    return told


def _require_taken(answer: requests.Response) -> None:
    """Raises: BadInput where a page of something in between answered instead of the gradebook."""
    if answer.ok and "html" in answer.headers.get("content-type", "").lower() and answer.content:
        raise BadInput(
            "lti: a page answered instead of the LMS's gradebook.",
            remedy="A sign-in or error page of the LMS may stand in between: ask who runs it.",
        )


def _is_ours(row: Any, score: Score) -> bool:
    if not isinstance(row, Mapping) or not isinstance(row.get("id"), str):
        return False
    return row.get("resourceId") == str(score.to["item"]) and row.get("resourceLinkId") == score.to["link"]


def _with(url: str, **more: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, [parts.query, urlencode(more)]))))


def _slot(kind: str, *parts: object) -> str:
    """A short key that names no person."""
    digest = hashlib.sha256("\n".join(str(part) for part in parts).encode("utf-8", "replace")).hexdigest()
    return f"{kind}:{digest[:40]}"


def _gone() -> Gone:
    return Gone(
        "lti: the column for this link was removed from the LMS's gradebook.",
        remedy="If scores should go there, the teacher adds the link anew.",
    )
