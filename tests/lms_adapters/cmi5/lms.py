"""A small cmi5 LMS on loopback beside our own record store: it reads the course structure by itself, launches a unit as
section 8 of cmi5 Quartz says, and looks the statements up in the store."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.lms_adapters.packages import media_type, parsed, unpacked
from tests.npm import node_modules
from tests.servers import Received, Reply, WebServer
from tests.xapi.http.running import Client, Running, alone
from xapi.lrs.http.lrs import Settings

N = "{https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd}"
CMI5 = "https://w3id.org/xapi/cmi5/context/categories/cmi5"
MOVE_ON = "https://w3id.org/xapi/cmi5/context/categories/moveon"
SESSION = "https://w3id.org/xapi/cmi5/context/extensions/sessionid"
VERBS = "http://adlnet.gov/expapi/verbs/"
OTHER_UNIT = """<!DOCTYPE html><title>a unit of somebody else</title><script src="/cmi5.js"></script>
<script>
(async () => {
  const unit = new Cmi5();
  await unit.initialize();
  await unit.complete();
  await unit.terminate();
  document.title = "over";
})().catch((error) => { document.title = `failed: ${error}`; });
</script>"""


@dataclass(frozen=True)
class Unit:
    """An assignable unit as the structure tells it."""

    id: str
    title: str
    url: str
    move_on: str
    method: str
    block: str | None


@dataclass(frozen=True)
class Session:
    """One launch: the address to open, and what its statements must carry."""

    address: str
    id: str
    activity: str
    registration: str
    unit: Unit


class Lms:
    """Plays one course for one learner. `registration` names the learner's way through it."""

    def __init__(self, pages: WebServer, store: Running, path: Path, key: str) -> None:
        self._pages, self._key, self._secret = pages, key, store.secrets[key]
        self._client = store.client(key, self._secret)
        self.endpoint = f"http://{store.address[0]}:{store.address[1]}/xapi"
        self.actor = {
            "objectType": "Agent",
            "account": {"homePage": "https://lms.example.org", "name": "4711"},
        }
        self.registration = str(uuid4())
        self._tokens: set[str] = set()
        files = unpacked(path)
        self.units = list(units_of(files))
        for name, body in files.items():
            pages.reply(f"/content/{name}", body, headers={"content-type": media_type(name)})
        pages.answer("/fetch", self._token)
        pages.reply(
            "/back", "<!DOCTYPE html><title>back in the course</title>", headers={"content-type": "text/html"}
        )
        umd = (node_modules() / "@xapi" / "cmi5" / "dist" / "Cmi5.umd.js").read_bytes()
        pages.reply("/cmi5.js", umd, headers={"content-type": "text/javascript"})
        pages.reply("/content/other.html", OTHER_UNIT, headers={"content-type": "text/html; charset=utf-8"})

    @property
    def client(self) -> Client:
        """The LMS at its store."""
        return self._client

    def launch(self, unit: Unit, *, page: str = "", **data: Any) -> Session:
        """Prepare a session as an LMS must before it opens a unit; `page` another page than the unit's."""
        session, activity = str(uuid4()), f"https://lms.example.org/activities/{unit.id.rsplit('/', 1)[-1]}"
        template = {
            "contextActivities": {"grouping": [{"id": unit.id}]},
            "extensions": {SESSION: session},
        }
        document = {
            "contextTemplate": template, "launchMode": "Normal", "moveOn": unit.move_on,
            "returnURL": f"{self._pages.url}/back", **data,
        }  # fmt: skip
        about = {"activityId": activity, "agent": json.dumps(self.actor), "registration": self.registration}
        kind = {"Content-Type": "application/json"}
        self._client.ask(
            "PUT", "activities/state", json.dumps(document).encode(), kind, stateId="LMS.LaunchData", **about
        )
        launched = {
            "actor": self.actor, "verb": {"id": f"{VERBS}launched"}, "object": {"id": activity},
            "context": {**template, "registration": self.registration}, "timestamp": datetime.now(UTC).isoformat(),
        }  # fmt: skip
        assert self._client.post(launched).status == 200
        self._tokens.add(session)
        query = {
            "endpoint": self.endpoint, "fetch": f"{self._pages.url}/fetch?session={session}",
            "actor": json.dumps(self.actor), "registration": self.registration, "activityId": activity,
        }  # fmt: skip
        address = f"{self._pages.url}/content/{page or unit.url}?{urlencode(query)}"
        return Session(address, session, activity, self.registration, unit)

    def said(self, session: Session) -> list[dict[str, Any]]:
        """What the unit said in this session, in the order of the record, without what the LMS said of it."""
        reply = self._client.get(registration=self.registration, ascending="true", limit="100")
        found = [
            one for one in reply.json["statements"] if one["context"]["extensions"][SESSION] == session.id
        ]
        return [one for one in found if one["verb"]["id"] != f"{VERBS}launched"]

    def verbs(self, session: Session) -> list[str]:
        """The verbs of these."""
        return [str(one["verb"]["id"]).removeprefix(VERBS) for one in self.said(session)]

    def until(self, session: Session, verb: str) -> None:
        """Ask the store until it has this verb: who leaves a page is told nothing."""
        end = monotonic() + 10
        while verb not in self.verbs(session):
            assert monotonic() < end, self.verbs(session)

    def _token(self, asked: Received) -> Reply:
        """The token of a session, once (8.2.3)."""
        session = asked.query.removeprefix("session=")
        answer = {"error-code": "1", "error-text": "already in use"}
        if asked.method == "POST" and session in self._tokens:
            self._tokens.remove(session)
            answer = {"auth-token": base64.b64encode(f"{self._key}:{self._secret}".encode()).decode()}
        return Reply(200, json.dumps(answer).encode(), {"content-type": "application/json"})


def units_of(files: dict[str, bytes]) -> Iterator[Unit]:
    """The units of a course; every id must be there once and every page be in the package."""
    root = parsed(files["cmi5.xml"])
    ids = [str(node.get("id")) for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    objectives = {str(node.get("id")) for node in root.iter(f"{N}objective") if node.get("id")}
    assert {str(node.get("idref")) for node in root.iter(f"{N}objective") if node.get("idref")} <= objectives
    for au in root.iter(f"{N}au"):
        block, url = au.getparent(), str(au.findtext(f"{N}url"))
        assert url in files
        yield Unit(
            str(au.get("id")), str(au.findtext(f"{N}title/{N}langstring")), url,
            str(au.get("moveOn") or "NotApplicable"),
            str(au.get("launchMethod") or "AnyWindow"), str(block.get("id")) if block.tag == f"{N}block" else None,
        )  # fmt: skip


@contextmanager
def playing(path: Path, store: Running, key: str) -> Iterator[Lms]:
    """The LMS with this course, on loopback; `key` of the store is what it gives to units."""
    with WebServer() as pages:
        yield Lms(pages, store, path, key)


@contextmanager
def record_store(folder: Path) -> Iterator[Running]:
    """Our record store on loopback with the keys `lms` and `closed`."""
    folder.mkdir()
    with alone(folder, Settings()) as store:
        store.key("lms")
        store.key("closed")
        yield store
