"""What a platform refuses, as a table: which refusal, whose turn it is, what to do, when it is tried next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gleanery.errors import ConfigError, Denied, GleaneryError, Gone, QuotaExhausted, Unreachable

Remedied = Literal["config", "denied", "gone", "quota", "unreachable"]
_CLASSES: dict[Remedied, type[GleaneryError]] = {
    "config": ConfigError,
    "denied": Denied,
    "gone": Gone,
    "quota": QuotaExhausted,
    "unreachable": Unreachable,
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the refusals it is for, whose error that is, and what the administrator reads.

    `codes`: the platform's reasons, empty for any; `statuses`: of HTTP, empty for any. `whole`: it holds for the
    whole source, not for one channel or video. `next`: when it is tried next, in words, for the documents.
    """

    error: Remedied
    message: str
    remedy: str = ""
    codes: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    whole: bool = True
    next: str = "with the next reading"

    def suits(self, status: int, code: str) -> bool:
        """Whether the row is for this refusal."""
        return (not self.codes or code in self.codes) and (not self.statuses or status in self.statuses)


def refusal(
    rules: Sequence[Rule],
    status: int,
    code: str,
    *,
    until: datetime | None = None,
    retry_after: float | None = None,
    **words: str,
) -> GleaneryError:
    """The error to raise, by the first row that suits; `words` fill the placeholders of message and remedy.

    `until` counts where an allowance is used up, `retry_after` (seconds) where the platform is out of reach.
    """
    rule = next((one for one in rules if one.suits(status, code)), None)
    if rule is None:
        raise LookupError(f"no rule for {status} {code}: the table needs a last row that suits everything")
    told = {"code": code, "status": str(status), **words}
    message, remedy = rule.message.format(**told), rule.remedy.format(**told)
    if rule.error == "quota":
        if until is None:
            raise LookupError("an allowance that is used up needs the time at which it comes back")
        return QuotaExhausted(message, until=until, remedy=remedy, stops_source=rule.whole)
    if rule.error == "unreachable":
        return Unreachable(message, remedy=remedy, retry_after=retry_after, stops_source=rule.whole)
    return _CLASSES[rule.error](message, remedy=remedy, stops_source=rule.whole)
