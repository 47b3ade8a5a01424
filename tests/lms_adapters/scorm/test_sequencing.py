"""The sequencing of a 2004 package as another's sequencer understands it: scorm-again decides what may be opened."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from lms_adapters.scorm import Scorm, Settings
from tests.lms_adapters.collections import collection, step
from tests.lms_adapters.items import item, item_id
from tests.lms_adapters.packages import Node, content_package, unpacked
from tests.npm import HERE, node_modules

SS = "{http://www.imsglobal.org/xsd/imsss}"
DONE = {"cmi.completion_status": "completed", "cmi.success_status": "passed", "cmi.exit": "suspend"}
LEFT = {"cmi.completion_status": "incomplete", "cmi.exit": "suspend"}


def plain(element: Any) -> dict[str, Any]:
    """The attributes of an element as JSON has them."""
    words = {"true": True, "false": False}
    return {name: words.get(value, value) for name, value in element.attrib.items()}


def objective(element: Any) -> dict[str, Any]:
    return {**plain(element), "mapInfo": [plain(one) for one in element.iterfind(f"{SS}mapInfo")]}


def activity(node: Node) -> dict[str, Any]:
    """An activity as scorm-again wants it from an LMS."""
    found = node.element.find(f"{SS}sequencing")
    made: dict[str, Any] = {
        "id": node.id,
        "title": node.title,
        "children": [activity(one) for one in node.children],
    }
    for name, told in (("controlMode", "sequencingControls"), ("deliveryControls", "deliveryControls")):
        if (one := found.find(f"{SS}{name}")) is not None:
            made[told] = plain(one)
    if (one := found.find(f"{SS}objectives/{SS}primaryObjective")) is not None:
        made["primaryObjective"] = objective(one) | {"isPrimary": True}
    made["objectives"] = [objective(one) for one in found.iterfind(f"{SS}objectives/{SS}objective")]
    made["sequencingRules"] = {
        "preConditionRules": [rule(one) for one in found.iter(f"{SS}preConditionRule")]
    }
    return made


def rule(element: Any) -> dict[str, Any]:
    conditions = element.find(f"{SS}ruleConditions")
    action = element.find(f"{SS}ruleAction").get("action")
    return {"action": action, **plain(conditions), "conditions": [plain(one) for one in conditions]}


def decided(tree: dict[str, Any], *steps: dict[str, Any]) -> list[bool]:
    """What the sequencer delivers."""
    player = node_modules() / "scorm-again" / "dist" / "scorm2004.min.js"
    asked = json.dumps({"activityTree": tree, "steps": steps})
    command = ["node", str(HERE / "sequencing.cjs"), str(player)]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answers: list[bool] = json.loads(done.stdout)
    return answers


def test_a_step_opens_once_the_one_it_comes_after_is_completed_and_the_others_at_once(tmp_path: Path) -> None:
    path = collection(step(1), step(2, required=False), step(3, after=item_id(1)))
    adapter = Scorm(Settings(version="2004"), make_context(tmp_path, GuardedHttp()))
    adapter.bind([item(4)], [path])
    top = content_package(unpacked(adapter.path))
    tree, (first, second, third, other) = activity(top), [leaf.id for leaf in top.leaves()]
    assert decided(tree, {"choice": third}) == [False]
    assert decided(tree, {"set": LEFT}, {"continue": True}, {"choice": third}, {"choice": other}) == [
        True,
        False,
        True,
    ]
    assert decided(tree, {"set": DONE}, {"continue": True}, {"choice": third}) == [True, True]
    assert decided(tree, {"choice": second}, {"choice": first}) == [True, True]
