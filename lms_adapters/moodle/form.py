"""An item as the values of a Database activity's fields.

Every value travels as JSON. A url field takes its address as subfield "0" and its text as "1"; a textarea its
text plain and its format (1, HTML) as subfield "content1"; a multimenu a list of its own options.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from gleanery.ports import LearningItem
from lms_adapters._text import clean, plain, web_address, words_of

HTML_FORMAT = "1"
_LONG = 50_000
"""Characters of a text put into a one-line field."""

_SOURCE = 2_000


@dataclass(frozen=True, slots=True)
class DataField:
    """One field of the activity. `options` are those of a menu."""

    id: int
    name: str
    type: str
    options: tuple[str, ...] = ()

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> DataField:
        """From `mod_data_get_fields`: a menu's options are the lines of `param1`."""
        options = (line.strip() for line in (body.get("param1") or "").splitlines())
        return cls(body["id"], body["name"], body["type"], tuple(option for option in options if option))


Value = tuple[str | None, str | list[str]]
"""A subfield's name, None for the field itself, and what it holds."""

Encode = Callable[[DataField, LearningItem, bool], list[Value]]
"""The values of a field for an item; True if the text must name its source itself."""


def _title(field: DataField, item: LearningItem, _: bool) -> list[Value]:
    title = title_of(item)
    return _html(escape(title)) if field.type == "textarea" else [(None, title)]


def title_of(item: LearningItem) -> str:
    """The title as one plain line; the address, then the id, where there is none."""
    return plain(item.title) or plain(web_address(item.url) or "") or str(item.id)


def _link(field: DataField, item: LearningItem, _: bool) -> list[Value]:
    address = web_address(item.url) or ""
    return [("0", address), ("1", title_of(item))] if field.type == "url" else [(None, address)]


def _text(field: DataField, item: LearningItem, with_source: bool) -> list[Value]:
    markup = clean(item.html, may_embed=item.may_embed)
    source = source_of(item) if with_source else ""
    if field.type == "textarea":
        return _html(f"{markup}\n<p>{escape(source)}</p>" if source else markup)
    return [(None, " — ".join(part for part in (words_of(markup, _LONG), source) if part))]


def _source(field: DataField, item: LearningItem, _: bool) -> list[Value]:
    source = source_of(item)
    return _html(escape(source)) if field.type == "textarea" else [(None, source)]


def source_of(item: LearningItem) -> str:
    """Attribution and licence, which must be shown with the item; the platforms where there is neither."""
    named = [plain(part, _SOURCE) for part in (item.attribution, item.licence or "")]
    return " · ".join(part for part in named if part) or ", ".join(item.platforms)


def _tags(field: DataField, item: LearningItem, _: bool) -> list[Value]:
    labels = [plain(label) for _, _, label in item.competencies]
    if field.type not in ("multimenu", "checkbox", "menu", "radiobutton"):
        joined = ", ".join(label for label in labels if label)
        return _html(escape(joined)) if field.type == "textarea" else [(None, joined)]
    wanted = {label.casefold() for label in labels}
    chosen = [option for option in field.options if option.casefold() in wanted]
    return [(None, chosen if field.type in ("multimenu", "checkbox") else "".join(chosen[:1]))]


def _id(_: DataField, item: LearningItem, __: bool) -> list[Value]:
    return [(None, str(item.id))]


def _html(markup: str) -> list[Value]:
    return [(None, markup), ("content1", HTML_FORMAT)]


_WORDS = frozenset({"text", "textarea"})
ROLES: Mapping[str, tuple[frozenset[str], Encode]] = {
    "title": (_WORDS, _title),
    "link": (frozenset({"url", "text"}), _link),
    "text": (_WORDS, _text),
    "source": (_WORDS, _source),
    "tags": (_WORDS | {"multimenu", "checkbox", "menu", "radiobutton"}, _tags),
    "id": (frozenset({"text"}), _id),
}
"""What each field of ours may be in Moodle, and how it is filled."""


@dataclass(frozen=True, slots=True)
class Form:
    """The activity's fields by what we use them for: title, link, text, source, tags, id."""

    fields: Mapping[str, DataField]

    def rows(self, item: LearningItem) -> list[dict[str, str | int]]:
        """The parameter `data` of add and update: every field of ours, the empty ones too."""
        return list(self._rows(item))

    def _rows(self, item: LearningItem) -> Iterator[dict[str, str | int]]:
        for role, field in sorted(self.fields.items(), key=lambda named: named[1].id):
            for subfield, value in ROLES[role][1](field, item, "source" not in self.fields):
                name = {} if subfield is None else {"subfield": subfield}
                yield {"fieldid": field.id, **name, "value": json.dumps(value)}

    def item_id(self, entry: Mapping[str, Any]) -> str:
        """What the entry's id field holds; empty where there is nothing."""
        contents: Sequence[Mapping[str, Any]] = entry.get("contents", ())
        held = [row["content"] for row in contents if row["fieldid"] == self.fields["id"].id]
        return (held[0] or "").strip() if held else ""
