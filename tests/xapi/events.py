"""Golden cases: an event as plain JSON beside the statement it must become.

In an event, an object with one key names how its value is made: `{"person": "<uuid>"}` is that person as an
actor, `{"item": ["<uuid>", "video", "YouTube"]}` a learning item, `{"time": "..."}` a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from tests.xapi.records import BRIDGE
from xapi import statements as say
from xapi.model import Score
from xapi.statements import Built

FOLDER = Path(__file__).parent / "fixtures" / "statements"

_MAKERS: dict[str, Callable[[Any], Any]] = {
    "activity": lambda item: item.activity,
    "assignment": lambda values: say.Assignment(**values),
    "award": lambda values: say.Item(*values),
    "badge": BRIDGE.badge,
    "channel": lambda values: BRIDGE.channel(*values),
    "competency": BRIDGE.competency,
    "credential": BRIDGE.credential,
    "destination": BRIDGE.destination,
    "grade": say.Grade.of,
    "interaction": lambda values: BRIDGE.interaction(UUID(values[0]), *values[1:]),
    "item": lambda values: BRIDGE.item(UUID(values[0]), *values[1:]),
    "machine": BRIDGE.machine,
    "mention": lambda name: BRIDGE.mention(UUID(name)),
    "path": lambda name: BRIDGE.path(UUID(name)),
    "person": lambda name: BRIDGE.person(UUID(name)),
    "post": lambda values: BRIDGE.post(UUID(values[0]), *values[1:]),
    "rating": lambda values: Score(**values),
    "seconds": lambda number: timedelta(seconds=number),
    "step": lambda values: BRIDGE.step(*map(UUID, values)),
    "tag": BRIDGE.tag,
    "time": datetime.fromisoformat,
    "uuid": UUID,
    "viewing": lambda values: say.Viewing(**values),
    "words": lambda values: say.Words(values["text"], values["policy"], values["key"].encode()),
}


class Event(NamedTuple):
    """What happened: the builder's name, what it is about, and the named arguments."""

    verb: str
    about: list[Any]
    arguments: dict[str, Any]

    def build(self, **changes: Any) -> Built:
        """The statement of this event; each argument can be given otherwise."""
        builder: Callable[..., Built] = getattr(say, self.verb)
        return builder(BRIDGE, *self.about, **self.arguments | changes)


def event(name: str) -> Event:
    """The golden case of this name."""
    told = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    verb, about = told.pop("verb"), told.pop("about")
    return Event(verb, _made(about), _made(told))


def names() -> list[str]:
    """The names of all cases."""
    return sorted(path.stem for path in FOLDER.glob("*.json") if not path.name.endswith(".statement.json"))


def expected(name: str) -> str:
    """The statement that a case must become, as indented JSON."""
    return (FOLDER / f"{name}.statement.json").read_text("utf-8")


def shown(built: Built) -> str:
    """A statement as indented JSON, its members in the order they are sent."""
    return json.dumps(json.loads(built.raw), indent=2, ensure_ascii=False) + "\n"


def _made(value: Any) -> Any:
    if isinstance(value, list):
        return [_made(one) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and (name := next(iter(value))) in _MAKERS:
        return _MAKERS[name](_made(value[name]))
    return {key: _made(one) for key, one in value.items()}
