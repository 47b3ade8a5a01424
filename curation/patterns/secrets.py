"""Secrets: access tokens by their documented forms, private keys, and passwords or keys beside their name.

A secret without a telling form counts only beside a word such as `password` or `api_key`, and only if it does
not look like a word, a placeholder or a piece of code.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ahocorasick_rs import AhoCorasick, MatchKind

from curation.patterns import Mark, stretches
from curation.patterns.token_forms import FORMS

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
_given = re.compile(
    r"(?:\bcurl\b[^\n]{0,200}?\s(?:-u|--user)[ =]?[\"']?[^\s:\"']{1,64}:|\bmysql\w*\b[^\n]{0,100}?\s-p"
    r"|sshpass\s-p\s?[\"']?"
    r"|\s--password[= ][\"']?)([^\s\"']{4,128})"
)
_basic = re.compile(r"\bBasic\s{1,3}([A-Za-z0-9+/]{12,256}={0,2})(?![A-Za-z0-9+/=])")
_pair = re.compile(
    r"(?<![A-Za-z])(?:log-?in|sign-?in|credentials?|creds|zugangsdaten|anmeldedaten|zugang|identifiants"
    r"|credenciales)\b[^\n:]{0,20}:?\s{1,3}"
    r"[\w.@+-]{2,64}\s{0,2}[/:|]\s{0,2}([^\s\"'`<>,]{6,128})",
    re.IGNORECASE,
)
_private_key = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){40,16384}"
    r"(?:-----END [A-Z0-9 ]{5,40}-----)?"
    r"|PuTTY-User-Key-File-\d: [^\n]{3,40}\n(?:[^\n]{0,200}\n){1,80}?Private-MAC: ?[0-9a-f]*"
    r"|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----(?:[^-]|-(?!---)){40,16384}"
    r"(?:---- END [A-Z0-9 ]{5,60} ----)?"
)

_SIGN_IN_WORDS = (
    r"pass(?:word|wd|phrase|wort|code)|paßwort|kennwort|zugangscode|(?<![A-Za-z])(?:pass|pwd?|pin"
    r"|mot de passe|mdp|contrase[ñn]a"
    r"|senha|wachtwoord|has[łl]o)"
)
_KEY_WORDS = (
    r"(?:api|app|access|secret|auth|private|client|account|encryption|signing|shared|master|service"
    r"|subscription|license|deploy"
    r"|webhook|storage|bot|consumer|user)[ _-]?(?:key|token|secret|id)(?:[ _-]?(?:key|token|secret|value))?"
    r"|secret|token"
    r"|credentials?|(?<![A-Za-z])(?:key|schlüssel|zugriffsschlüssel|clé)"
)
_NAMED = r"(?:[\w.-]{0,20}|\s(?:for|für|of|to|von|vom|zum|zur|pour|de|para|on|at)\s[\w.@-]{1,40})"
"""What may stand between the word and its value: the end of a name, or what it is for."""
_SETS = r"[\"'`]?\s{0,3}(?::=|=>|==?|:)\s{0,3}"
_SAYS = r"\s{1,3}(?:is|was|ist|war|lautet|est|es|to|auf)\b:?(?:\s{1,3}(?:now|jetzt|set to))?\s{1,3}"
_VALUE = r"(?:[\"'`“„]([^\n\"'`“”„]{4,128})[\"'`“”]|([^\s\"'`“”„<>][^\s\"'`“”<>]{3,127}))"

_password = re.compile(rf"(?:{_SIGN_IN_WORDS}){_NAMED}{_SETS}{_VALUE}", re.IGNORECASE)
_said_password = re.compile(rf"(?:{_SIGN_IN_WORDS}){_NAMED}{_SAYS}{_VALUE}", re.IGNORECASE)
_key = re.compile(
    rf"(?<!csrf)(?:(?:{_KEY_WORDS}){_NAMED}(?:{_SETS}|{_SAYS})|bearer\s{{1,3}}"
    rf"|x-api-key:\s?)[\"'`“„]?([A-Za-z0-9+/=_.~%$!-]{{8,512}})",
    re.IGNORECASE,
)

_KEY_HINTS = ("key", "token", "secret", "bearer", "credential", "schlüssel", "clé")
_PASSWORD_HINTS = (
    "pass", "paß", "kennwort", "zugang", "pwd", "pw:", "pw=", "pw ", "pin:", "pin ", "mdp", "contrase",
    "senha", "wachtwoord",
    "hasło", "haslo", "login", "log-in", "signin", "sign-in", "cred", "anmeldedaten", "identifiants",
)  # fmt: skip
_REACH = 640
"""Characters after such a word in which its value ends."""

_PLACEHOLDER = re.compile(
    r"[x*.•_?#-]+|\$[A-Za-z_]+|\$[({].*|%[A-Za-z_]+%|%[sdr]|<.*|\{.*\}|\[.*\]|&\w+;?|[A-Za-z_.>-]+[(\[{].*"
    r"|(?:your|my|the|some|dein|votre|mi)[_-].*|.*(?:example|placeholder|changeme|change_me|redacted).*"
    r"|[A-Za-z_]+(?:\.[A-Za-z_]+)+|(?:md5|sha-?\d+|base64|bcrypt|utf-?\d+|oauth-?\d?|argon2\w*|pbkdf2\w*|https?://.*)"
    r"|/(?:etc|usr|var|home|bin|opt|tmp|dev)/.*",
    re.IGNORECASE,
)
_names_itself = re.compile(r"[A-Z]+(?:_[A-Z]+)+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*\d{0,2}")
"""A constant's or variable's name: API_KEY, myPassword2."""
_letters_then_digits = re.compile(r"[a-z]{3,}\d{1,6}")
_LEAST_ENTROPY = 3.0
_SHORTEST_PASSWORD = 6
_SHORTEST_KEY = 16


_hint_places: dict[str, list[int]] = {}
for _place, (_found_by, _) in enumerate(FORMS):
    for _hint in _found_by:
        _hint_places.setdefault(_hint, []).append(_place)
_FORMS_OF = tuple(_hint_places.values())
_hints = AhoCorasick(list(_hint_places), matchkind=MatchKind.Standard)


def tokens(text: str) -> Iterator[Mark]:
    """Access tokens and secret addresses of known makers; keys beside their name; bearer tokens."""
    plain = text if text.isascii() else text.encode("ascii", "replace").decode()
    hits = _hints.find_matches_as_indexes(plain, overlapping=True)
    for place in sorted({place for hint, _, _ in hits for place in _FORMS_OF[hint]}):
        for found in FORMS[place][1].finditer(text):
            if not _is_blank(found.group()):
                yield Mark(*found.span(), "token")
    for start, end in stretches(text, _KEY_HINTS, _REACH):
        for found in _key.finditer(text, start, end):
            if _is_random(found.group(1)):
                yield Mark(*found.span(1), "token")


def passwords(text: str) -> Iterator[Mark]:
    """Passwords in addresses, connection strings and commands, and beside the word for them."""
    if "://" in text:
        for found in _signed_in.finditer(text):
            if not _PLACEHOLDER.fullmatch(found.group(1)) or found.group(1)[0] == "#":
                yield Mark(*found.span(1), "password")
    for hint, form in _COMMANDS:
        if hint in text:
            for found in form.finditer(text):
                if _is_plausible(found.group(1)) and (form is _given or _is_random(found.group(1))):
                    yield Mark(*found.span(1), "password")
    for start, end in stretches(text, _PASSWORD_HINTS, _REACH):
        yield from _named_passwords(text, start, end)


def _named_passwords(text: str, start: int, end: int) -> Iterator[Mark]:
    if "=" in text and _connects.search(text):
        for found in _connection.finditer(text, start, end):
            if _is_plausible(found.group(1)):
                yield Mark(*found.span(1), "password")
    for form, holds in (
        (_password, _is_password),
        (_said_password, _is_plainly_password),
        (_pair, _is_password),
    ):
        for found in form.finditer(text, start, end):
            place = found.lastindex or 0
            if holds(found.group(place)):
                yield Mark(*found.span(place), "password")


_COMMANDS = (
    ("curl", _given),
    ("mysql", _given),
    ("sshpass", _given),
    ("--password", _given),
    ("Basic", _basic),
)


def _is_plausible(value: str) -> bool:
    """Where the form alone says that it is a password: anything but a place to fill in."""
    return not _PLACEHOLDER.fullmatch(value) and len(set(value)) > 2


def private_keys(text: str) -> Iterator[Mark]:
    """Private keys with at least some of their content: PEM, OpenSSH, PGP, PuTTY."""
    if "PRIVATE KEY" in text or "PuTTY-User-Key-File" in text:
        for found in _private_key.finditer(text):
            yield Mark(*found.span(), "private_key")


def entropy(text: str) -> float:
    """Bits for each character, from how often each occurs."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def _is_blank(token: str) -> bool:
    """Whether it is a form to fill in, such as ghp_xxxx."""
    return not token.rpartition("_")[2].rpartition("-")[2].strip("xX*.0")


