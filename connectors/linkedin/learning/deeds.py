"""One element of an activity report into deeds: who completed, watched or got how far in what.

Each holds one learner, one asset and their `activities`: `engagementType`, `engagementValue`, `firstEngagedAt`,
`lastEngagedAt`. Names and e-mail addresses stand beside them and are not read. What somebody merely marked as done
(MARKED_AS_DONE) is no completion that LinkedIn saw, and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from connectors._values import digest
from connectors.linkedin.api import Record, inner, millis, time_of
from connectors.linkedin.learning.assets import PLATFORM
from connectors.linkedin.learning.settings import LinkedInLearningSettings
from gleanery.model.posts import DeedDraft


def deeds_of(
    element: Any, settings: LinkedInLearningSettings, window: int, *, is_final: bool
) -> list[DeedDraft]:
    """The deeds of one element. Completions are told at once, figures that still grow only when they are final.

    A deed's id is of learner, asset, kind and time: of a completion when it was, of the others the window's begin.
    Raises: ValueError where it does not tell who, what or when.
    """
    if not isinstance(element, dict):
        raise ValueError("it is no object")
    profile, account = _learner(element, settings)
    about = _asset(element)
    told = _activities(element)
    common = {"platform": PLATFORM, "realm": settings.realm, "account": account, "about": about}
    key = digest(profile, about)
    found: list[DeedDraft] = []
    if _value(told, "COMPLETIONS") >= 1:
        at = _time(told["COMPLETIONS"], "firstEngagedAt", "lastEngagedAt")
        found.append(DeedDraft(**common, did="completed", event=f"completed:{key}:{millis(at)}", at=at))
    if is_final:
        period = f"{key}:{window}/{settings.window_days}"
        found.extend(DeedDraft(**common, event=f"{one['did']}:{period}", **one) for one in _figures(told))
    return found


def _learner(element: Record, settings: LinkedInLearningSettings) -> tuple[str, str]:
    """LinkedIn's number of the profile, and the account by which the learner is known here.

    The id of the organisation's sign-on is what its HR list knows, so it comes first; where that is an e-mail address
    it is not taken, as the house keeps none.
    """
    details = inner(element, "learnerDetails")
    profile, user = inner(details, "entity").get("profileUrn"), details.get("uniqueUserId")
    number = profile if isinstance(profile, str) else ""
    own = user.strip() if isinstance(user, str) and "@" not in user else ""
    account = own if own and settings.learner == "user_id" else number
    if not account:
        raise ValueError("it names no learner, or by an e-mail address only")
    return number or account, account


def _asset(element: Record) -> str:
    content = inner(element, "contentDetails")
    urn = content.get("contentUrn") or inner(content, "entity").get("contentUrn")
    if not isinstance(urn, str) or not urn.startswith("urn:li:"):
        raise ValueError("it names no asset")
    return urn


def _activities(element: Record) -> Mapping[str, Record]:
    """By type; of two measures of one type (UNIQUE and TOTAL) the total."""
    found: dict[str, Record] = {}
    activities = element.get("activities")
    for one in activities if isinstance(activities, list) else ():
        if isinstance(one, dict):
            kind = str(one.get("engagementType"))
            if kind not in found or one.get("engagementMetricQualifier") == "TOTAL":
                found[kind] = one
    return found


def _figures(told: Mapping[str, Record]) -> list[dict[str, Any]]:
    """What grew in the window: watched for how long, got how far."""
    found: list[dict[str, Any]] = []
    seconds, views = round(_value(told, "SECONDS_VIEWED")), _value(told, "VIEWS")
    if seconds > 0 or views >= 1:
        best = told["SECONDS_VIEWED"] if seconds > 0 else told["VIEWS"]
        at = _time(best, "lastEngagedAt", "firstEngagedAt")
        found.append({"did": "viewed", "at": at, "seconds": seconds or None})
    progress = _value(told, "PROGRESS_PERCENTAGE") / 100
    if 0 < progress < 1:
        at = _time(told["PROGRESS_PERCENTAGE"], "lastEngagedAt", "firstEngagedAt")
        found.append({"did": "progressed", "at": at, "progress": progress})
    return found


def _value(told: Mapping[str, Record], kind: str) -> float:
    value = told.get(kind, {}).get("engagementValue")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < 1e9:
        return 0.0
    return float(value)


def _time(activity: Record, *keys: str) -> datetime:
    found = next((at for key in keys if (at := time_of(activity.get(key))) is not None), None)
    if found is None:
        raise ValueError("it does not tell when")
    return found
