"""Every builder with made-up arguments; each argument can be given otherwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.xapi.records import BRIDGE, CURATOR, NOW, uuid_of
from xapi import statements as say
from xapi.statements import Built

ITEM = BRIDGE.item(uuid_of("item"), "video", "YouTube")
DECISION = uuid_of("decision")
JUDGED: dict[str, Any] = {"decision": DECISION, "by": CURATOR, "at": NOW, "method": "human"}
CONNECTOR = BRIDGE.machine("connector:feeds:blog")
SENT: dict[str, Any] = {
    "event": "delivery 1",
    "by": BRIDGE.machine("destination:moodle"),
    "at": NOW,
    "destination": BRIDGE.destination("moodle"),
    "receipt": "42",
}

BUILDERS: dict[str, Callable[..., Built]] = {
    "imported": lambda **more: say.imported(
        BRIDGE,
        ITEM,
        **{
            "event": "C1/1714557600.000100",
            "by": CONNECTOR,
            "at": NOW,
            "tags": [BRIDGE.tag("Python")],
            "content": "00" * 32,
            "licence": "https://creativecommons.org/licenses/by/4.0/",
        }
        | more,
    ),
    "tagged": lambda **more: say.tagged(
        BRIDGE,
        ITEM,
        **JUDGED | {"competencies": [BRIDGE.competency("c-1")], "tags": [BRIDGE.tag("x")]} | more,
    ),
    "approved": lambda **more: say.approved(
        BRIDGE, ITEM, **JUDGED | {"competencies": [BRIDGE.competency("c-1")], "quality": 0.75} | more
    ),
    "rejected": lambda **more: say.rejected(BRIDGE, ITEM, **JUDGED | {"reason": "too-short"} | more),
    "released": lambda **more: say.released(BRIDGE, ITEM, **SENT | more),
    "archived": lambda **more: say.archived(BRIDGE, ITEM, **SENT | more),
    "voided": lambda **more: say.voided(
        BRIDGE, uuid_of("statement"), **{"event": "undo 1", "by": CURATOR, "at": NOW} | more
    ),
}
