"""Statements as sentences in the reader's language: who did what to which thing, when.

Foreign names stand in `<bdi>`: escaped, and with a direction of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from gleanery.flow.recorded.names import Names
from gleanery.flow.recorded.telling import Actor, Telling, Thing, name_of
from gleanery.web.recorded.verbs import BY_KIND, BY_VERB
from gleanery.web.words import gettext as _
from gleanery.web.words import language, moment
from xapi.vocabulary.activity_streams import same_as

MAX_NAME = 120
"""Characters of a foreign name that a sentence shows."""


@dataclass(frozen=True)
class Sentences:
    """Puts statements into words; `names` are those of the page."""

    names: Names

    def said(self, one: Telling) -> Markup:
        """The whole sentence."""
        template = BY_VERB.get(same_as(one.verb), "")
        places = {
            "who": self.who(one.actor),
            "what": self.what(one.thing),
            "when": moment(one.at),
            "verb": foreign(verb_of(one)),
        }
        return filled(_(template) if template else _("%(who)s: %(verb)s, %(what)s, on %(when)s"), places)

    def who(self, actor: Actor) -> Markup:
        """An account of staff by its name, another person by the beginning of the pseudonym, a machine by its kind."""
        name = name_of(actor, self.names)
        if name == str(actor.person):
            return of_kind("person", name[:8])
        kind, colon, rest = name.partition(":")
        return of_kind(kind, rest) if colon and actor.kind == "machine" else foreign(name)

    def what(self, thing: Thing) -> Markup:
        """The thing by its title, the name its sender gave it, or its id."""
        if thing.actor is not None:
            return self.who(thing.actor)
        if thing.kind == "statement":
            return of_kind("statement", thing.id[:8])
        if thing.kind == "plan":
            return filled(_("something to be done"), {})
        title = self.names.titles.get(thing.item) if thing.item else None
        if title is None and thing.item is not None:
            return of_kind("item", str(thing.item)[:8])
        return quoted(title or in_language(thing.names) or thing.id)


def verb_of(one: Telling) -> str:
    """A verb as its sender names it, else by the end of its address."""
    return in_language(one.verb_names) or one.verb.rstrip("/").rpartition("/")[2] or one.verb


def in_language(names: Mapping[str, str]) -> str:
    """Of names by language the one in the language spoken now, else in English, else any."""
    for wanted in (language(), "en"):
        for tag, name in names.items():
            if tag.lower().partition("-")[0] == wanted and name:
                return name
    return next((name for name in names.values() if name), "")


def foreign(text: str) -> Markup:
    """Somebody else's words within a sentence."""
    shown = text if len(text) <= MAX_NAME else f"{text[:MAX_NAME]}…"
    return Markup("<bdi>{}</bdi>").format(shown)


def of_kind(kind: str, name: str) -> Markup:
    """A thing or machine by its kind and name; one of a kind that we do not know as it is written."""
    return filled(_(BY_KIND[kind]), {"id": foreign(name)}) if kind in BY_KIND else foreign(f"{kind}:{name}")


def quoted(text: str) -> Markup:
    """A title within a sentence."""
    return filled(_("“%(title)s”"), {"title": foreign(text)})


def filled(template: str, places: Mapping[str, str]) -> Markup:
    """One of our sentences with its places filled; what is no Markup is escaped."""
    return Markup(template) % places  # noqa: S704 the template is ours
