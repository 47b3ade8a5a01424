"""Secrets: access tokens by their documented forms, private keys, and passwords or keys beside their name.

A secret without a telling form counts only beside a word such as `password` or `api_key`, and only if it does
not look like a word, a placeholder or a piece of code.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from curation.patterns import Mark
from curation.patterns.token_forms import FORMS

_signed_in = re.compile(
    r"(?<![\w+.-])[A-Za-z][\w+.-]{1,30}://[^\s/?#:@]{0,128}:([^\s/?#@]{1,256})@(?=[\w.-])"
)
_private_key = re.compile(
    r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----)){40,16384}"
    r"(?:-----END [A-Z0-9 ]{5,40}-----)?"
    r"|PuTTY-User-Key-File-\d: [^\n]{3,40}\n(?:[^\n]{0,200}\n){1,80}?Private-MAC: ?[0-9a-f]*"
    r"|---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----(?:[^-]|-(?!---)){40,16384}"
    r"(?:---- END [A-Z0-9 ]{5,60} ----)?"
)

_SIGN_IN_WORDS = (
    r"pass(?:word|wd|phrase|code)?|pwd|pw|kennwort|pa(?:ss|ß)wort|zugangscode|mot de passe|mdp|contrase[ñn]a"
)
_KEY_WORDS = (
    r"(?:api|app|access|secret|auth|private|client|account|encryption|signing|shared|master|service)[ _-]?"
    r"(?:key|token|secret)|secret|token|credentials?"
)
_SETS = r"[\"'`]?\s{0,3}(?::=|=>|==?|:)\s{0,3}[\"'`“„]?"
_SAYS = r"\s{1,3}(?:is|ist|lautet|est|es)\b:?\s{1,3}[\"'`“„]?"
_VALUE = r"([^\s\"'`“”<>,;]{4,128})"

_password = re.compile(rf"(?<![A-Za-z])(?:{_SIGN_IN_WORDS}){_SETS}{_VALUE}", re.IGNORECASE)
_said_password = re.compile(rf"(?<![A-Za-z])(?:{_SIGN_IN_WORDS}){_SAYS}{_VALUE}", re.IGNORECASE)
_key = re.compile(
    rf"(?<![A-Za-z])(?:(?:{_KEY_WORDS})(?:{_SETS}|{_SAYS})|bearer\s{{1,3}})([A-Za-z0-9+/=_.~%-]{{16,512}})",
    re.IGNORECASE,
)
_WORDS = (
    "pass",
    "paß",
    "pw",
    "kennwort",
    "zugangscode",
    "mdp",
    "contrase",
    "key",
    "token",
    "secret",
    "bearer",
    "credential",
)

_PLACEHOLDER = re.compile(
    r"[x*.•_?#-]+|[<({\[$%&\\|].*|.*[(\[{].*|(?:your|my|the|some|dein|votre|mi)[_-].*|.*(?:example|placeholder|changeme).*"
    r"|[a-z_]+(?:\.[a-z_]+)+|(?:md5|sha-?\d+|base64|bcrypt|utf-?\d+|oauth-?\d?|argon2\w*|pbkdf2\w*|https?://.*)",
    re.IGNORECASE,
)
_letters_then_digits = re.compile(r"[a-z]{3,}\d{1,6}")
_LEAST_ENTROPY = 3.0
_SHORTEST_PASSWORD = 6


_FORMS_OF: dict[str, list[int]] = {}
for _place, (_hints, _) in enumerate(FORMS):
    for _hint in _hints:
        _FORMS_OF.setdefault(_hint, []).append(_place)


def tokens(text: str) -> Iterator[Mark]:
    """Access tokens and secret addresses of known makers; keys beside their name; bearer tokens."""
    there = [places for hint, places in _FORMS_OF.items() if hint in text]
    for place in sorted({place for places in there for place in places}):
        for found in FORMS[place][1].finditer(text):
            if not _is_blank(found.group()):
                yield Mark(*found.span(), "token")
    if _speaks_of_secrets(text):
        for found in _key.finditer(text):
            if _is_random(found.group(1)):
                yield Mark(*found.span(1), "token")


def passwords(text: str) -> Iterator[Mark]:
    """Passwords in addresses and beside the word for them."""
    if "://" in text:
        for found in _signed_in.finditer(text):
            if not _PLACEHOLDER.fullmatch(found.group(1)):
                yield Mark(*found.span(1), "password")
    if not _speaks_of_secrets(text):
        return
    for found in _password.finditer(text):
        if _is_password(found.group(1)):
            yield Mark(*found.span(1), "password")
    for found in _said_password.finditer(text):
        if _is_plainly_password(found.group(1)):
            yield Mark(*found.span(1), "password")


def private_keys(text: str) -> Iterator[Mark]:
    """Private keys with at least some of their content: PEM, OpenSSH, PGP, PuTTY."""
    if "PRIVATE KEY" in text or "PuTTY-User-Key-File" in text:
        for found in _private_key.finditer(text):
            yield Mark(*found.span(), "private_key")


def _speaks_of_secrets(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _WORDS)


def entropy(text: str) -> float:
    """Bits for each character, from how often each occurs."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def _is_blank(token: str) -> bool:
    """Whether it is a form to fill in, such as ghp_xxxx."""
    return not token.rpartition("_")[2].rpartition("-")[2].strip("xX*.0")


def _is_random(value: str) -> bool:
    """Whether a value looks drawn: letters and digits mixed, no word, no path, no placeholder."""
    if _PLACEHOLDER.fullmatch(value) or entropy(value) < _LEAST_ENTROPY:
        return False
    digit_runs = len(re.findall(r"\d+", value))
    mixed = any(map(str.isupper, value)) and any(map(str.islower, value)) and digit_runs > 0
    return (mixed and not re.search(r"[A-Za-z]{12,}", value)) or digit_runs > 2


def _is_password(value: str) -> bool:
    """After a colon or an equals sign: six characters of two kinds, or digits alone."""
    value = value.rstrip(".!?)")
    if len(value) < _SHORTEST_PASSWORD or _PLACEHOLDER.fullmatch(value):
        return False
    kinds = _kinds(value)
    return value.isdigit() or ("digit" in kinds and len(kinds) > 1) or {"sign", "upper", "lower"} <= kinds


def _is_plainly_password(value: str) -> bool:
    """After a mere "is", where most words are no password."""
    value = value.rstrip(".?)")
    if len(value) < _SHORTEST_PASSWORD or _PLACEHOLDER.fullmatch(value):
        return False
    kinds = _kinds(value) - {"hyphen"}
    return ("digit" in kinds and len(kinds) > 2) or _letters_then_digits.fullmatch(value) is not None


def _kinds(value: str) -> set[str]:
    return {_kind(character) for character in value}


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "hyphen" if character in "-_./:" else "sign"
