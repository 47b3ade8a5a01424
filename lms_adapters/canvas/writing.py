"""An item as an entry of a module: a link or launch where it has an address, else a page with its text.

A link in a module has a title and nothing else, so whom it is from and its licence stand in the title.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from html import escape
from uuid import UUID

from gleanery.errors import BadInput
from gleanery.ports import LearningCollection, LearningItem
from lms_adapters._collections import page_of
from lms_adapters._text import TITLE_LENGTH, clean, plain, web_address
from lms_adapters.canvas.marker import wrapped
from lms_adapters.canvas.records import PAGE, TOOL, URL
from lms_adapters.canvas.settings import Settings

_SOURCE = 120
"""Characters of a title that whom it is from may take."""


@dataclass(frozen=True, slots=True)
class Written:
    """What is to stand in Canvas. `address` is without its marker; `body` is the page's HTML with it."""

    type: str
    title: str
    address: str = ""
    body: str = ""

    @property
    def digest(self) -> str:
        """The same for the same contents."""
        return digest_of(self.type, self.title, self.address, self.body)


def digest_of(*parts: str) -> str:
    """A digest, kept in the place of foreign words."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def written(item: LearningItem, settings: Settings) -> Written:
    """The item's entry. Raises: BadInput where it has neither an address nor a text that may be passed on."""
    address, source = web_address(item.url), _source(item)
    name = plain(item.title) or plain(address or "") or str(item.id)
    if settings.launch is not None:
        return Written(TOOL, titled(name, source), settings.launch)
    if address:
        return Written(URL, titled(name, source), address)
    markup = clean(item.html, may_embed=item.may_embed)
    if not markup:
        raise BadInput(
            f"canvas: item {item.id} has neither a web address nor a text that may be passed on.",
            remedy="Give the item an address or a summary, or retract it.",
        )
    credit = f"\n<p><em>{escape(source)}</em></p>" if source else ""
    return Written(PAGE, name, body=wrapped(markup + credit, item.id))


def written_path(collection: LearningCollection, language: str) -> Written:
    """The page that says what a path is for, first in its module."""
    page = clean(page_of(collection, language))
    return Written(PAGE, named(collection.title, collection.id), body=wrapped(page, collection.id))


def named(title: str, thing: UUID) -> str:
    """A title as one plain line, the id where there is none."""
    return plain(title) or str(thing)


def titled(name: str, source: str) -> str:
    """The name and whom it is from, within what a title may have."""
    if not source:
        return name
    told = plain(source, _SOURCE)
    return f"{plain(name, TITLE_LENGTH - len(told) - 3)} ({told})"


def _source(item: LearningItem) -> str:
    named = [plain(part, _SOURCE) for part in (item.attribution, item.licence or "")]
    return " · ".join(part for part in named if part)
