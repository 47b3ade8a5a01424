"""From a record to a post, by the declared map of fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from connectors._speech import speech_in, transcript_post
from connectors._text import one_line, plain_text, shortened, tidy
from connectors._values import digest, labels, language_code, moment, seconds_long, web_address
from connectors.file.records import Record, look_up
from connectors.file.settings import FILE, FileSettings
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, SharedLink

_UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600}
_MAX_LINKS = 100


Places = Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Reading:
    """A record's values by the names of a post's parts; `notes` gathers what was left out and why."""

    settings: FileSettings
    places: Places
    record: Record
    notes: list[str] = field(default_factory=list)

    def value(self, name: str) -> Any:
        """The first value that is there, None if none is."""
        for place in self.places.get(name, ()):
            found = self.record.file if place == FILE else look_up(self.record.values, place)
            if found not in (None, "", [], {}):
                return found
        return None

    def text(self, name: str) -> str:
        """The value as one string; several are joined by commas, an object is nothing."""
        return _as_text(self.value(name))

    def list(self, name: str) -> list[Any]:
        """The value as a list; a string is split at the separator of tags."""
        found = self.value(name)
        if isinstance(found, list):
            return found
        return _as_text(found).split(self.settings.tag_separator) if found is not None else []

    def time(self, name: str) -> datetime | None:
        """The time, None with a note if it cannot be read."""
        found = self.value(name)
        try:
            return None if found is None else moment(_number_or_text(found), self.settings.date_format)
        except (ValueError, OverflowError, OSError):
            self.notes.append(f"`{name}` was left out: it is no time; set `date_format`")
            return None


def to_draft(record: Record, settings: FileSettings, places: Places) -> tuple[PostDraft, list[str]]:
    """The post that a record is, and what of it was left out; `places` are those of the settings' fields.

    Raises: ValueError (pydantic.ValidationError is one) if it cannot be a post.
    """
    reading = Reading(settings, places, record)
    url = _address(reading)
    title, text = _words(reading)
    if not (url or title or text):
        raise ValueError(
            f"it has no title, no text and no address; it holds {', '.join(map(str, record.values))[:300]}"
        )
    draft = PostDraft(
        platform=settings.platform,
        realm=settings.realm,
        external_id=_external_id(reading, url),
        kind=_kind(reading),
        url=url,
        title=title,
        text=text,
        author=_author(reading),
        published_at=reading.time("published_at"),
        edited_at=reading.time("edited_at"),
        parent_external_id=reading.text("parent_external_id") or None,
        links=_links(reading),
        tags=labels(_as_text(tag) for tag in reading.list("tags")),
        language=language_code(reading.text("language")) or settings.language,
        licence=shortened(reading.text("licence"), 500) or settings.licence,
        seconds=_seconds(reading),
        internal=settings.internal,
        thumbnail=web_address(reading.text("thumbnail")),
    )
    return draft, reading.notes


def beside(record: Record, draft: PostDraft, settings: FileSettings, places: Places) -> list[PostDraft]:
    """What is said in the recording that a record is about, as a post beside it; nothing where none is given."""
    said = speech_in(Reading(settings, places, record).text("transcript"))
    return [transcript_post(draft, said)] if said is not None else []


def _address(reading: Reading) -> str | None:
    found = reading.value("url")
    candidates = found if isinstance(found, list) else [found]
    address = next(filter(None, map(web_address, candidates)), None)
    if found is not None and address is None:
        raise ValueError("`url` is no http:// or https:// address")
    return address


def _external_id(reading: Reading, url: str | None) -> str:
    found = reading.text("external_id")
    if not found and not url:
        raise ValueError("it has neither `external_id` nor `url`")
    return found or "url:" + digest(str(url))


def _words(reading: Reading) -> tuple[str, str]:
    title, text = reading.text("title"), reading.text("text")
    if reading.settings.markup == "html":
        title, text = one_line(title), plain_text(text)
    text = tidy(text)
    if len(text) > MAX_TEXT:
        reading.notes.append(f"`text` was cut at {MAX_TEXT:,} characters")
    return shortened(" ".join(title.split()), 2_000), shortened(text, MAX_TEXT)


def _kind(reading: Reading) -> PostKind:
    found = reading.text("kind")
    meant = {name.casefold(): kind for name, kind in reading.settings.kinds.items()}
    known = {kind.value: kind for kind in PostKind} | meant
    if found and found.casefold() not in known:
        reading.notes.append("`kind` was left out: add its meaning to `kinds`")
    return known.get(found.casefold(), reading.settings.kind)


def _author(reading: Reading) -> Author | None:
    name, key = reading.text("author"), reading.text("author_id")
    if not name and not key:
        return None
    return Author(external_id=(key or name)[:1_000], name=name[:500])


def _seconds(reading: Reading) -> int | None:
    found = reading.value("seconds")
    if found is None:
        return None
    try:
        return seconds_long(_number_or_text(found), _UNITS[reading.settings.duration_unit])
    except (ValueError, OverflowError):
        reading.notes.append("`seconds` was left out: it is no length")
        return None


def _links(reading: Reading) -> tuple[SharedLink, ...]:
    found = dict.fromkeys(filter(None, map(web_address, reading.list("links"))))
    return tuple(SharedLink(url=address) for address in found)[:_MAX_LINKS]


def _number_or_text(value: Any) -> str | float:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _as_text(value)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return ", ".join(filter(None, map(_as_text, value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None or isinstance(value, Mapping) else str(value)
