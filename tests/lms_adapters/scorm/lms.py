"""A small LMS on loopback that plays SCORM packages: it reads the manifest by itself, shows each SCO in a frame of a
frame, with scorm-again as its API, and keeps what that commits."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.lms_adapters.packages import Node, content_package, media_type, unpacked
from tests.npm import node_modules
from tests.servers import Received, Reply, WebServer

LEARNER = "4711"

_OUTER = """<!DOCTYPE html><title>LMS</title>
<script src="/player.js"></script>
<script>
const settings = { lmsCommitUrl: "/commit?sco=SCO", autocommit: false, alwaysSendTotalTime: true };
const api = window.NAME = new CLASS(settings);
api.loadFromJSON(STATE, "cmi");
</script>
"""
_FRAME = '<iframe name="middle" src="/middle?sco=SCO"></iframe>'
_CLASSES = {"1.2": ("API", "Scorm12API"), "2004": ("API_1484_11", "Scorm2004API")}
_FIRST = {
    "1.2": {"core": {"student_id": LEARNER, "student_name": "Learner, A."}},
    "2004": {"learner_id": LEARNER, "learner_name": "Learner, A."},
}


class Lms:
    """Plays one package. `commits`: what its API sent, by SCO, in order."""

    def __init__(self, server: WebServer, path: Path, version: str, mode: str = "normal") -> None:
        self._server, self._version, self._mode = server, version, mode
        self._files = unpacked(path)
        self.tree: Node = content_package(self._files)
        self.commits: dict[str, list[dict[str, Any]]] = {}
        self.origin, self.refuses = server.url, False
        self._came = threading.Condition()
        dist = node_modules() / "scorm-again" / "dist"
        player = (dist / ("scorm12.min.js" if version == "1.2" else "scorm2004.min.js")).read_bytes()
        server.reply("/player.js", player, headers={"content-type": "text/javascript"})
        for name, body in self._files.items():
            server.reply(f"/content/{name}", body, headers={"content-type": media_type(name)})
        server.answer("/launch", lambda asked: self._launch(asked, _OUTER + _FRAME))
        server.answer("/opener", lambda asked: self._launch(asked, _OUTER))
        server.answer("/middle", self._middle)
        server.answer("/commit", self._commit)

    @property
    def scos(self) -> list[Node]:
        """What can be launched, in order."""
        return list(self.tree.leaves())

    def address(self, sco: Node) -> str:
        """Where a learner opens it. One whose prerequisites are not fulfilled is not shown."""
        assert sco.before is None or self._is_done(sco.before), f"{sco.title} is still locked"
        return f"{self._server.url}/launch?sco={sco.id}"

    def latest(self, sco: str) -> dict[str, Any]:
        """What was last committed of a SCO."""
        made = self.commits.get(sco, [])
        return made[-1]["cmi"] if made else {}

    def status(self, sco: str) -> str:
        """Its completion as last committed."""
        cmi = self.latest(sco)
        return str(
            cmi.get("core", {}).get("lesson_status")
            if self._version == "1.2"
            else cmi.get("completion_status")
        )

    def _is_done(self, sco: str) -> bool:
        """What prerequisites of 1.2 and objectives of 2004 look at."""
        passed = self._version == "1.2" or self.latest(sco).get("success_status") == "passed"
        return passed and self.status(sco) == "completed"

    def _launch(self, asked: Received, outer: str) -> Reply:
        sco = asked.query.removeprefix("sco=")
        name, made = _CLASSES[self._version]
        page = outer.replace("SCO", sco).replace("NAME", name).replace("CLASS", made)
        return _html(page.replace("STATE", json.dumps(self._state(sco))))

    def _state(self, sco: str) -> dict[str, Any]:
        """What this learner left, without what only an LMS sets."""
        state: dict[str, Any] = json.loads(json.dumps(_FIRST[self._version]))
        latest = self.latest(sco)
        if "suspend_data" in latest:
            state["suspend_data"] = latest["suspend_data"]
        core = state["core"] if self._version == "1.2" else state
        core["lesson_mode" if self._version == "1.2" else "mode"] = self._mode
        if latest:
            core["lesson_status" if self._version == "1.2" else "completion_status"] = self.status(sco)
        if "success_status" in latest:
            state["success_status"] = latest["success_status"]
        return state

    def _middle(self, asked: Received) -> Reply:
        sco = next(one for one in self.scos if one.id == asked.query.removeprefix("sco="))
        return _html(
            f'<!DOCTYPE html><title>frame</title><iframe name="sco" src="/content/{sco.href}"></iframe>'
        )

    def _commit(self, asked: Received) -> Reply:
        if self.refuses:
            return Reply(500, b'{"result": false, "errorCode": 101}', {"content-type": "application/json"})
        with self._came:
            sco = asked.query.removeprefix("sco=").partition("&")[0]
            self.commits.setdefault(sco, []).append(json.loads(asked.body))
            self._came.notify_all()
        return Reply(200, b'{"result": true, "errorCode": 0}', {"content-type": "application/json"})

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds of what was committed."""
        with self._came:
            assert self._came.wait_for(holds, timeout=10), self.commits


def _html(page: str) -> Reply:
    return Reply(200, page.encode(), {"content-type": "text/html; charset=utf-8"})


@contextmanager
def playing(path: Path, version: str, mode: str = "normal") -> Iterator[Lms]:
    """The LMS with this package, on loopback."""
    with WebServer() as server:
        server.reply("/source", "<!DOCTYPE html><title>source</title>", headers={"content-type": "text/html"})
        yield Lms(server, path, version, mode)
