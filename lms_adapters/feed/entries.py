"""Items and collections made fit for feeds: plain titles, clean HTML, web addresses, days."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from uuid import UUID

from gleanery.ports import LearningCollection, LearningItem
from lms_adapters._text import clean, language_tag, plain, web_address, words_of
from lms_adapters.feed.settings import Settings

ALL = "all"
"""The name of the feed of all items; that of a collection's is its id."""

_LONG, _SHORT, _CREDIT = 50_000, 5_000, 2_000
"""Characters: of a text that is taken as it is, of a longer one's words, and of whom it is from."""


@dataclass(frozen=True, slots=True)
class Words:
    """What stands around the items."""

    source: str
    licence: str
    about: str


ENGLISH = Words("Source: {}", "Licence: {}", "What colleagues shared and curators approved.")
GERMAN = Words(
    "Quelle: {}", "Lizenz: {}", "Was Kolleginnen und Kollegen geteilt und Kuratoren freigegeben haben."
)


def words_in(language: str) -> Words:
    """The words in this language; English where there are none."""
    return GERMAN if language.split("-")[0].lower() == "de" else ENGLISH


@dataclass(frozen=True, slots=True)
class Entry:
    """One item in a feed. `html` is never empty: it names at least whom it is from, else the title."""

    id: UUID
    title: str
    address: str | None
    html: str
    language: str
    author: str
    licence: str
    tags: tuple[str, ...]
    published: datetime | None
    changed: datetime

    @property
    def urn(self) -> str:
        """Its id, the same in every feed and for ever."""
        return self.id.urn


@dataclass(frozen=True, slots=True)
class Channel:
    """One feed, whole. `key` is "all", or the collection's id."""

    key: str
    id: UUID
    title: str
    about: str
    language: str
    entries: tuple[Entry, ...]

    @property
    def changed(self) -> datetime:
        """The last change of any of its entries; an empty feed never changed."""
        return max((entry.changed for entry in self.entries), default=datetime(2000, 1, 1, tzinfo=UTC))


def entry_of(item: LearningItem, settings: Settings, changed: datetime) -> Entry | None:
    """The item's entry, None where it has neither an address nor a text that may be passed on."""
    address = web_address(item.url)
    text = clean(item.html, may_embed=item.may_embed) if settings.include_text else ""
    if not address and not text:
        return None
    if len(text) > _LONG:
        text = f"<p>{escape(words_of(text, _SHORT))}</p>"
    title = plain(item.title) or plain(address or "") or str(item.id)
    author, licence = plain(item.attribution, _CREDIT), plain(item.licence or "")
    words = words_in(settings.language)
    credit = [
        form.format(escape(told)) for form, told in ((words.source, author), (words.licence, licence)) if told
    ]
    parts = [text, *([f"<p>{'<br>'.join(credit)}</p>"] if credit else [])]
    return Entry(
        id=item.id,
        title=title,
        address=address,
        html="\n".join(part for part in parts if part) or f"<p>{escape(title)}</p>",
        language=language_tag(item.language, settings.language),
        author=author,
        licence=licence,
        tags=tuple(dict.fromkeys(label for _, _, name in item.competencies if (label := plain(name)))),
        published=item.published_at,
        changed=changed,
    )


def channels(
    entries: Mapping[UUID, Entry],
    collections: Sequence[LearningCollection],
    settings: Settings,
    feed_id: UUID,
) -> Iterator[Channel]:
    """The feed of all, the newest first, then one for each collection: a path in its order."""
    about, title = words_in(settings.language).about, plain(settings.title)
    yield Channel(ALL, feed_id, title, about, settings.language, _newest(entries.values()))
    for one in collections:
        held = [entries[step.item.id] for step in one.steps if step.item.id in entries]
        own = tuple(dict.fromkeys(held)) if one.ordered else _newest(dict.fromkeys(held))
        name = plain(one.title) or str(one.id)
        yield Channel(str(one.id), one.id, name, plain(one.summary, _CREDIT) or about, settings.language, own)


def _newest(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(sorted(entries, key=lambda one: one.urn), key=lambda one: one.changed, reverse=True))
