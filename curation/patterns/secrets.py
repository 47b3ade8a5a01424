"""Secrets: access tokens by their documented forms, private keys, and passwords or keys beside their name.

A secret without a telling form counts only beside a word such as `password` or `api_key`, or where a command
takes one, and only if it does not look like a word, a placeholder or a piece of code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ahocorasick_rs import AhoCorasick, MatchKind

from curation.patterns import Mark, stretches
from curation.patterns.commands import typed_passwords
from curation.patterns.drawn import (
    is_assigned,
    is_bare_key,
    is_blank,
    is_placeholder,
    is_plausible,
    is_random,
)
from curation.patterns.token_forms import FORMS
from curation.patterns.told import NAMED, SAYS, SETS, told_passwords

_signed_in = re.compile(
    r"(?<![\w+.-])[A-Za-z][\w+.-]{1,30}://[^\s/?#:@]{0,128}:([^\s/?#@]{1,256}|[^\s@]{1,128})@(?=[\w.\[-])"
)
_connection = re.compile(
    r"(?:(?<=;)|(?<=[\"' ])|^)\s?(?:password|pwd)\s?=\s?([^;\"'\s]{1,128})(?=[;\"'\s]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_connects = re.compile(
    r"(?:server|data source|host|addr(?:ess)?|initial catalog|database|uid|user id)\s?=", re.IGNORECASE
)
_private_key = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){40,16384}"
    r"(?:-----END [A-Z0-9 ]{5,40}-----)?"
    r"|PuTTY-User-Key-File-\d: [^\n]{3,40}\n(?:[^\n]{0,200}\n){1,80}?Private-MAC: ?[0-9a-f]*"
    r"|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----(?:[^-]|-(?!---)){40,16384}"
    r"(?:---- END [A-Z0-9 ]{5,60} ----)?"
)

_KEY_WORDS = (
    r"(?:(?:api|app|access|secret|auth|private|client|account|encryption|signing|shared|master|service"
    r"|subscription|license|deploy|primary|secondary"
    r"|webhook|storage|bot|consumer|user)[ _-]?(?:key|token|secret|id)(?:[ _-]?(?:key|token|secret|value))?"
    r"|secret|token|credentials?|(?<![A-Za-z])(?:(?<!public.)key(?!word|board)|pat|schlüssel|zugriffsschlüssel"
    r"|clé|jwt|salt|hmac|fernet)|(?<=_)(?:auth|seed|private|signing|dsn))"
)
_WRITTEN = r"(?:\"([^\"\n]{8,512})\"|'([^'\n]{8,512})'|[`“„]?([^\s\"'`“”„<>]{8,512}))"
_set_key = re.compile(rf"(?<!csrf){_KEY_WORDS}{NAMED}{SETS}{_WRITTEN}", re.IGNORECASE)
_said_key = re.compile(
    rf"(?:(?<!csrf){_KEY_WORDS}{NAMED}{SAYS}|(?<!\S)--?(?:\w{{1,20}}-){{0,3}}(?:key|token|secret|pat)[ =]"
    r"|bearer\s{1,3}|x-api-key:\s?)[\"'`“„]?([A-Za-z0-9+/=_.~%$!-]{8,512})",
    re.IGNORECASE,
)
_bare_key = re.compile(
    r"(?<![\w+/=.-])(?<!sha512-)(?:[A-Za-z0-9+/]{86}==|[a-z2-7]{52}|[A-Za-z0-9]{75,76}AZDO[A-Za-z0-9]{4})(?![\w+/=.-])"
)
"""Azure: keys of storage and database accounts (64 bytes), personal access tokens of DevOps, old and new."""
_long = re.compile(r"\S{52}")

_KEY_HINTS = (
    "key", "token", "secret", "bearer", "credential", "schlüssel", "clé", "pat=", "pat:", "pat ", 'pat"', "_pat", "jwt",
    "salt", "hmac", "fernet", "_auth", "_seed", "_private", "_signing", "_dsn",
)  # fmt: skip
_PASSWORD_HINTS = (
    "pass", "paß", "kennwort", "zugang", "pwd", "pw", "pin:", "pin ", "mdp", "contrase",
    "senha", "wachtwoord", "hasło", "haslo", "login", "log-in", "log in", "log on", "logged in", "logged on", "sign in",
    "signed in", "signin", "sign-in", "logindaten", "cred", "anmeld", "melde", "einlogg", "identifiants",
    "wifi", "wi-fi", "wlan", "schlüssel", "account", "konto",
)  # fmt: skip
_REACH = 640
"""Characters after such a word in which its value ends."""


_hint_places: dict[str, list[int]] = {}
for _place, (_found_by, _) in enumerate(FORMS):
    for _hint in _found_by:
        _hint_places.setdefault(_hint, []).append(_place)
_FORMS_OF = tuple(_hint_places.values())
_hints = AhoCorasick(list(_hint_places), matchkind=MatchKind.Standard)


def tokens(text: str) -> Iterator[Mark]:
    """Access tokens and secret addresses of known makers; keys beside their name; bearer tokens."""
    yield from _known_forms(text)
    if _long.search(text):
        for found in _bare_key.finditer(text):
            if is_bare_key(found.group()):
                yield Mark(*found.span(), "token")
    for start, end in stretches(text, _KEY_HINTS, _REACH):
        for form, holds in ((_set_key, is_assigned), (_said_key, is_random)):
            for found in form.finditer(text, start, end):
                place = found.lastindex or 0
                if holds(found.group(place)):
                    yield Mark(*found.span(place), "token")


def _known_forms(text: str) -> Iterator[Mark]:
    plain = text if text.isascii() else text.encode("ascii", "replace").decode()
    hits = _hints.find_matches_as_indexes(plain, overlapping=True)
    for place in sorted({place for hint, _, _ in hits for place in _FORMS_OF[hint]}):
        for found in FORMS[place][1].finditer(text):
            if not is_blank(found.group()):
                yield Mark(*found.span(), "token")


def passwords(text: str) -> Iterator[Mark]:
    """Passwords in addresses, connection strings and commands, and beside the word for them."""
    if "://" in text:
        for found in _signed_in.finditer(text):
            if not is_placeholder(found.group(1)) or found.group(1)[0] == "#":
                yield Mark(*found.span(1), "password")
    yield from typed_passwords(text)
    connects = "=" in text and _connects.search(text) is not None
    for start, end in stretches(text, _PASSWORD_HINTS, _REACH):
        if connects:
            for found in _connection.finditer(text, start, end):
                if is_plausible(found.group(1)):
                    yield Mark(*found.span(1), "password")
        yield from told_passwords(text, start, end)


def private_keys(text: str) -> Iterator[Mark]:
    """Private keys with at least some of their content: PEM, OpenSSH, PGP, PuTTY."""
    if "PRIVATE KEY" in text or "PuTTY-User-Key-File" in text:
        for found in _private_key.finditer(text):
            yield Mark(*found.span(), "private_key")
