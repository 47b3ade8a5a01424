"""The words of the pages in the reader's language: English in the code, others from locale/<language>/*.po.

A text is marked by `_()` or `ngettext()` in Python and `{% trans %}` or `_()` in templates; `N_()` marks one that is
translated later. What plugins call their settings is of a context of its own, for a word of a page may mean
another thing: "Export" is a file there and a deed here. The catalogs are read as they are written: there is
nothing to compile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import dates, numbers
from babel.core import Locale, negotiate_locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).with_name("locale")
LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
"""The languages of the pages, each in its own words."""

SETTING = "setting"
"""The context of the labels and hints of plugins' settings."""

_language: ContextVar[str] = ContextVar("language", default="en")


def chosen(setting: str | None, accepted: str | None) -> str:
    """The language to answer in: what the account is set to, else what the browser asks for, else English."""
    if setting in LANGUAGES:
        return str(setting)
    asked = [part.partition(";")[0].strip().replace("-", "_") for part in (accepted or "").split(",")]
    return negotiate_locale([one for one in asked[:20] if one], list(LANGUAGES)) or "en"


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Within, every text is in this language."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """The language spoken now."""
    return _language.get()


def gettext(message: str) -> str:
    """A text in the language spoken now."""
    return _translations(language()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """A text that counts something."""
    return _translations(language()).ngettext(one, many, number)


_ = gettext


def setting(message: str) -> str:
    """The label or the hint of a plugin's setting; as the plugin wrote it where nobody translated it."""
    return _translations(language()).pgettext(SETTING, message) if message else ""


def N_(message: str) -> str:  # noqa: N802 the name that extractors of texts know
    """Mark a text that is translated where it is shown."""
    return message


@cache
def _translations(name: str) -> NullTranslations:
    files = sorted((FOLDER / name).glob("*.po"))
    if not files:
        return NullTranslations()
    whole = Catalog(locale=name)
    for path in files:
        with path.open("rb") as file:
            for message in read_po(file, locale=name):
                if message.id:
                    whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


# --------------------------------------------------------------------------- dates and numbers


def locale() -> Locale:
    """The locale spoken now; English dates are those of Britain: 3 May 2026."""
    return Locale.parse("en_GB" if language() == "en" else language())


def day(at: datetime | date) -> str:
    """3 May 2026; 3. Mai 2026"""
    plain = at.astimezone(UTC).date() if isinstance(at, datetime) else at
    return dates.format_skeleton("yMMMd", plain, locale=locale())


def moment(at: datetime) -> str:
    """3 May 2026, 14:05 UTC"""
    at = at.astimezone(UTC)
    return f"{day(at)}, {at:%H:%M} UTC"


def number(value: float) -> str:
    """1,234.5"""
    return numbers.format_decimal(value, locale=locale())


def cents(value: float) -> str:
    """1,234.50: an amount of money"""
    return numbers.format_decimal(value, "#,##0.00", locale=locale())


def percent(share: float) -> str:
    """12%"""
    return numbers.format_percent(share, locale=locale())


def ago(at: datetime, now: datetime) -> str:
    """3 hours ago; in 2 days"""
    return dates.format_timedelta(at - now, add_direction=True, locale=locale())
