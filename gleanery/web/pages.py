"""The templates, and how the house's values are put into words on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from gleanery.flow import withheld
from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.desk import Detail, Piece, pieces
from gleanery.flow.items.speech import address_at, clock
from gleanery.web import addresses, navigation, telling, words
from gleanery.web.routes import visitor_of

HERE = Path(__file__).parent
MAX_SHOWN = 4_000
"""Characters of a text shown at once; the rest opens on demand."""

_NAMES = {"youtube": "YouTube", "slack": "Slack", "linkedin": "LinkedIn", "x": "X", "github": "GitHub"}
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*\Z")
_CODE = re.compile("`([^`]+)`")


def templates() -> Environment:
    """The templates: what they show is escaped, and their words are in the language spoken at the time."""
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals["_"] = _said
    return made


def _said(text: str, **values: Any) -> Markup:
    """A text in the language spoken now. It may quote what somebody typed: Jinja's own `_` would not escape it."""
    told = escape(words.gettext(text))
    return told % values if values else told


class Pages:
    """Renders templates with what every page shows, in the language of whoever asks."""

    def __init__(self, organisation: str) -> None:
        """`organisation` is the name in the header."""
        self._env = templates()
        self._env.globals.update(
            organisation=organisation, languages=words.LANGUAGES, language=words.language
        )
        self._env.filters.update(
            href=addresses.href,
            site=addresses.site,
            day=words.day,
            moment=words.moment,
            number=words.number,
            percent=words.percent,
            cents=words.cents,
            stamp=stamp,
            code=code,
            spoken=spoken,
            setting=lambda text: code(words.setting(text)),
            counted=counted,
            platform=platform,
            language=language,
            withheld=withheld.kinds,
            shown=lambda text: (text[:MAX_SHOWN], text[MAX_SHOWN:]),
            at_second=address_at,
            clock=clock,
            pieces=_pieces,
            **telling.FILTERS,
        )

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """A rendered page for whoever asks."""
        visitor = visitor_of(request)
        with words.speaking(language_of(request, visitor)):
            shown = {
                "visitor": visitor,
                "account": visitor.account if visitor else None,
                "theme": visitor.settings.get("theme", "") if visitor else "",
                "desks": navigation.desks_of(visitor, request.url.path),
                "parts": navigation.parts_of(visitor, request.url.path),
                "home": navigation.first_desk(visitor) if visitor else "/",
                **values,
            }
            return HTMLResponse(self._env.get_template(template).render(shown), status, headers)

    def message(
        self, request: Request, status: int, told: str, *, remedy: str = "", places: Sequence[str] = ()
    ) -> HTMLResponse:
        """A page that only says something; asked for by htmx, the words go where faults are told.

        `places` are the fields that are at fault.
        """
        partial = {"hx-retarget": "#problem", "hx-reselect": "#message", "hx-reswap": "innerHTML"}
        return self.page(
            request, "message.html", status=status, headers=partial if is_partial(request) else None,
            words=told, remedy=remedy, places=places, way_in=status == 401,
        )  # fmt: skip


def _pieces(detail: Detail) -> tuple[list[Piece], list[Piece]]:
    """An item's text with its marks: what is shown at once, and the rest."""
    text, marks = detail.text, detail.aids.marks
    rest = pieces(text, marks, MAX_SHOWN) if len(text) > MAX_SHOWN else []
    return pieces(text, marks, end=MAX_SHOWN), rest


def language_of(request: Request, visitor: Visitor | None) -> str:
    """The language to answer a request in; `request.state.language` where an LMS said it."""
    setting = visitor.settings.get("locale") if visitor else getattr(request.state, "language", None)
    return words.chosen(setting, request.headers.get("accept-language"))


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of a page."""
    return request.headers.get("hx-request") == "true"


def stamp(at: datetime) -> str:
    """The machine-readable form of a time."""
    return at.astimezone(UTC).isoformat(timespec="seconds")


def code(text: str) -> Markup:
    """The words with what stands between backticks as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 escaped just before


def spoken(text: str) -> Markup:
    """What a platform, a plugin or an error says, translated where it is, else marked as the English it is."""
    told = words.gettext(text) if text else ""
    if words.language() == "en" or told != text or not text:
        return code(told)
    return Markup('<span lang="en">{}</span>').format(code(told))


def counted(number: int, one: str, many: str = "") -> str:
    """1 post, 3 posts: in the language spoken now; `one` and `many` are marked where they are written."""
    return f"{words.number(number)} {words.ngettext(one, many or one + 's', number)}"


def platform(name: str) -> str:
    """A platform's name as its owners write it."""
    return _NAMES.get(name, name.replace("_", " ").capitalize())


def language(tag: str | None) -> str | None:
    """A language tag that may stand in a `lang` attribute, else None."""
    return tag if tag and _LANGUAGE.match(tag) else None
