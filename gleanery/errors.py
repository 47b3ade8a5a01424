"""Every deliberate error, classed by who can put it right.

    GleaneryError
    ├── ConfigError        an administrator must change a setting; nothing is retried
    ├── Denied             a person must act: sign in, grant a right, confirm
    ├── BadInput           the file or record given is not what it claims to be
    ├── Unreachable        the other side did not answer; tried again by itself
    ├── QuotaExhausted     the other side said "enough for now"; resumes at `until`
    ├── Gone               what was asked for is no longer there
    ├── Conflict           the same id with other content: an alarm, never overwritten
    └── BrokenPlugin       a plugin raised what it should not: its makers act

A message names the plugin, the thing and the remedy; it holds no secret and no personal data. Against secrets there
is a second wall: those in use are known here, and are cut out of every message and log line (`without_secrets`).
"""

from __future__ import annotations

import json
import threading
from datetime import datetime
from urllib.parse import quote

_SHORTEST_SECRET = 8
_MOST_SECRETS = 10_000
_lasting: set[str] = set()
_passing: dict[str, None] = {}
"""Those of tokens, which come and go: oldest first, the oldest are forgotten."""
_noting = threading.RLock()


def keep_secret(value: str, *, lasting: bool = False) -> None:
    """Have this cut out of messages and logs from now on; what is too short to be told from words is not.

    `lasting`: for as long as this process runs, however many others come; for those of the configuration.
    """
    forms = {value, quote(value.encode("utf-8", "surrogatepass"), safe=""), json.dumps(value)[1:-1]}
    with _noting:
        for form in forms:
            if len(form) < _SHORTEST_SECRET:
                continue
            _passing.pop(form, None)
            if lasting:
                _lasting.add(form)
            else:
                _passing[form] = None
        while len(_passing) > _MOST_SECRETS:
            del _passing[next(iter(_passing))]


def without_secrets(text: str) -> str:
    """The text with every secret in use replaced by stars."""
    with _noting:
        found = [secret for secret in (*_lasting, *_passing) if secret in text]
    for secret in sorted(found, key=len, reverse=True):  # one may be the beginning of another
        text = text.replace(secret, "********")
    return text


class GleaneryError(Exception):
    """A deliberate error with a message for a person.

    `stops_source`: raised for one partition, it holds for the whole source; the others need not be tried. `kind` tells
    it from others of its class where a program has to; empty where none does.
    """

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "", stops_source: bool = False, kind: str = "") -> None:
        message, remedy = without_secrets(message), without_secrets(remedy)
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.stops_source = stops_source
        self.kind = kind

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class ConfigError(GleaneryError):
    """A setting is wrong or missing: the administrator acts."""

    exit_code = 3


class Denied(GleaneryError):
    """A right, a consent or a sign-in is missing: a person acts."""

    exit_code = 4


class BadInput(GleaneryError):
    """A file, record or answer is not what it claims to be."""

    exit_code = 5


class Unreachable(GleaneryError):
    """The other side did not answer or answered with a passing fault.

    `retry_after` is the number of seconds it asked us to wait, None where it said nothing. `in_doubt`: whether it
    may have done what was asked; False where the request never left, or was turned away.
    """

    exit_code = 6

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        retry_after: float | None = None,
        stops_source: bool = False,
        in_doubt: bool = True,
        kind: str = "",
    ) -> None:
        super().__init__(message, remedy=remedy, stops_source=stops_source, kind=kind)
        self.retry_after = retry_after
        self.in_doubt = in_doubt


class QuotaExhausted(GleaneryError):
    """An allowance is used up; work resumes at `until` (aware, UTC)."""

    exit_code = 6

    def __init__(self, message: str, *, until: datetime, remedy: str = "", stops_source: bool = True) -> None:
        super().__init__(message, remedy=remedy, stops_source=stops_source)
        self.until = until


class Gone(GleaneryError):
    """What was asked for is no longer there."""

    exit_code = 7


class BrokenPlugin(GleaneryError):
    """A plugin raised something that is no deliberate error."""

    exit_code = 9


class Conflict(GleaneryError):
    """The same id turned up with other content."""

    exit_code = 8
