"""A server on loopback that replays recorded answers, and what a contract says of requests and fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gleanery.testing import Asked, Fake, Reply


class Replay(Fake):
    """Answers by a table of paths; what is not in it is not there."""

    def __init__(self, answers: Mapping[str, Callable[[Asked], Any]]) -> None:
        super().__init__()
        self.answers = answers

    def answer(self, asked: Asked) -> Reply:
        """One request."""
        told = self.answers.get(asked.path)
        return Reply(404, {}) if told is None else Reply(body=told(asked))


def found_in(tree: Any, wanted: Callable[[Mapping[str, Any]], bool]) -> Iterator[dict[str, Any]]:
    """Every object in a tree that is wanted."""
    if isinstance(tree, dict):
        if wanted(tree):
            yield tree
        for value in tree.values():
            yield from found_in(value, wanted)
    elif isinstance(tree, list):
        for value in tree:
            yield from found_in(value, wanted)


def properties_of(schema: Any) -> set[str]:
    """The names of all properties that a schema knows, at any depth."""
    names: set[str] = set()
    for one in found_in(schema, lambda part: isinstance(part.get("properties"), dict)):
        names |= set(one["properties"])
    return names
