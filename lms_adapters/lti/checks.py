"""The self test: what must hold for launches, choices and scores, each line with its remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gleanery.errors import GleaneryError
from gleanery.ports import Check, Context
from gleanery.ports.registering import Deployment
from lms_adapters.lti.access import Access
from lms_adapters.lti.claims import LEEWAY
from lms_adapters.lti.jwks import PlatformKeys
from lms_adapters.lti.platform import Platform, hostname
from lms_adapters.lti.registering import SCOPES
from lms_adapters.lti.settings import Settings, is_loopback

_SEE = "See the message."


def own_address(ctx: Context, settings: Settings) -> Check:
    """Whether we have an address that browsers and the LMS can use."""
    if not ctx.address:
        return Check(
            "address",
            False,
            "lti: gleanery has no address from outside.",
            "Set serve.address in the configuration.",
        )
    if ctx.address.startswith("https://") or settings.allow_http or is_loopback(ctx.address):
        return Check("address", True, f"Our endpoints are at {ctx.address}.")
    return Check(
        "address",
        False,
        "lti: our address is not encrypted: browsers keep no cookies in frames there.",
        "Set serve.address to an https address.",
    )


def of_registration(platform: Platform | None) -> Check:
    """Whether there is a registration; without one nothing is wrong yet, but nobody can come."""
    if platform is None:
        return Check(
            "registered", True, "Not registered at an LMS yet: the page of this destination shows how."
        )
    return Check("registered", True, f"Registered at {hostname(platform.issuer)}.")


def with_platform(
    ctx: Context, platform: Platform, access: Access, deployments: Sequence[Deployment]
) -> Iterator[Check]:
    """What the LMS answers, asked now."""
    yield _deployed(deployments)
    yield _tried("keys", lambda: _keys(ctx, platform))
    yield _tried("token", lambda: _token(access))
    yield _tried("clock", lambda: _clock(ctx, platform))


def _tried(name: str, check: Callable[[], Check]) -> Check:
    try:
        return check()
    except GleaneryError as error:
        return Check(name, False, error.message, error.remedy or _SEE)


def _deployed(deployments: Sequence[Deployment]) -> Check:
    pending = sum(one.state == "pending" for one in deployments)
    if any(one.state == "approved" for one in deployments):
        return Check("deployment", True, f"A deployment is approved; {pending} wait for approval.")
    if pending:
        return Check(
            "deployment", True, f"{pending} deployments wait for approval on the page of this destination."
        )
    return Check(
        "deployment", True, "No deployment is known yet: open a link in the LMS once, then approve it."
    )


def _keys(ctx: Context, platform: Platform) -> Check:
    number = len(PlatformKeys(ctx, platform.jwks_url).read())
    return Check("keys", True, f"The LMS publishes {number} usable keys.")


def _token(access: Access) -> Check:
    access.fresh(SCOPES)
    return Check("token", True, "The LMS issues access tokens for scores and rosters.")


def _clock(ctx: Context, platform: Platform) -> Check:
    told = ctx.http.get(platform.jwks_url).headers.get("date", "")
    try:
        theirs = parsedate_to_datetime(told)
    except ValueError:
        return Check("clock", True, "The LMS does not say what time it is.")
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    seconds = round(abs((_now(ctx) - theirs).total_seconds()))
    if seconds <= LEEWAY // 2:
        return Check("clock", True, f"The LMS's clock is {seconds} seconds from ours.")
    return Check(
        "clock",
        False,
        f"lti: the LMS's clock is {seconds} seconds from ours; launches are refused from {LEEWAY} on.",
        "Set both machines by a time server.",
    )


def _now(ctx: Context) -> datetime:
    return ctx.now().astimezone(UTC)
