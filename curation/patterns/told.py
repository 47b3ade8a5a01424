"""Passwords as people tell them: beside the word for them, before it, or with a name after "log in with"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.patterns import Mark
from curation.patterns.drawn import is_password, is_plainly_password

_WORDS = (
    r"(?:pass(?:word|wd|phrase|wort|code)|paßwort|kennwort|zugangscode|(?:wlan|wifi|netzwerk)-?schlüssel"
    r"|(?:pass|pwd)(?=[\"']?\s?[=:])"
    r"|(?<![A-Za-z0-9+/=])(?:pass|pwd?|pin|mot de passe|mdp|contrase[ñn]a|senha|wachtwoord|has[łl]o))"
)
_FOR = r"for|to|on|at|of|für|von|vom|zum|zur|zu|am|auf|im|dafür|pour|de|du|para"
NAMED = rf"(?:[\w.-]{{0,20}}|\s\([^\n()]{{1,30}}\)|\s(?:{_FOR})(?:\s[\w.@/-]{{1,40}}){{0,5}}?)"
"""What may stand between the word and its value: the end of a name, or what it is for."""
SETS = r"[\"'`]?\s{0,3}(?::=|=>|==?|:)\s{0,3}"
SAYS = (
    r"(?:\s{1,3}(?:is|was|are|will be|should be|would be|has been|ist|war|wäre|sind|lautet|lauten|heißt|est|es|to|auf"
    r"|wurde|set|reset|changed|geändert)|['’]s)\b:?"
    r"(?:\s{1,3}(?:now|just|still|currently|set to|reset to|changed to|to|auf|jetzt|nun|noch|einfach|übrigens|aktuell"
    r"|derzeit|wie folgt|as follows|simply)\b:?){0,3}\s{1,3}"
)
_APART = r"(?:[ \t]{0,2}(?:->|→|,)[ \t]{0,3}|[ \t][-–(][ \t]{0,3}|[ \t]{1,3})"
_VALUE = r"(?:[\"'`“„]([^\n\"'`“”„]{4,128})[\"'`“”]|([^\s\"'`“”„<>][^\s\"'`“”<>]{3,127}))"

_set = re.compile(rf"{_WORDS}{NAMED}{SETS}{_VALUE}", re.IGNORECASE)
_said = re.compile(rf"{_WORDS}{NAMED}{SAYS}{_VALUE}", re.IGNORECASE)
_beside = re.compile(rf"{_WORDS}(?![\w=:@]){_APART}(?:bitte\s|einfach\s)?{_VALUE}", re.IGNORECASE)

_word = re.compile(_WORDS, re.IGNORECASE)
_before = re.compile(
    r"(?<!\S)[\"'`“„]?([^\s\"'`“”„]{6,64})[\"'`“”]?,?\s(?:"
    r"(?:as|is|als|ist|est|es|=)\s(?:(?:the|your|my|our|a|das|dein|mein|unser|ihr|euer|le|la|el)\s)?(?:[\w-]{1,20}[\s-])?"
    r"|\(|when asked for (?:the|a)\s)$",
    re.IGNORECASE,
)
_BACK = 110

_LOGINS = (
    r"(?:log(?:ged)?[ -]?(?:in|on|into)|logindaten|sign(?:ed)?[ -]?in|credentials?|creds|zugangsdaten|anmeldedaten"
    r"|anmeldung|melde(?:t|n)? (?:dich|euch|sie sich)|einloggen|anmelden|zugang|identifiants|credenciales|wi-?fi|wlan"
    r"|account|konto)"
)
_login = re.compile(rf"(?<![A-Za-z]){_LOGINS}\b", re.IGNORECASE)
_NAME = r"[\"'`]?[\w.@+-]{2,64}[\"'`]?"
_pair = re.compile(
    rf"(?<![A-Za-z]){_LOGINS}\b[^\n:]{{0,20}}?:?\s{{1,3}}{_NAME}"
    rf"(\s{{0,2}}(?:[/:|]|->|→|,)\s{{0,2}}|\s(?:and|und|with|mit)\s){_VALUE}",
    re.IGNORECASE,
)
_pair_before = re.compile(
    rf"(?<!\S)(?:use|using|with|via|mit|als|as|nimm)\s(?:{_NAME}\s?(?:[/:|]|\sund\s|\sand\s|,)\s?)?[\"'`“„]?"
    r"([^\s\"'`“”„]{6,64})[\"'`“”]?,?\s(?:to\s|zum\s|for\s|um\s|um (?:dich|sich|euch)\s)?$",
    re.IGNORECASE,
)


def told_passwords(text: str, start: int, end: int) -> Iterator[Mark]:
    """Passwords in a stretch of a text that has a word for them or for logging in."""
    for form, holds in ((_set, is_password), (_said, is_plainly_password), (_beside, is_plainly_password)):
        for found in form.finditer(text, start, end):
            place = found.lastindex or 0
            if holds(found.group(place)):
                yield Mark(*found.span(place), "password")
    for found in _pair.finditer(text, start, end):
        place = found.lastindex or 0
        holds = is_password if found.group(1).strip() in _JOINS else is_plainly_password
        if holds(found.group(place)) and not found.group(place).startswith("//"):
            yield Mark(*found.span(place), "password")
    for word, form in ((_word, _before), (_login, _pair_before)):
        yield from _told_before(text, start, end, word, form)


_JOINS = ("/", ":", "|")


def _told_before(
    text: str, start: int, end: int, word: re.Pattern[str], form: re.Pattern[str]
) -> Iterator[Mark]:
    """What stands just before the word."""
    for place in (found.start() for found in word.finditer(text, start, end)):
        base = max(0, place - _BACK)
        told = form.search(text[base:place])
        if told and is_plainly_password(told.group(1)):
            yield Mark(base + told.start(1), base + told.end(1), "password")
