"""What YouTube refuses, and what follows: https://developers.google.com/youtube/v3/docs/errors

Nearly everything comes as 403; the reason stands in `error.errors[].reason`, or in `error.details[].reason`
where the gateway before the API refuses.
"""

from __future__ import annotations

import json
from typing import Any

from connectors._errors import Rule

_CONSOLE = "https://console.cloud.google.com/apis"

ERRORS: tuple[Rule, ...] = (
    Rule(
        "quota",
        "youtube: the project's quota for today is used up ({code}); reading goes on by itself.",
        "Lower `daily_units` if other programs share the project, or ask Google for more.",
        codes=("quotaExceeded", "dailyLimitExceeded"),
        next="at midnight in Los Angeles",
    ),
    Rule(
        "unreachable",
        "youtube: too many requests at once ({code}).",
        codes=(
            "rateLimitExceeded",
            "userRateLimitExceeded",
            "RATE_LIMIT_EXCEEDED",
            "servingLimitExceeded",
            "concurrentLimitExceeded",
        ),
        next="after the time that Retry-After names, else after a minute",
    ),
    Rule(
        "config",
        "youtube: the key is not valid ({code}).",
        f"Copy `key` anew from {_CONSOLE}/credentials, and see that no restriction of the key excludes this machine.",
        codes=(
            "keyInvalid",
            "keyExpired",
            "API_KEY_INVALID",
            "API_KEY_SERVICE_BLOCKED",
            "API_KEY_IP_ADDRESS_BLOCKED",
            "API_KEY_HTTP_REFERRER_BLOCKED",
            "ipRefererBlocked",
        ),
        next="after the setting is changed",
    ),
    Rule(
        "config",
        "youtube: the YouTube Data API v3 is not enabled in the project ({code}).",
        f"Enable it at {_CONSOLE}/library/youtube.googleapis.com, and wait some minutes.",
        codes=("accessNotConfigured", "SERVICE_DISABLED"),
        next="with the next reading",
    ),
    Rule(
        "config",
        "youtube: the sign-in does not cover what is read ({code}).",
        "Sign in again and allow all that is asked for: gleanery sources connect NAME",
        codes=("ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficientPermissions", "insufficientScopes"),
        next="after somebody has signed in",
    ),
    Rule(
        "denied",
        "youtube: the sign-in is not valid any more ({code}).",
        "Sign in again: gleanery sources connect NAME",
        codes=("authError", "required", "ACCESS_TOKEN_EXPIRED", "youtubeSignupRequired", "accountClosed"),
        next="after somebody has signed in",
    ),
    Rule(
        "gone",
        "youtube: {what} is not there ({code}).",
        "Correct or remove it in the settings.",
        codes=("channelNotFound", "playlistNotFound", "channelClosed", "channelSuspended"),
        whole=False,
    ),
    Rule(
        "gone",
        "youtube: {what} is not there, or has its comments switched off ({code}); it is passed over.",
        codes=("videoNotFound", "commentsDisabled", "commentNotFound", "captionNotFound"),
        whole=False,
    ),
    Rule(
        "unreachable",
        "youtube: {what} changed while it was read ({code}); it is read again from its beginning.",
        codes=("invalidPageToken",),
        whole=False,
    ),
    Rule(
        "denied",
        "youtube: {what} may not be read ({code}).",
        "It is private: sign in as its owner, or remove it from the settings.",
        codes=(
            "forbidden",
            "playlistForbidden",
            "channelForbidden",
            "playlistItemsNotAccessible",
            "playlistOperationUnsupported",
            "watchHistoryNotAccessible",
        ),
        whole=False,
        next="with the next reading",
    ),
    Rule("unreachable", "youtube answers {status}.", statuses=(408, 500, 502, 503, 504)),
    Rule(
        "unreachable",
        "youtube: too many requests at once ({status}).",
        statuses=(429,),
        next="after the time that Retry-After names, else after a minute",
    ),
    Rule(
        "denied",
        "youtube: access is refused ({status} {code}).",
        "Check `key`, or sign in again: gleanery sources connect NAME",
        statuses=(401,),
        next="after somebody has signed in",
    ),
    Rule(
        "denied",
        "youtube: {what} is refused ({status} {code}).",
        "Look the reason up at https://developers.google.com/youtube/v3/docs/errors",
        statuses=(403,),
        whole=False,
    ),
    Rule(
        "config",
        "youtube refuses the request for {what} ({status} {code}).",
        "Check what is entered in the settings; if it is right, this is a fault of the connector.",
        whole=False,
    ),
)


def reason_of(body: bytes) -> str:
    """The reason in an error's body: the first that the table knows, else the first; empty where none is told.

    A refusal for the day that calls itself one of the rate is told by its `metadata.quota_limit`.
    """
    error = _error_in(body)
    details = [one for one in error.get("details") or () if isinstance(one, dict)]
    if any("PerDay" in str((one.get("metadata") or {}).get("quota_limit", "")) for one in details):
        return "dailyLimitExceeded"
    told = [one for one in error.get("errors") or () if isinstance(one, dict)]
    reasons = [str(one["reason"]) for one in (*details, *told) if one.get("reason")]
    known = {code for rule in ERRORS for code in rule.codes}
    return next((reason for reason in reasons if reason in known), reasons[0] if reasons else "")


def _error_in(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    error = found.get("error") if isinstance(found, dict) else None
    return error if isinstance(error, dict) else {}
