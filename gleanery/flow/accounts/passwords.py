"""Passwords of local accounts: what is good enough, kept as argon2id, and asked for at the same cost for everybody."""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gleanery.errors import BadInput

SHORTEST, LONGEST = 12, 200
"""Characters of a password."""

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""19 MiB and two passes on one thread, as OWASP asks at least (cheatsheetseries.owasp.org, Password Storage)."""


def hashed(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(_plain(password))


def verify(password: str, kept: str | None) -> bool:
    """Whether this is the password; where none is kept the answer is no and takes as long."""
    try:
        _HASHER.verify(kept or _nobodys(), _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether it was kept in a weaker way than today's."""
    return _HASHER.check_needs_rehash(kept)


def refuse_weak(password: str, own_words: Iterable[str]) -> None:
    """Raises: BadInput for a password that is too short, too long, monotonous, or one of the person's own words."""
    plain = _plain(password).casefold()
    if not SHORTEST <= len(plain) <= LONGEST:
        raise BadInput(
            f"A password has {SHORTEST} to {LONGEST} characters.", remedy="Several words in a row do well."
        )
    if len(set(plain)) < 5:
        raise BadInput("This password is too easily guessed.", remedy="Use more different characters.")
    if any(len(word) > 2 and _is_made_of(plain, _plain(word).casefold()) for word in own_words):
        raise BadInput("This password is made of a name.", remedy="Choose one that does not hold yours.")


def _is_made_of(password: str, word: str) -> bool:
    """Whether little is left of it without the word."""
    return word in password and len(password.replace(word, "")) < SHORTEST // 2


def _plain(password: str) -> str:
    """The same characters however a keyboard composed them."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobodys() -> str:
    """The hash of a password that nobody knows."""
    return hashed(secrets.token_urlsafe())
