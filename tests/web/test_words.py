"""gleanery.web.words: every text of the pages is there in every language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from gleanery import plugins
from gleanery.flow import forms
from gleanery.flow.catalogue import catalogue
from gleanery.web import words

WEB = Path(words.__file__).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
_OPTIONS = {"templates/**.html": {"trimmed": "false", "newstyle_gettext": "true"}}
_KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2), "counted": (1, 2)}


def marked() -> dict[str | tuple[str, ...], str]:
    """Every text that is marked for translation, with the first file it stands in."""
    found: dict[str | tuple[str, ...], str] = {}
    for file, _, message, _, _ in extract_from_dir(
        str(WEB), _METHODS, _OPTIONS, keywords=_KEYWORDS, directory_filter=lambda name: "vendor" not in name
    ):
        found.setdefault(message if isinstance(message, str) else tuple(message), file)
    return found


def catalog(language: str, context: str | None = None) -> dict[str | tuple[str, ...], Message]:
    """All that is translated into a language in one context, from all its files."""
    return {
        message.id if isinstance(message.id, str) else tuple(message.id): message
        for path in sorted((words.FOLDER / language).glob("*.po"))
        for message in _read(path, language)
        if message.id and message.context == context
    }


def _read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@pytest.mark.parametrize("language", [one for one in words.LANGUAGES if one != "en"])
def test_every_text_of_the_pages_is_translated(language: str) -> None:
    known = catalog(language)
    missing = [
        f"{file}: {message!r}"
        for message, file in marked().items()
        if message not in known or not _is_whole(known[message])
    ]
    assert not missing, "\n".join(missing)


def _is_whole(message: Message) -> bool:
    told = [message.string] if isinstance(message.string, str) else list(message.string)
    return all(told) and not message.fuzzy


@pytest.mark.parametrize("language", [one for one in words.LANGUAGES if one != "en"])
def test_a_translation_keeps_the_places_of_its_values(language: str) -> None:
    wrong = [
        message.id
        for message in (*catalog(language).values(), *catalog(language, words.SETTING).values())
        for text in ([message.string] if isinstance(message.string, str) else message.string)
        if not _places(text) <= _places(" ".join([message.id] if isinstance(message.id, str) else message.id))
    ]
    assert not wrong


def _places(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text)) | set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("path", sorted(words.FOLDER.glob("*/*.po")), ids=lambda path: path.stem)
def test_a_catalog_says_nothing_twice_nor_otherwise_than_another(path: Path) -> None:
    others: dict[object, object] = {}
    for other in path.parent.glob("*.po"):
        if other != path:
            others |= {_key(one): one.string for one in _read(other, path.parent.name) if one.id}
    here = [one for one in _read(path, path.parent.name) if one.id]
    assert not [one.id for one in here if others.get(_key(one), one.string) != one.string]


def _key(message: Message) -> object:
    return message.context, message.id if isinstance(message.id, str) else tuple(message.id)


# ------------------------------------------------------------------ plugins


def settings() -> set[str]:
    """The labels and the hints of the settings of every plugin that comes along."""
    fields = (
        field
        for kind in ("connector", "adapter")
        for one in plugins.found(kind)
        if one.distribution == "gleanery" and one.cls is not None
        for field in forms.fields_of(one.cls.Settings)
    )
    return {text for field in fields for text in (field.label, field.hint) if text}


@pytest.mark.parametrize("language", [one for one in words.LANGUAGES if one != "en"])
def test_every_setting_is_translated_and_no_translation_is_of_none(language: str) -> None:
    known = catalog(language, words.SETTING)
    assert {one for one, message in known.items() if _is_whole(message)} == settings()


@pytest.mark.parametrize("language", [one for one in words.LANGUAGES if one != "en"])
def test_all_that_connectors_say_of_themselves_is_translated(language: str) -> None:
    cards = [one.about for one in catalogue() if one.distribution == "gleanery"]
    said = {
        text
        for card in cards
        for text in (card.title, card.terms, *card.can, *card.cannot, *card.needs, *card.scopes.values())
    }
    assert {text for text in said if text} <= catalog(language).keys()


def test_a_setting_is_named_by_its_own_translation_and_a_strangers_as_it_is() -> None:
    with words.speaking("de"):
        assert (words.gettext("Export"), words.setting("Export")) == ("Exportieren", "Exportdatei")
        assert (words.setting("Approve"), words.setting("")) == ("Approve", "")


def test_no_word_of_a_template_is_left_unmarked() -> None:
    bare = [
        f"{path.relative_to(WEB)}: {text}"
        for path in sorted((WEB / "templates").rglob("*.html"))
        for text in _bare(path.read_text("utf-8"))
    ]
    assert not bare, "\n".join(bare)


_MARKS = re.compile(
    r"{#.*?#}|{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}|{{.*?}}|{%.*?%}|<(script|style|code|kbd)\b.*?</\1>",
    re.DOTALL,
)
_SHOWN = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')


def _bare(template: str) -> Iterator[str]:
    """Words between tags, or in attributes that are shown or read aloud, that stand there as they are."""
    plain = _MARKS.sub(" ", template)
    for text in [*re.findall(r">([^<>]*)<", plain), *_SHOWN.findall(plain)]:
        if '="' not in text and re.search(r"[A-Za-z]{2}", text.replace("gleanery", "")):
            yield " ".join(text.split())


def test_a_text_with_several_values_says_which_of_them_counts() -> None:
    """Jinja takes the first one else, be it a word: a German page then fails where an English one did not."""
    plural = re.compile(r"{%-?\s*trans\b([^%]*,[^%]*)%}(?:(?!endtrans).)*?{%-?\s*pluralize\s*-?%}", re.DOTALL)
    templates = (WEB / "templates").rglob("*.html")
    assert not [path.name for path in templates if plural.search(path.read_text("utf-8"))]


def test_dates_are_written_as_each_language_does() -> None:
    at = datetime(2026, 5, 3, 14, 5, tzinfo=UTC)
    told = {}
    for one in ("en", "de"):
        with words.speaking(one):
            told[one] = words.moment(at)
    assert told == {"en": "3 May 2026, 14:05 UTC", "de": "3. Mai 2026, 14:05 UTC"}
