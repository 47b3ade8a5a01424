"""Every builder with made-up arguments, those of its golden case; each argument can be given otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.xapi import events
from tests.xapi.records import BRIDGE, CURATOR, NOW, uuid_of
from xapi.statements import Built

ITEM = BRIDGE.item(uuid_of("item"), "video", "YouTube")
DECISION = uuid_of("decision")
JUDGED: dict[str, Any] = {"decision": DECISION, "by": CURATOR, "at": NOW, "method": "human"}

CASES = {name: events.event(name) for name in events.names()}
BUILDERS: dict[str, Callable[..., Built]] = {
    name: case.build for name, case in CASES.items() if name == case.verb
}
