"""What a launch must say, and what we take from it: no name and no mail address.

Learning Tools Interoperability Core 1.3 (https://www.imsglobal.org/spec/lti/v1p3/) with the checks of its security
framework (https://www.imsglobal.org/spec/security/v1p0/, 5.1.3); each that fails is refused by its own name.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from lms_adapters.lti.flows import LIVES, Flow
from lms_adapters.lti.platform import Platform, is_web, origin_of
from lms_adapters.lti.refusals import Refused

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
SCORES = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
ROSTER = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
LINK, PICK = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
VERSION = "1.3.0"

LEEWAY = 120
"""Seconds by which the LMS's clock may differ from ours."""

ITEM = "gleanery"
"""The custom parameter that names an item or collection of ours."""

_TEACHING = frozenset(
    {
        "Instructor",
        "ContentDeveloper",
        "Administrator",
        "TeachingAssistant",
        "Manager",
        "SysAdmin",
        "Faculty",
    }
)
_LEARNING = frozenset({"Learner", "Student", "Guest", "Observer", "None"})
_ROLES = 200


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that holds: who (the LMS's own id), from which place, for what."""

    sub: str
    deployment: str
    is_choice: bool
    is_teacher: bool
    link: str
    course: str
    wants: UUID | None
    language: str | None
    return_url: str | None
    family: str
    scores: Mapping[str, Any]
    roster: str | None
    choice: Mapping[str, Any]


def launch_of(
    claims: Mapping[str, Any], platform: Platform, flow: Flow, now: datetime, address: str
) -> Launch:
    """The launch that these claims make; `address` is where our endpoints are. Raises: Refused at the first fault."""
    _for_us(claims, platform)
    _timely(claims, now)
    if not hmac.compare_digest(str(claims.get("nonce")).encode("utf-8", "replace"), flow.nonce.encode()):
        raise Refused("nonce")
    kind = _kind(claims)
    deployment = _text(claims, f"{CLAIM}deployment_id")
    target = _text(claims, f"{CLAIM}target_link_uri", 4_000)
    require_ours(target, address)
    if "sub" not in claims or claims["sub"] in (None, ""):
        raise Refused("anonymous")
    roles = claims.get(f"{CLAIM}roles")
    choice = _choice(claims, platform, roles) if kind == PICK else {}
    presentation = _mapping(claims, f"{CLAIM}launch_presentation")
    link = "" if kind == PICK else _part(claims, f"{CLAIM}resource_link", "id")
    return Launch(
        sub=_text(claims, "sub"),
        deployment=deployment,
        is_choice=kind == PICK,
        is_teacher=teaches(roles, chooses=kind == PICK),
        link=link,
        course=str(_mapping(claims, f"{CLAIM}context").get("id", ""))[:255],
        wants=None if kind == PICK else _wanted(claims, target),
        language=_language(presentation.get("locale")),
        return_url=_return(presentation.get("return_url"), platform),
        family=str(_mapping(claims, f"{CLAIM}tool_platform").get("product_family_code", ""))[:50],
        scores=_mapping(claims, SCORES),
        roster=_roster(claims, platform),
        choice=choice,
    )


def _for_us(claims: Mapping[str, Any], platform: Platform) -> None:
    """OpenID Connect Core 3.1.3.7, 2 to 5."""
    if claims.get("iss") != platform.issuer:
        raise Refused("issuer", found=claims.get("iss"), expected=platform.issuer)
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    wrong = platform.client_id not in named or (len(named) > 1 and party is None)
    if wrong or (party is not None and party != platform.client_id):
        raise Refused("audience", expected=platform.client_id)


def _timely(claims: Mapping[str, Any], now: datetime) -> None:
    at = now.timestamp()
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    if expires <= at - LEEWAY:
        raise Refused("time", what="exp", seconds=round(at - expires))
    if issued > at + LEEWAY:
        raise Refused("time", what="iat", seconds=round(issued - at))
    if issued < at - LIVES.total_seconds() - LEEWAY:
        raise Refused("time", what="iat", seconds=round(at - issued))
    if "nbf" in claims and _moment(claims, "nbf") > at + LEEWAY:
        raise Refused("time", what="nbf", seconds=round(_moment(claims, "nbf") - at))


def _moment(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise Refused("claim", what=name)
    return float(value)


def _kind(claims: Mapping[str, Any]) -> str:
    version = claims.get(f"{CLAIM}version")
    if version != VERSION:
        raise Refused("version", found=version)
    kind = claims.get(f"{CLAIM}message_type")
    if kind not in (LINK, PICK):
        raise Refused("message", found=kind)
    return str(kind)


def _text(claims: Mapping[str, Any], name: str, longest: int = 255) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise Refused("claim", what=name)
    return value


def _mapping(claims: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = claims.get(name)
    return value if isinstance(value, Mapping) else {}


def _part(claims: Mapping[str, Any], name: str, key: str) -> str:
    value = _mapping(claims, name).get(key)
    if not isinstance(value, str) or not value or len(value) > 255:
        raise Refused("claim", what=f"{name} {key}")
    return value


def require_ours(target: str, address: str) -> None:
    """Let pass what leads to an endpoint of ours. Raises: Refused."""
    ours, given = urlsplit(address), urlsplit(target) if is_web(target) else None
    same = given is not None and origin_of(target) == origin_of(address)
    if given is None or not same or not f"{given.path}/".startswith(f"{ours.path}/"):
        raise Refused("target", found=target, expected=f"{address}/launch")


def roles_of(told: Any) -> frozenset[str]:
    """The short names of roles: of `…/membership#Instructor` or `Instructor`; of sub-roles the sub-role.

    https://www.imsglobal.org/spec/lti/v1p3/#role-vocabularies
    """
    listed = told if isinstance(told, list) else []
    return frozenset(
        one.rpartition("#")[2].rpartition("/")[2] for one in listed[:_ROLES] if isinstance(one, str)
    )


def teaches(told: Any, *, chooses: bool = False) -> bool:
    """Whether somebody with these roles teaches the course; in a company all of its learners may be `Staff` of it.

    The roles in the course decide. Of somebody who has none there the others do; `chooses`: the LMS lets them choose
    content, which it lets no learner do.
    """
    roles = [one for one in told if isinstance(one, str)][:_ROLES] if isinstance(told, list) else []
    listed = ["Learner" if "/membership/Learner#" in one else one for one in roles]
    here = roles_of([one for one in listed if "/membership" in one or "/" not in one])
    if here:
        return bool(here & _TEACHING)
    elsewhere = roles_of(listed)
    return bool(elsewhere & _TEACHING) or (chooses and not elsewhere & _LEARNING)


def _choice(claims: Mapping[str, Any], platform: Platform, roles: Any) -> Mapping[str, Any]:
    choice = _mapping(claims, DEEP_LINKING)
    back = choice.get("deep_link_return_url")
    if not isinstance(back, str):
        raise Refused("claim", what="deep_link_return_url")
    if not platform.owns(back):
        raise Refused("return", found=origin_of(back))
    if not teaches(roles, chooses=True):
        raise Refused("learner-picks")
    return choice


def _wanted(claims: Mapping[str, Any], target: str) -> UUID:
    """The item or collection that the link names. Raises: Refused."""
    custom = _mapping(claims, f"{CLAIM}custom").get(ITEM)
    named = custom if isinstance(custom, str) else parse_qs(urlsplit(target).query).get("item", [""])[0]
    try:
        return UUID(named)
    except ValueError as error:
        raise Refused("nothing") from error


def _language(told: Any) -> str | None:
    """A language tag as browsers write it."""
    tag = told.replace("_", "-") if isinstance(told, str) else ""
    return tag if 2 <= len(tag) <= 20 and tag.replace("-", "").isalnum() and tag.isascii() else None


def _return(told: Any, platform: Platform) -> str | None:
    return told if isinstance(told, str) and platform.owns(told) else None


def _roster(claims: Mapping[str, Any], platform: Platform) -> str | None:
    url = _mapping(claims, ROSTER).get("context_memberships_url")
    return url if isinstance(url, str) and platform.owns(url) else None
