"""Entries of the audit log as sentences in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from gleanery.flow.recorded.entries import Told
from gleanery.flow.recorded.names import Names, uuid_in
from gleanery.web.audited.actions import BY_ACTION
from gleanery.web.recorded.sentences import filled, foreign, of_kind, quoted
from gleanery.web.words import gettext as _


@dataclass(frozen=True)
class EntrySentences:
    """Puts entries into words; `names` are those of the page."""

    names: Names

    def said(self, one: Told) -> Markup:
        """The whole sentence, without the time."""
        return self.of(one.line.action, one.line.actor, one.line.subject)

    def of(self, action: str, actor: str, subject: str) -> Markup:
        """The sentence of an action that somebody did to something."""
        template = BY_ACTION.get(action, "")
        places = {"who": self.named(actor), "what": self.named(subject), "action": foreign(action)}
        return filled(_(template) if template else _("%(who)s: %(action)s, %(what)s"), places)

    def named(self, text: str) -> Markup:
        """An actor or subject as the log writes it, `kind:name`, in words."""
        kind, colon, name = text.partition(":")
        if not colon:
            return filled(_("the audit log"), {}) if text == "audit" else foreign(text)
        key = uuid_in(name)
        if key is not None and key in self.names.accounts:
            return foreign(self.names.accounts[key])
        if key is not None and kind == "item" and key in self.names.titles:
            return quoted(self.names.titles[key])
        return of_kind(kind, name[:8] if key else name)
