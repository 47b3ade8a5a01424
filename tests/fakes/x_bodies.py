"""Pieces of X's answers: accounts, addresses, problems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gleanery.testing import Reply
from tests.fakes.x_posts import HANDLES

PROBLEM = "https://api.twitter.com/2/problems/"


def user_body(user: str) -> dict[str, str]:
    """An account as X tells it."""
    return {"id": user, "name": HANDLES[user].title(), "username": HANDLES[user]}


def entities_body(text: str, links: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    """What X marks in a text: addresses, and hashtags where there are any."""
    tags = [{"start": one.start(), "end": one.end(), "tag": one[1]} for one in re.finditer(r"#(\w+)", text)]
    return {"urls": _urls(text, links), **({"hashtags": tags} if tags else {})}


def _urls(text: str, links: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {"start": text.find(short), "end": text.find(short) + len(short), "url": short, "expanded_url": full}
        for short, full in links.items()
        if short in text
    ]


def missing(kind: str, value: str, parameter: str) -> dict[str, Any]:
    """That something is not there."""
    return {
        "value": value,
        "resource_id": value,
        "resource_type": kind,
        "parameter": parameter,
        "title": "Not Found Error",
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "type": f"{PROBLEM}resource-not-found",
    }


def not_shown(kind: str, value: str, parameter: str) -> dict[str, Any]:
    """That something may not be seen."""
    return {
        **missing(kind, value, parameter),
        "section": "data",
        "title": "Authorization Error",
        "detail": f"Sorry, you are not authorized to see the {kind} with {parameter}: [{value}].",
        "type": f"{PROBLEM}not-authorized-for-resource",
    }


def problem(status: int, kind: str, title: str) -> Reply:
    """A refusal."""
    address = kind if kind == "about:blank" else PROBLEM + kind
    return Reply(status, {"title": title, "detail": title, "type": address, "status": status})


def invalid(parameters: Mapping[str, Any], message: str) -> Reply:
    """A request that is not understood, and for which of its parameters."""
    return Reply(
        400,
        {
            "errors": [{"parameters": dict(parameters), "message": message}],
            "title": "Invalid Request",
            "detail": "One or more parameters to your request was invalid.",
            "type": f"{PROBLEM}invalid-request",
        },
    )
