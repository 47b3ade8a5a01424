"""Recorded exchanges with a Moodle site: the shared ones where present, and small ones of our own.

A folder holds a file for each function: a list of `{"case", "request": {"form"}, "response": {"status",
"content_type", "body"}}`. Ours are an older, German Moodle with other ids, so that nothing hangs on a wording.
"""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent.parent / "fixtures" / "moodle"


class Recordings:
    """The recorded exchanges of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def exchange(self, function: str, case: str) -> dict[str, Any]:
        """One exchange, not to be changed."""
        for exchange in _read(self._folder / f"{function}.json"):
            if exchange["case"] == case:
                return exchange
        raise KeyError(f"{self._folder.name}/{function}.json has no case {case}")

    def body(self, function: str, case: str) -> Any:
        """A copy of the answer's body."""
        return copy.deepcopy(self.exchange(function, case)["response"]["body"])

    def form(self, function: str, case: str) -> dict[str, str]:
        """The fields of the request, without the token."""
        return dict(self.exchange(function, case)["request"]["form"][1:])


@cache
def _read(path: Path) -> list[dict[str, Any]]:
    exchanges: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
    return exchanges
