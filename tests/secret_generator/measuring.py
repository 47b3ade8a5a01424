"""How many of the made secrets a step marks, format by format, and how often it sees one where none is."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from gleanery.testing import subject
from tests.secret_generator.wrapping import Leak


class Recall(NamedTuple):
    """By format: how many there are, and how many were marked."""

    there: Counter[str]
    marked: Counter[str]

    @property
    def share(self) -> float:
        """Over all formats."""
        return self.marked.total() / self.there.total()

    def missed(self) -> dict[str, int]:
        """By format: how many were not marked, the most first."""
        missed = self.there - self.marked
        return dict(missed.most_common())


def recall(step: Any, leaks: Iterable[Leak]) -> Recall:
    """A secret counts as marked where at least half of it is, and the post is blocked."""
    told = Recall(Counter(), Counter())
    for leak in leaks:
        told.there[leak.form] += 1
        finding = step.judge(subject(leak.text))
        secret = leak.secret if leak.secret in leak.text else json.dumps(leak.secret)[1:-1]
        start = leak.text.index(secret)
        ends = [(max(start, one.start), min(start + len(secret), one.end)) for one in finding.spans]
        covered = sum(max(0, end - first) for first, end in ends)
        told.marked[leak.form] += finding.verdict == "block" and covered >= 0.5 * len(secret)
    return told
