"""Rules in words: their fields, operators, effects, and what was done with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gleanery.flow.rules.fields import SCORE
from gleanery.flow.rules.writing import All, AnyOf, Condition, Effect, Node, Not, parts_of
from gleanery.web.words import N_, gettext

FIELDS: Mapping[str, str] = {
    "words": N_("Title or text"),
    "title": N_("Title"),
    "text": N_("Text"),
    "remarks": N_("What people said about it"),
    "url": N_("Address"),
    "host": N_("Site (host or domain)"),
    "platform": N_("Platform"),
    "source": N_("Connector's name"),
    "channel": N_("Channel (its id)"),
    "kind": N_("Kind"),
    "language": N_("Language (its code)"),
    "hashtag": N_("Hashtag of the source"),
    "tag": N_("Competency (label or address)"),
    "goal": N_("Goal (its name)"),
    "verdict": N_("Verdict of a step (step:verdict)"),
    "reason": N_("Reason of a step (its code)"),
    "flag": N_("Flag of a step"),
    "licence": N_("Licence"),
    "link": N_("State of the link"),
    "author_is_bot": N_("Posted by a machine"),
    "author_is_outside": N_("Posted by a guest"),
    "internal": N_("Words of a closed workplace"),
    "may_embed": N_("May be shown in a player"),
    "published": N_("Day of publication"),
    "age_days": N_("Age in days"),
    "characters": N_("Length in characters"),
    "minutes": N_("Minutes a recording plays"),
    "posts": N_("Posts about it"),
    "answers": N_("Answers to it"),
    "engagement": N_("Engagement (0 to 1)"),
    "reputation": N_("Reputation of its sources (0 to 1)"),
}
OPS: Mapping[str, str] = {
    "has": N_("contains"),
    "has word": N_("contains the word"),
    "begins": N_("begins with"),
    "is": N_("is"),
    "is one of": N_("is one of (separated by commas)"),
    "matches": N_("matches the pattern"),
    ">=": N_("is at least"),
    "<=": N_("is at most"),
    ">": N_("is more than"),
    "<": N_("is less than"),
    "before": N_("is before the day"),
    "since": N_("is on or after the day"),
    "is known": N_("is known"),
}
EFFECTS: Mapping[str, str] = {
    "ask": N_("Ask a person, with a reason"),
    "drop": N_("Drop it, with a reason"),
    "keep": N_("Keep it, whatever the steps doubt"),
    "tag": N_("Tag it with a competency"),
    "goal": N_("Say that it serves a goal"),
    "first": N_("Put it first in the queue"),
    "last": N_("Put it last in the queue"),
}
ACTS: Mapping[str, str] = {
    "added": N_("added"),
    "switched-on": N_("switched on"),
    "switched-off": N_("switched off"),
    "moved": N_("moved"),
    "removed": N_("removed"),
    "undone": N_("undone"),
}
STATES: Mapping[str, str] = {
    "new": N_("new"),
    "waiting": N_("waits for a curator"),
    "dropped": N_("dropped"),
    "quarantined": N_("in quarantine"),
    "approved": N_("approved"),
    "rejected": N_("rejected"),
    "retracted": N_("retracted"),
}
EVERYTHING: Mapping[str, str] = {
    "ask": N_("It would ask about everything."),
    "drop": N_("It would drop everything."),
    "keep": N_("It would keep everything."),
    "tag": N_("It would tag everything."),
    "goal": N_("It would give everything a goal."),
    "first": N_("It would put everything first."),
    "last": N_("It would put everything last."),
}


def named(words: Mapping[str, str], code: str) -> str:
    """A code in words; the code itself where there are none."""
    return gettext(words[code]) if code in words else code.removeprefix(SCORE)


def condition_told(asked: Condition) -> str:
    """A condition in a line: its field, operator and value."""
    field, op = named(FIELDS, asked.field), named(OPS, asked.op.value).partition(" (")[0]
    if asked.value is None:
        return f"{field}: {op}"
    if isinstance(asked.value, bool):
        return f"{field}: {gettext('yes') if asked.value else gettext('no')}"
    value = f"{asked.value:g}" if isinstance(asked.value, float) else ", ".join(asked.texts)
    return f"{field} {op}: {value}"


def effect_told(effect: Effect) -> str:
    """What a rule does, in a line."""
    more = effect.why or effect.goal or " ".join(part for part in (effect.framework, effect.concept) if part)
    told = named(EFFECTS, effect.do).partition(",")[0]
    return f"{told}: {more}" if more else told


Choices = Sequence[tuple[str, str]]


def ops() -> Choices:
    """The operators to choose from."""
    return [(code, gettext(words)) for code, words in OPS.items()]


def effects() -> Choices:
    """The effects to choose from."""
    return [(code, gettext(words)) for code, words in EFFECTS.items()]


def pairs(names: Sequence[str]) -> Choices:
    """Names to choose from, or none."""
    return [("", gettext("none")), *((name, name) for name in names)]


Outline = tuple[str, int, "list[Outline]"]
"""A node in words, the number of a condition (0 for what joins some), and what it joins."""


def outline(node: Node, first: int = 1) -> Outline:
    """The conditions of a rule as a tree of lines, numbered as findings name them."""
    if isinstance(node, Condition):
        return condition_told(node), first, []
    inner: list[Outline] = []
    for part in parts_of(node):
        inner.append(outline(part, first))
        first += _size(part)
    joined: Mapping[type, str] = {
        All: gettext("All of these:"),
        AnyOf: gettext("One of these:"),
        Not: gettext("Not:"),
    }
    return joined[type(node)], 0, inner


def _size(node: Node) -> int:
    return 1 if isinstance(node, Condition) else sum(map(_size, parts_of(node)))


N_("yes"), N_("no")
