"""The templates, and how the house's values are put into words on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from gleanery.flow import withheld
from gleanery.web import addresses

HERE = Path(__file__).parent
MAX_SHOWN = 4_000
"""Characters of a text shown at once; the rest opens on demand."""

_NAMES = {"youtube": "YouTube", "slack": "Slack", "linkedin": "LinkedIn", "x": "X", "github": "GitHub"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")


class Pages:
    """Renders templates with what every page shows."""

    def __init__(self, organisation: str) -> None:
        """`organisation` is the name in the header."""
        self._env = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._env.globals.update(organisation=organisation, account=None)
        self._env.filters.update(
            href=addresses.href,
            site=addresses.site,
            day=day,
            moment=moment,
            stamp=stamp,
            counted=counted,
            platform=platform,
            language=language,
            withheld=withheld.kinds,
            shown=lambda text: (text[:MAX_SHOWN], text[MAX_SHOWN:]),
        )

    def page(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """A rendered page."""
        return HTMLResponse(self._env.get_template(template).render(values), status, headers)

    def message(
        self, status: int, words: str, *, account: str | None = None, partial: bool = False
    ) -> HTMLResponse:
        """A page that only says something; `partial`: asked for by htmx, so that the words go where faults are told."""
        told = {"hx-retarget": "#problem", "hx-reselect": "#message", "hx-reswap": "innerHTML"}
        return self.page(
            "message.html", status=status, headers=told if partial else None, words=words, account=account
        )


def day(at: datetime) -> str:
    """3 May 2026"""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y}"


def moment(at: datetime) -> str:
    """3 May 2026, 14:05 UTC"""
    return f"{day(at)}, {at.astimezone(UTC):%H:%M} UTC"


def stamp(at: datetime) -> str:
    """The machine-readable form of a time."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def counted(number: int, one: str, many: str = "") -> str:
    """1 post, 3 posts"""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def platform(name: str) -> str:
    """A platform's name as its owners write it."""
    return _NAMES.get(name, name.replace("_", " ").capitalize())


def language(tag: str | None) -> str | None:
    """A language tag that may stand in a `lang` attribute, else None."""
    return tag if tag and _LANGUAGE.match(tag) else None
