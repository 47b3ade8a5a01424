"""Clients that others wrote, against our record store: they must find what they expect."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import tincan

from tests.story.peers import node_modules
from tests.xapi.http.running import Running, a_boundary, multipart, running, statement
from xapi.lrs.database import Database
from xapi.lrs.http.lrs import Settings

HERE = Path(__file__).resolve().parent
OTHER = {"objectType": "Agent", "mbox": "mailto:analyst@example.org"}
MBOX, ACTIVITY = "mailto:learner@example.org", "https://example.org/course"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """An empty record store on the web with one key."""
    database = Database(str(tmp_path / "record.db"))
    database.migrate()
    with running(database, Settings()) as made:
        made.key("client")
        yield made
    database.close()


def endpoint(server: Running) -> str:
    return f"http://{server.address[0]}:{server.address[1]}/xapi"


# --------------------------------------------------------------------------- tincan, Python


@pytest.fixture
def remote(server: Running) -> tincan.RemoteLRS:
    return tincan.RemoteLRS(
        endpoint=endpoint(server), version="1.0.3", username="client", password=server.secrets["client"]
    )


def experienced(**changes: Any) -> tincan.Statement:
    return tincan.Statement(
        {
            "actor": tincan.Agent(mbox=MBOX),
            "verb": tincan.Verb(
                id="http://adlnet.gov/expapi/verbs/experienced", display={"en-US": "experienced"}
            ),
            "object": tincan.Activity(id=ACTIVITY),
            **changes,
        }
    )


def test_tincan_sends_finds_pages_and_voids(remote: tincan.RemoteLRS) -> None:
    assert "1.0.3" in remote.about().content.version
    first = remote.save_statement(experienced()).content
    rest = remote.save_statements([experienced() for _ in range(4)]).content
    assert remote.retrieve_statement(first.id).content.id == first.id
    assert remote.save_statement(first).success  # a repeat
    page = remote.query_statements({"agent": tincan.Agent(mbox=MBOX), "limit": 2, "ascending": True}).content
    seen = [one.id for one in page.statements]
    while page.more:
        page = remote.more_statements(page).content
        seen += [one.id for one in page.statements]
    assert seen == [first.id, *(one.id for one in rest)]
    void = experienced(
        verb=tincan.Verb(id="http://adlnet.gov/expapi/verbs/voided"), object=tincan.StatementRef(id=first.id)
    )
    assert remote.save_statement(void).success
    assert remote.retrieve_statement(first.id).response.status == 404
    assert remote.retrieve_voided_statement(first.id).content.id == first.id


def test_tincan_keeps_states_with_an_etag(remote: tincan.RemoteLRS) -> None:
    agent, activity = tincan.Agent(mbox=MBOX), tincan.Activity(id=ACTIVITY)

    def document(content: bytes, etag: str | None = None) -> tincan.StateDocument:
        return tincan.StateDocument(
            agent=agent, activity=activity, id="bookmark", content=bytearray(content), etag=etag,
            content_type="application/json",
        )  # fmt: skip

    assert remote.save_state(document(b'{"page": 1}')).success
    reply = remote.retrieve_state(activity, agent, "bookmark")
    assert bytes(reply.content.content) == b'{"page": 1}'
    etag = reply.response.getheader("etag")  # it looks for it in the wrong place itself
    # It sends each state twice, so that the second time the ETag is the old one.
    assert remote.save_state(document(b'{"page": 2}', etag)).response.status == 412
    assert bytes(remote.retrieve_state(activity, agent, "bookmark").content.content) == b'{"page": 2}'
    assert remote.save_state(document(b'{"page": 3}', etag)).response.status == 412
    assert bytes(remote.retrieve_state(activity, agent, "bookmark").content.content) == b'{"page": 2}'
    assert remote.retrieve_state_ids(activity, agent).content == ["bookmark"]
    assert remote.clear_state(activity, agent).success
    assert remote.retrieve_state_ids(activity, agent).content == []


def test_tincan_reads_and_changes_profiles(server: Running, remote: tincan.RemoteLRS) -> None:
    """It cannot make one: it sends no If-None-Match, and 1.0.3 has a PUT without it refused."""
    agent, activity = tincan.Agent(mbox=MBOX), tincan.Activity(id=ACTIVITY)
    client = server.client("client", server.secrets["client"])
    kind = {"Content-Type": "application/json"}
    client.ask("POST", "activities/profile", b'{"a": 1}', kind, activityId=ACTIVITY, profileId="look")
    client.ask("POST", "agents/profile", b'{"a": 1}', kind, agent=agent.to_json(), profileId="taste")
    look = remote.retrieve_activity_profile(activity, "look")
    taste = remote.retrieve_agent_profile(agent, "taste")
    assert bytes(look.content.content) == bytes(taste.content.content) == b'{"a": 1}'
    for reply, save in ((look, remote.save_activity_profile), (taste, remote.save_agent_profile)):
        document, document.etag = reply.content, reply.response.getheader("etag")
        document.content, document.content_type = bytearray(b'{"a": 2}'), "application/json"
        assert save(document).success
        assert save(document).response.status == 412
    assert remote.retrieve_activity_profile_ids(activity).content == ["look"]
    assert remote.retrieve_agent_profile_ids(agent).content == ["taste"]
    assert remote.delete_activity_profile(remote.retrieve_activity_profile(activity, "look").content).success


def test_tincan_with_a_wrong_secret_is_told_so(server: Running) -> None:
    remote = tincan.RemoteLRS(endpoint=endpoint(server), version="1.0.3", username="client", password="wrong")
    assert remote.save_statement(experienced()).response.status == 401


# --------------------------------------------------------------------------- JavaScript


def node(server: Running, script: str, modules: Path, *more: str) -> dict[str, Any]:
    """What a script of a client saw."""
    command = ["node", str(HERE / "clients" / script), endpoint(server), "client", *more]
    environment = {
        "PATH": str(Path(shutil.which("node") or "node").parent),
        "NODE_PATH": str(modules / "node_modules"),
    }
    done = subprocess.run(
        command, input=server.secrets["client"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def with_every_byte(server: Running) -> str:
    """The id of a statement with an attachment of all 256 bytes."""
    content = bytes(range(256))
    sha2, boundary = sha256(content).hexdigest(), a_boundary()
    attachment = {
        "usageType": "https://example.org/usage",
        "display": {"en-US": "A file"},
        "contentType": "application/octet-stream",
        "length": len(content),
        "sha2": sha2,
    }
    part = {
        "Content-Type": "application/octet-stream",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": sha2,
    }
    body = multipart(boundary, statement(actor=OTHER, attachments=[attachment]), (part, content))
    headers = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
    reply = server.client("client", server.secrets["client"]).ask("POST", "statements", body, headers)
    assert reply.status == 200, reply.body
    return str(reply.json[0])


@pytest.mark.proof
def test_xapi_js_finds_what_it_expects(server: Running) -> None:
    seen = node(server, "xapi_xapi.cjs", node_modules("xapi-js", "@xapi/xapi@3.0.3"))
    assert seen == {
        "versions": True,
        "found": True,
        "pages": True,
        "hidden": 404,
        "voided": True,
        "attachments": {"parts": 2, "sha2": True},
        "state": {
            "first": {"page": 1},
            "late": 412,
            "last": {"page": 2, "seen": True},
            "ids": ["bookmark"],
        },
        "profiles": {"activity": {"colour": "green"}, "agent": {"colour": "green"}},
        "person": [MBOX],
        "activity": ACTIVITY,
        "wrongKey": 401,
    }


@pytest.mark.proof
def test_tincan_js_finds_what_it_expects(server: Running) -> None:
    key = with_every_byte(server)
    seen = node(server, "tincanjs.cjs", node_modules("tincan-js", "tincanjs@0.50.0"), key)
    assert seen == {
        "versions": True,
        "found": True,
        "pages": True,
        "hidden": 404,
        "voided": True,
        "attachments": {"text": "Grüße, 你好", "bytes": True},
        "state": {"first": {"page": 1}, "late": 412, "last": {"page": 2}, "ids": ["bookmark"]},
        "profiles": {"activity": {"colour": "green"}, "agent": {"colour": "green"}},
    }