def _is_random(value: str) -> bool:
    """Whether a value looks drawn: letters and digits mixed, no word, no path, no placeholder."""
    value = value.rstrip(".")
    if _PLACEHOLDER.fullmatch(value) or _names_itself.fullmatch(value):
        return False
    digit_runs = len(re.findall(r"\d+", value))
    if len(value) < _SHORTEST_KEY:
        return digit_runs > 1 and _changes(value) > 3 and "digit" in _kinds(value)
    if entropy(value) < _LEAST_ENTROPY:
        return False
    mixed = any(map(str.isupper, value)) and any(map(str.islower, value))
    return (
        (mixed and digit_runs > 0 and not re.search(r"[A-Za-z]{12,}", value))
        or digit_runs > 2
        or (mixed and _changes(value) * 4 > len(value))
    )


def _changes(value: str) -> int:
    """How often small letters, capitals, digits and other signs take turns; a capital before small ones aside."""
    kinds = [_kind(character) for character in value]
    return sum(before != after and (before, after) != ("upper", "lower") for before, after in pairwise(kinds))


def _is_password(value: str) -> bool:
    """After a colon or an equals sign: six characters of two kinds, or digits alone."""
    value = value.rstrip(".,;!?)")
    if len(value) < _SHORTEST_PASSWORD or _PLACEHOLDER.fullmatch(value) or _is_code(value):
        return False
    kinds = _kinds(value)
    return (
        value.isdigit()
        or ("digit" in kinds and len(kinds) > 1)
        or {"sign", "upper", "lower"} <= kinds
        or (len(value) > 7 and _changes(value) > 2 and {"upper", "lower"} <= kinds)
    )


def _is_plainly_password(value: str) -> bool:
    """After a mere "is", where most words are no password."""
    value = value.rstrip(".,;?)")
    if len(value) < _SHORTEST_PASSWORD or _PLACEHOLDER.fullmatch(value) or _is_code(value):
        return False
    kinds = _kinds(value) - {"hyphen"}
    return (
        ("digit" in kinds and len(kinds) > 2)
        or _letters_then_digits.fullmatch(value) is not None
        or (len(value) > 7 and _changes(re.sub(r"[-_./:]", "", value)) > 2 and len(kinds) > 1)
    )


def _is_code(value: str) -> bool:
    """Whether it reads like several words or a piece of a program."""
    return " " in value or "::" in value or "->" in value


def _kinds(value: str) -> set[str]:
    return {_kind(character) for character in value}


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "hyphen" if character in "-_./:" else "sign"
