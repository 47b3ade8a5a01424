"""What Slack refuses and what is then to be done: https://docs.slack.dev/reference/methods/conversations.history#errors

Slack says no with HTTP 200 and `{"ok": false, "error": "<code>"}`; only a rate limit (429) and faults of its
servers (5xx) come by status.
"""

from __future__ import annotations

from connectors._errors import Rule

OWN_PACE = "own_pace"
"""Our own code: the requests that a minute allows are used up."""

UNREADABLE = "unreadable"
"""Our own code: the answer was no JSON."""

_INVITE = "In Slack, open the channel and write /invite @ and the app's name; or take the channel out of `channels`."
_INSTALL = (
    "Install the app again (api.slack.com/apps > Install App) and put its bot token where the setting `token`"
    " points."
)

ERRORS: tuple[Rule, ...] = (
    Rule(
        "denied",
        "slack: the app is not in the channel {channel}.",
        _INVITE,
        codes=("not_in_channel",),
        whole=False,
    ),
    Rule(
        "gone",
        "slack: there is no channel {channel}, or it is private and the app is not in it.",
        _INVITE,
        codes=("channel_not_found",),
        whole=False,
    ),
    Rule(
        "gone",
        "slack: the channel {channel} is archived.",
        "Take it out of `channels`; what was read stays.",
        codes=("is_archived",),
        whole=False,
    ),
    Rule(
        "config",
        "slack: the app lacks the right {needed}.",
        "Add it under OAuth & Permissions > Bot Token Scopes at api.slack.com/apps and install the app again.",
        codes=("missing_scope",),
        next="when the source is due; Slack refuses until the app is installed again",
    ),
    Rule(
        "config",
        "slack: the token is not accepted ({code}).",
        _INSTALL,
        codes=("invalid_auth", "not_authed", "token_expired", "not_allowed_token_type"),
    ),
    Rule(
        "config",
        "slack: the app was removed or its token taken back ({code}).",
        _INSTALL + " If reading should end: gleanery sources disconnect NAME.",
        codes=("token_revoked", "account_inactive", "app_uninstalled"),
    ),
    Rule(
        "denied",
        "slack: the workspace does not let the app in ({code}).",
        "Ask an owner of the workspace to approve the app.",
        codes=(
            "access_denied",
            "accesslimited",
            "ekm_access_denied",
            "enterprise_is_restricted",
            "no_permission",
            "org_login_required",
            "team_access_not_granted",
            "two_factor_setup_required",
        ),
    ),
    Rule(
        "config",
        "slack: the token is of a whole organisation, so Slack must be told the workspace ({code}).",
        "Set `workspace` to its id (T…).",
        codes=("missing_argument", "team_not_found"),
    ),
    Rule(
        "config",
        "slack: {method} is no longer answered ({code}).",
        "Update gleanery.",
        codes=(
            "deprecated_endpoint",
            "method_deprecated",
            "unknown_method",
            "method_not_supported_for_channel_type",
        ),
    ),
    Rule(
        "unreachable",
        "slack: the requests that a minute allows for {method} are used up.",
        "Nothing needs to be done; `requests_per_minute` sets the pace.",
        codes=(OWN_PACE,),
        next="when the minute is over, from the same place",
    ),
    Rule(
        "unreachable",
        "slack: too many requests for {method}.",
        "Nothing needs to be done; if it stays so, lower `requests_per_minute`.",
        codes=("ratelimited", "rate_limited"),
        next="when Slack says (Retry-After), else after a minute, from the same place",
    ),
    Rule(
        "unreachable",
        "slack: too many requests for {method}.",
        "Nothing needs to be done; if it stays so, lower `requests_per_minute`.",
        statuses=(429,),
        next="when Slack says (Retry-After), else after a minute, from the same place",
    ),
    Rule(
        "unreachable",
        "slack: its servers have a fault ({status}).",
        "If it stays so, see status.slack.com.",
        statuses=tuple(range(500, 600)),
    ),
    Rule(
        "unreachable",
        "slack: the answer to {method} was cut off or is no JSON.",
        "If it stays so, check `base_url` and whether a proxy answers in its place.",
        codes=(UNREADABLE,),
    ),
    Rule(
        "unreachable",
        "slack: it could not answer {method} for {channel} ({code}).",
        "If it stays so, see status.slack.com.",
        whole=False,
    ),
)
"""In the order of looking; the last row takes what no other names (internal_error, fatal_error, request_timeout)."""
