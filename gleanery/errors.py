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

A message names the plugin, the thing and the remedy; it holds no secret and no personal data.
"""

from __future__ import annotations

from datetime import datetime


class GleaneryError(Exception):
    """A deliberate error with a message for a person."""

    exit_code = 1

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

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

    `retry_after` is the number of seconds it asked us to wait, None where it said nothing.
    """

    exit_code = 6

    def __init__(self, message: str, *, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after = retry_after


class QuotaExhausted(GleaneryError):
    """An allowance is used up; work resumes at `until` (aware, UTC)."""

    exit_code = 6

    def __init__(self, message: str, *, until: datetime, remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
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
