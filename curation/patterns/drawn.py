"""Whether a value looks drawn, as secrets are, or written: a word, a placeholder, a piece of code."""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from itertools import pairwise

_PLACEHOLDER = re.compile(
    r"[x*.•_?#-]+|\$[A-Za-z_]+|\$[({].*|%[A-Za-z_]+%|%[sdr]|<.*|\{.*\}|\[.*\]|(?:&(?:#\d{1,7}|[a-z]{2,8});)*&(?:#\d{1,7}|[a-z]{2,8});?"
    r"|[A-Za-z_.>-]{2,}\d{0,3}[A-Za-z_.]*[(\[{](?:[\w.,$>=-]*|.*[)\]}](?:\.\w+)*[;,.:]*)"
    r"|\([\w,. ]*\).*|[A-Za-z_]{1,2}[(\[{].*[)\]}][;,.]*"
    r"|(?:your|my|the|some|dein|votre|mi)[_-].*|.*(?:example|placeholder|changeme|change_me|change-me|redacted).*"
    r"|(?:(?:my|your|the|some|new|db|user|admin)[_-]?)?(?:pass(?:word|wd|wort|phrase|code)?|pwd|pw|kennwort|secret|token)"
    r"|[A-Za-z_]+(?:\.[A-Za-z_]+)+|(?:md5|sha-?\d+|base64|bcrypt|utf-?\d+|oauth-?\d?|argon2\w*|pbkdf2\w*|https?://.*)"
    r"|(?:ssh|ecdsa|sk-ssh|sk-ecdsa|rsa|aes|x)-?(?:ed|sha|rsa|dss)?-?[\d-]{0,6}(?:nistp\d+|gcm|cbc)?|ssh-\S*"
    r"|/(?:etc|usr|var|home|bin|opt|tmp|dev)/.*",
    re.IGNORECASE,
)
_call = re.compile(r"[A-Za-z_][\w.]*[(\[][^()]*(?:\([^()]*\)[^()]*)*[)\]]+(?:\.\w+|\[\w+\])*[;,.:]*")
"""A call or a place in a list, with what comes after: jwt.sign(name).text."""
_names_itself = re.compile(r"[A-Z]+(?:_[A-Z]+)+|[A-Z]?[a-z]+(?:[A-Z][a-z]+)*\d{0,2}")
"""A constant's or variable's name: API_KEY, myPassword2."""
_letters_then_digits = re.compile(r"[A-Za-z][a-z]{2,}\d{1,6}")
_passphrase = re.compile(
    r"(?!.*(?:pass|secret|token|your|here))(?:[A-Za-z]{4,}[-_]){3,}[A-Za-z]{4,}\d*", re.IGNORECASE
)
_port = re.compile(r"[\d.:/-]+(?:tcp|udp)?|\w+:\d{1,5}")
_LEAST_ENTROPY = 3.0
_LEAST_ENTROPY_OF_BARE = 4.0
_SHORTEST_PASSWORD = 6
_SHORTEST_KEY = 16
_SHORTEST_WITH_SIGNS = 32


def entropy(text: str) -> float:
    """Bits for each character, from how often each occurs."""
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


def is_placeholder(value: str) -> bool:
    """Whether it stands for a value: `xxxx`, `<token>`, `${VAR}`, `os.environ[...]`, `your-password`."""
    return _PLACEHOLDER.fullmatch(value) is not None or _call.fullmatch(value) is not None


def is_plausible(value: str) -> bool:
    """Where the form alone says that it is a password: anything but a place to fill in."""
    return not is_placeholder(value) and len(set(value)) > 2


def is_blank(token: str) -> bool:
    """Whether it is a form to fill in, such as ghp_xxxx."""
    return not token[-16:].strip("xX*.0-_")


def is_random(value: str) -> bool:
    """Whether a value looks drawn: letters and digits mixed, no word, no path, no placeholder."""
    shown, value = value, value.rstrip(".,;)")
    if len(value) >= _SHORTEST_WITH_SIGNS and not _call.fullmatch(shown) and _is_full_of_signs(value):
        return True
    if is_placeholder(shown) or is_placeholder(value) or _names_itself.fullmatch(value):
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
        or (digit_runs > 1 and value.isalnum() and _changes(value) > 3)
        or (mixed and _changes(value) * 4 > len(value))
    )


def _is_full_of_signs(value: str) -> bool:
    """Whether letters, digits and other signs take turns all along, as in the secret key of a framework."""
    return (
        not set(value).intersection(" <>{}")
        and {"digit", "sign"} <= _kinds(value)
        and _changes(value) * 3 > len(value)
        and len(set(value)) * 2 > len(value)
    )


def is_password(value: str) -> bool:
    """After a colon or an equals sign: six characters of two kinds, or digits alone; eight without a digit."""
    shown, value = value, value.rstrip(".,;!?)")
    if len(value) < _SHORTEST_PASSWORD or is_placeholder(shown) or is_placeholder(value) or _is_code(value):
        return False
    kinds = _kinds(value)
    return (
        value.isdigit()
        or ("digit" in kinds and len(kinds) > 1)
        or (len(value) > 7 and {"sign", "upper", "lower"} <= kinds)
        or _passphrase.fullmatch(value) is not None
        or (len(value) > 7 and _changes(value) > 2 and {"upper", "lower"} <= kinds)
    )


def is_plainly_password(value: str) -> bool:
    """After a mere "is", where most words are no password."""
    shown, value = value, value.rstrip(".,;?)")
    if len(value) < _SHORTEST_PASSWORD or is_placeholder(shown) or is_placeholder(value) or _is_code(value):
        return False
    kinds = _kinds(value) - {"hyphen"}
    return (
        ("digit" in kinds and len(kinds) > 2)
        or _letters_then_digits.fullmatch(value) is not None
        or _passphrase.fullmatch(value) is not None
        or (len(value) > 7 and _changes(re.sub(r"[-_./:]", "", value)) > 2 and len(kinds) > 1)
    )


def is_typed(value: str) -> bool:
    """After the option of a command for a password: no port, no file, no plain word."""
    return not _port.fullmatch(value) and is_plausible(value) and (is_password(value) or is_random(value))


def is_assigned(value: str) -> bool:
    """After the name of a key and an equals sign or colon: drawn, or a password of many kinds."""
    if is_random(value):
        return True
    return is_password(value) and _changes(value) > 3 and {"upper", "lower", "digit"} <= _kinds(value)


def is_bare_key(value: str) -> bool:
    """Whether a long run without any name is a key: many different signs, digits all along."""
    return len(re.findall(r"\d+", value)) > 2 and entropy(value) > _LEAST_ENTROPY_OF_BARE


def is_signed_in(value: str) -> bool:
    """Whether the value of a `Basic` header is a name and a password, joined by a colon."""
    try:
        name, colon, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return False
    return bool(colon) and (name + password).isprintable() and is_plausible(password)


def _is_code(value: str) -> bool:
    """Whether it reads like several words or a piece of a program."""
    return " " in value or "::" in value or "->" in value


def _changes(value: str) -> int:
    """How often small letters, capitals, digits and other signs take turns; a capital before small ones aside."""
    kinds = [_kind(character) for character in value]
    return sum(before != after and (before, after) != ("upper", "lower") for before, after in pairwise(kinds))


def _kinds(value: str) -> set[str]:
    return {_kind(character) for character in value}


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "hyphen" if character in "-_./:" else "sign"
