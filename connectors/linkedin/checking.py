"""What `gleanery sources check` says of LinkedIn: what works, what runs out, what is impossible and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from connectors._web import encryption
from connectors.linkedin import versions
from connectors.linkedin.api import Api, today
from connectors.linkedin.export import Export
from connectors.linkedin.settings import LinkedInSettings
from gleanery.errors import Denied, GleaneryError
from gleanery.ports import Check

ROLES = ("ADMINISTRATOR", "CONTENT_ADMIN", "DIRECT_SPONSORED_CONTENT_POSTER")
_TOKEN_WARNING = timedelta(days=14)
_IMPOSSIBLE = (
    (
        "groups",
        "LinkedIn has no programming interface for groups; people can share single posts with the bookmarklet.",
    ),
    (
        "members' posts",
        "r_member_social is closed to new apps, and words of members may be kept for 48 hours only; a member can give"
        " their own data export (`export`).",
    ),
    ("other companies", "r_organization_social reads only pages on which whoever signed in has a role."),
    ("search", "there is none for posts, neither by words nor by hashtag."),
    ("comments", "they are other people's words, and are not read."),
)


def check_pages(api: Api, settings: LinkedInSettings, max_age: timedelta | None) -> list[Check]:
    """All lines for pages (or members) read through the API."""
    return [
        *encryption(settings.base_url, settings.token, settings.client_secret),
        *_access(api, settings),
        _token_end(api),
        _version(api, settings),
        _calls(api),
        _words(settings, max_age),
        *(Check(name, True, f"cannot be read: {why}") for name, why in _IMPOSSIBLE),
    ]


def check_export(export: Export, settings: LinkedInSettings) -> list[Check]:
    """All lines for a member's export."""
    try:
        good, faults, realm = export.look()
    except GleaneryError as error:
        return [Check("export", False, error.message, error.remedy)]
    whose = "the member is not told; set `member`" if realm == "member" else f"member {realm}"
    text = f"{good} shares are readable, {faults} are not; {whose}."
    line = Check(
        "export", bool(good), text, "" if good else "Give the larger data archive, as LinkedIn made it."
    )
    left_out = "comments, reactions, messages and connections are other people's, too, and are not opened."
    return [line, Check("other files", True, left_out), _words(settings, None)]


def _access(api: Api, settings: LinkedInSettings) -> Iterator[Check]:
    """Whether the token is taken, and the role on each page; a page whose role is not told is tried."""
    try:
        roles = {} if settings.are_members else _roles(api)
    except Denied as error:
        if error.stops_source:
            yield Check("token", False, error.message, error.remedy)
            return
        roles = {}
    except GleaneryError as error:
        yield Check("token", False, error.message, error.remedy)
        return
    yield Check("token", True, "LinkedIn takes it.")
    for author in settings.authors:
        yield _role(author, roles[author]) if author in roles else _tried(api, author)


def _roles(api: Api) -> dict[str, list[str]]:
    """Approved roles by page, of whoever signed in; at most the first hundred.
    https://learn.microsoft.com/en-us/linkedin/marketing/community-management/organizations/organization-access-control-by-role
    """
    params = {"q": "roleAssignee", "state": "APPROVED", "start": "0", "count": "100"}
    found: dict[str, list[str]] = {}
    for one in api.page("/rest/organizationAcls", params, "your roles").elements:
        if isinstance(one, dict) and one.get("state", "APPROVED") == "APPROVED":
            page = str(one.get("organization") or one.get("organizationTarget") or "")
            found.setdefault(page, []).append(str(one.get("role")))
    return found


def _role(author: str, roles: Sequence[str]) -> Check:
    name = f"role on {author}"
    fitting = [role for role in roles if role in ROLES]
    if fitting:
        return Check(name, True, ", ".join(fitting))
    return Check(
        name,
        False,
        f"{', '.join(roles)} does not allow to read its posts.",
        f"One of {', '.join(ROLES)} does.",
    )


def _tried(api: Api, author: str) -> Check:
    """Ask for a single post: the answer tells whether there is access."""
    params = {"q": "author", "author": author, "count": "1", "start": "0", "sortBy": "LAST_MODIFIED"}
    try:
        api.page("/rest/posts", params, f"posts of {author}")
    except GleaneryError as error:
        return Check(f"role on {author}", False, error.message, error.remedy)
    return Check(f"role on {author}", True, "its posts can be read.")


def _token_end(api: Api) -> Check:
    end = api.ctx.tokens.expires_at() if api.token is None else None
    if end is None:
        return Check("token's end", True, "not known here; LinkedIn's tokens last 60 days, a renewal a year.")
    text = f"until {end:%Y-%m-%d}, renewed before where LinkedIn gave the app that right."
    soon = end <= api.ctx.now() + _TOKEN_WARNING
    return Check("token's end", not soon, text, "Run: gleanery sources connect NAME" if soon else "")


def _version(api: Api, settings: LinkedInSettings) -> Check:
    end, now = versions.twelve_months_old(settings.version), api.ctx.now()
    text = f"{settings.version} may be switched off from {end:%Y-%m-%d} on; every reading then fails (426)."
    if versions.runs_out_soon(settings.version, now):
        return Check(
            "version", False, text, f"Set `version` to a newer month, such as {now:%Y%m} or the one before."
        )
    return Check("version", True, text)


def _calls(api: Api) -> Check:
    used = api.ctx.meter.spent("requests", today(api.ctx.now())).units
    text = (
        f"{used} calls since 00:00 UTC. LinkedIn does not tell the limit (500 a day and app in the Development tier);"
        " the portal's Analytics tab shows it."
    )
    return Check("calls", True, text)


def _words(settings: LinkedInSettings, max_age: timedelta | None) -> Check:
    kept = "as long as you keep them" if max_age is None else f"{max_age.days} days, anew with each reading"
    leave = (
        "and may be passed on, as `words_may_leave` says"
        if settings.words_may_leave
        else "and do not leave this house: LinkedIn's terms forbid to export or transfer them; `words_may_leave` is off"
    )
    return Check("words", True, f"are kept {kept}, {leave}.")
