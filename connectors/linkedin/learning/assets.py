"""One asset of LinkedIn Learning into a post.

https://learn.microsoft.com/en-us/linkedin/learning/reference/learningassets
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connectors._text import one_line, plain_text, shortened
from connectors._values import labels, language_code, web_address
from connectors.linkedin.api import Record, inner, millis, time_of
from gleanery.model.posts import MAX_TEXT, PostDraft, PostKind, Vanished

PLATFORM = "linkedin-learning"
_KINDS = {"VIDEO": PostKind.VIDEO, "ARTICLE": PostKind.ARTICLE, "AUDIO": PostKind.AUDIO}
_SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3_600}


def read_asset(record: Record, realm: str, now: datetime) -> PostDraft | Vanished:
    """The post, or that the asset is retired. Raises: ValueError if the record is broken."""
    urn = asset_urn(record)
    if is_retired(record, now):
        return Vanished(platform=PLATFORM, realm=realm, external_id=urn)
    details = inner(record, "details")
    return PostDraft(
        platform=PLATFORM,
        realm=realm,
        external_id=urn,
        kind=_KINDS.get(str(record.get("type")), PostKind.COURSE),
        url=web_address(inner(details, "urls").get("webLaunch")),
        title=shortened(one_line(_value(record, "title")), 2_000),
        text=shortened(plain_text(_description(details)), MAX_TEXT),
        published_at=time_of(details.get("publishedAt")),
        edited_at=time_of(details.get("lastUpdatedAt")),
        tags=labels(_classifications(details)),
        language=_language(record),
        seconds=_seconds(details),
    )


def asset_urn(record: Record) -> str:
    """The asset's id. Raises: ValueError if there is none."""
    urn = record.get("urn")
    if not isinstance(urn, str) or not urn.startswith("urn:li:"):
        raise ValueError("it has no URN")
    return urn


def is_retired(record: Record, now: datetime) -> bool:
    """Whether the asset is offered no longer, by its availability or by a date that has come."""
    details = inner(record, "details")
    if details.get("availability") in ("RETIRED", "DEPRECATED", "UNAVAILABLE"):
        return True
    ends = (time_of(details.get(key)) for key in ("retiredAt", "deprecatedAt"))
    return any(end is not None and end <= now for end in ends)


def last_update(record: Record) -> int | None:
    """Milliseconds since 1970 of the last change; None where it does not tell."""
    at = time_of(inner(record, "details").get("lastUpdatedAt"))
    return millis(at) if at else None


def _value(record: Record, key: str) -> str:
    """The words of a localised text: `{"value": …, "locale": …}`."""
    value = inner(record, key).get("value")
    return value if isinstance(value, str) else ""


def _description(details: Record) -> str:
    keys = ("descriptionIncludingHtml", "description", "shortDescriptionIncludingHtml", "shortDescription")
    return next((words for key in keys if (words := _value(details, key))), "")


def _classifications(details: Record) -> Iterator[str]:
    """Names of skills and subjects: `classifications[].associatedClassification.name.value`."""
    found = details.get("classifications")
    for one in found if isinstance(found, list) else ():
        associated = inner(one, "associatedClassification") if isinstance(one, dict) else {}
        if associated.get("type") != "LIBRARY":
            yield _value(associated, "name")


def _language(record: Record) -> str | None:
    locale = inner(record, "title", "locale")
    language, country = locale.get("language"), locale.get("country")
    if not isinstance(language, str):
        return None
    return language_code(f"{language}-{country}" if isinstance(country, str) else language)


def _seconds(details: Record) -> int | None:
    length = inner(details, "timeToComplete")
    duration, unit = length.get("duration"), _SECONDS.get(str(length.get("unit", "SECOND")))
    if not isinstance(duration, int | float) or isinstance(duration, bool) or unit is None:
        return None
    return round(duration * unit) if 0 <= duration < 1e6 else None
