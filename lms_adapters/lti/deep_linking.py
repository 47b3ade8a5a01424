"""The answer that places what a teacher chose: Deep Linking 2.0 (https://www.imsglobal.org/spec/lti-dl/v2p0)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gleanery.errors import Denied
from gleanery.ports import Form, LearningCollection, LearningItem
from lms_adapters._text import plain
from lms_adapters.lti.claims import CLAIM, ITEM, VERSION, Launch
from lms_adapters.lti.keys import OwnKeys
from lms_adapters.lti.platform import Platform

LARGEST = 100
"""The best score of a column that we have made."""

_DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_TITLE, _TEXT, _MOST = 255, 1_000, 200


def picks_of(launch: Launch) -> Mapping[str, Any]:
    """What must be had again to answer the choice."""
    asked = launch.choice
    types = asked.get("accept_types")
    return {
        "return_url": asked["deep_link_return_url"],
        "data": asked.get("data"),
        "deployment": launch.deployment,
        "family": launch.family,
        "many": asked.get("accept_multiple") is not False,
        "types": [one for one in types if isinstance(one, str)]
        if isinstance(types, list)
        else ["ltiResourceLink"],
        "scores": asked.get("accept_lineitem") is not False,
    }


def answer(
    picks: Mapping[str, Any],
    chosen: Sequence[LearningItem | LearningCollection],
    platform: Platform,
    keys: OwnKeys,
    address: str,
    custom_only: bool,
) -> Form:
    """What the teacher's browser posts to the LMS. Raises: Denied where the LMS takes none of it."""
    _require_taken(picks, chosen, platform)
    claims = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "nonce": keys.nonce(),
        f"{CLAIM}deployment_id": picks["deployment"],
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": VERSION,
        f"{_DL}content_items": [_link(one, picks, "" if custom_only else address) for one in chosen],
    }
    if picks.get("data") is not None:
        claims[f"{_DL}data"] = picks["data"]
    return Form(str(picks["return_url"]), {"JWT": keys.signed(claims)})


def _require_taken(
    picks: Mapping[str, Any], chosen: Sequence[LearningItem | LearningCollection], platform: Platform
) -> None:
    if not platform.owns(str(picks["return_url"])):
        raise Denied(
            "lti: the answer would go to a host that is not the LMS's any more.",
            remedy="Choose the content anew from the LMS.",
        )
    if "ltiResourceLink" not in picks["types"]:
        raise Denied(
            "lti: at this place the LMS takes no links to a tool.",
            remedy="Choose the content where activities are added to the course.",
        )
    if len(chosen) > 1 and not picks["many"]:
        raise Denied("lti: at this place the LMS takes one item only.", remedy="Choose one, or use a path.")
    if len(chosen) > _MOST:
        raise Denied(
            f"lti: more than {_MOST} items were chosen at once.", remedy="Choose fewer, or use a path."
        )


def _link(
    one: LearningItem | LearningCollection, picks: Mapping[str, Any], address: str
) -> Mapping[str, Any]:
    """One link. `address` is empty for an LMS that finds its tool again only by links without one."""
    title = plain(one.title, _TITLE) or str(one.id)
    link: dict[str, Any] = {"type": "ltiResourceLink", "title": title, "custom": {ITEM: str(one.id)}}
    summary = plain(one.summary, _TEXT) if isinstance(one, LearningCollection) else ""
    if summary:
        link["text"] = summary
    if address:
        link["url"] = f"{address}/launch?item={one.id}"
    if picks["scores"]:
        link["lineItem"] = {
            "scoreMaximum": LARGEST, "label": title, "resourceId": str(one.id), "tag": ITEM,
        }  # fmt: skip
    return link
