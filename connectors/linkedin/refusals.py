"""What LinkedIn refuses, and what the administrator does about it.

The body of an error is `{"status", "code" or "serviceErrorCode", "message"}`; its message is not repeated, it may
name a member. https://learn.microsoft.com/en-us/linkedin/shared/api-guide/concepts/error-handling
"""

from __future__ import annotations

from connectors._errors import Rule

_VERSION = "Set `version` to a month of the last twelve (YYYYMM); LinkedIn lists them under Versioning."
_SIGN_IN = "Run: gleanery sources connect NAME; where `token` is set, make a new one."
_ROLE = (
    "Whoever signed in needs the role ADMINISTRATOR, CONTENT_ADMIN or DIRECT_SPONSORED_CONTENT_POSTER on that page,"
    " and the app the Community Management API with r_organization_social."
)
_KEY = (
    "In LinkedIn Learning's administration, under Access content and reports via API, give the application the"
    " rights Content and Reports."
)

_PASSING: tuple[Rule, ...] = (
    Rule(
        "quota",
        "LinkedIn answers 429: the calls of today are used up. It does not tell how many there are.",
        "Read less often (`every_minutes`), or ask LinkedIn for the Standard tier.",
        statuses=(429,),
        next="at 00:00 UTC, when LinkedIn counts anew",
    ),
    Rule(
        "config",
        "LinkedIn does not understand the request for {what} ({status} {code}).",
        "Correct the id in the settings; if it is right, try another `version`.",
        statuses=(400, 405, 406, 409, 422),
        whole=False,
        next="after the settings were changed",
    ),
    Rule(
        "unreachable",
        "LinkedIn answers {status} for {what}.",
        statuses=(408, 500, 502, 503, 504),
        next="with growing intervals",
    ),
    Rule("unreachable", "LinkedIn answers {status} {code} for {what}, which it does not explain."),
)

PAGES: tuple[Rule, ...] = (
    Rule(
        "config",
        "LinkedIn has switched off version {version} of its API, or never had it.",
        _VERSION,
        codes=("NONEXISTENT_VERSION", "VERSION_MISSING"),
        next="after `version` was changed",
    ),
    Rule(
        "config",
        "LinkedIn has switched off version {version} of its API (426).",
        _VERSION,
        statuses=(426,),
        next="after `version` was changed",
    ),
    Rule(
        "denied", "LinkedIn refuses the token ({code}).", _SIGN_IN, statuses=(401,), next="after signing in"
    ),
    Rule("denied", "LinkedIn denies access to {what} ({code}).", _ROLE, statuses=(403,), whole=False),
    Rule("gone", "LinkedIn knows no {what} (404).", "Correct `authors`.", statuses=(404,), whole=False),
    *_PASSING,
)

LEARNING: tuple[Rule, ...] = (
    Rule(
        "denied",
        "LinkedIn Learning refuses the key ({code}).",
        "Check `client_id` and `client_secret`; make a new secret in LinkedIn Learning's administration.",
        statuses=(401,),
        next="after the key was changed",
    ),
    Rule("denied", "LinkedIn Learning denies access to {what} ({code}).", _KEY, statuses=(403,), whole=False),
    Rule("gone", "LinkedIn Learning knows no {what} (404).", statuses=(404,), whole=False),
    *_PASSING,
)
