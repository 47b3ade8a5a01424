"""JSON laid out to be read: nothing but the white space between values is changed, for this is evidence."""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def laid_out(raw: str) -> str:
    """A valid JSON text with one member a line."""
    pieces: list[str] = []
    depth, before = 0, ""
    for token in _TOKEN.findall(raw):
        depth -= token in ("}", "]")
        pieces += [_space(before, token, depth), token]
        depth += token in ("{", "[")
        before = token
    return "".join(pieces)


def _space(before: str, token: str, depth: int) -> str:
    """What stands between two tokens."""
    is_empty = before in ("{", "[") and token in ("}", "]")
    if not is_empty and (before in ("{", "[", ",") or token in ("}", "]")):
        return "\n" + "  " * depth
    return " " if before == ":" else ""
