"""The requirements on the three formats in which statements are shown (Communication 2.1.3)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.xapi.conformance.requirements import requires
from tests.xapi.conformance.rules import small
from tests.xapi.conformance.values import AGENT, OTHER_AGENT
from tests.xapi.http.running import Client
from xapi.model import Version

TEAM = {"objectType": "Group", "openid": "https://id.example.org/team"}
VERB, PAGE = "https://example.org/verbs/wanted", "https://example.org/pages/wanted"
NAMED: dict[str, Any] = {
    "id": PAGE,
    "objectType": "Activity",
    "definition": {"name": {"en-US": "A page", "de": "Eine Seite"}, "type": "https://example.org/types/page"},
}
FORMATTED: dict[str, Any] = {
    "actor": {
        "objectType": "Group",
        "name": "A team",
        "member": [{**AGENT, "name": "A learner"}, OTHER_AGENT],
    },
    "verb": {"id": VERB, "display": {"de": "wollte", "en-US": "wanted"}},
    "object": NAMED,
    "context": {"instructor": {**TEAM, "name": "Instructors", "member": [AGENT]}},
}


def shown(client: Client, key: str, accept: str | None = None, **asked: str) -> dict[str, Any]:
    """A statement as it is answered, by its id and in a list alike."""
    headers = {"Accept-Language": accept}
    single = client.ask("GET", "statements", None, headers, statementId=key, **asked)
    listed = client.ask("GET", "statements", None, headers, **asked)
    assert (single.status, listed.status) == (200, 200)
    assert listed.json["statements"] == [single.json]
    found: dict[str, Any] = single.json
    return found


@requires("XAPI-00168", "XAPI-00170")
def test_exact_is_what_was_sent_and_what_is_given_unasked(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), {**small(), **FORMATTED}
    speaker.post(sent)
    for asked in ({}, {"format": "exact"}):
        found = shown(speaker, sent["id"], **asked)
        assert {name: found[name] for name in sent} == sent
    assert speaker.get(format="Exact").status == 400


@requires("XAPI-00171")
def test_ids_leaves_identifiers_only(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), {**small(), **FORMATTED}
    speaker.post(sent)
    found = shown(speaker, sent["id"], format="ids")
    assert (found["actor"]["member"], found["verb"], found["object"]["id"]) == (
        [AGENT, OTHER_AGENT],
        {"id": VERB},
        PAGE,
    )
    assert "definition" not in found["object"]
    assert "name" not in found["actor"]
    assert found["context"]["instructor"] == TEAM
    assert speaker.get(format="id").status == 400


@requires("XAPI-00169", "XAPI-00172")
@pytest.mark.parametrize(
    ("accept", "language"),
    [("de", "de"), ("de-AT, en;q=0.1", "de"), ("en;q=0.9, de;q=0.2", "en-US"), ("en-US", "en-US")],
)
def test_canonical_has_the_language_that_is_asked_for_and_all_that_is_known(
    client: Client, version: Version, accept: str, language: str
) -> None:
    speaker, sent = client.speaking(version), {**small(), **FORMATTED}
    told = {"id": PAGE, "definition": {"moreInfo": "https://example.org/more"}}
    speaker.post(sent)
    alone = shown(speaker, sent["id"], accept, format="canonical")
    assert alone["object"]["definition"]["name"] == {language: NAMED["definition"]["name"][language]}
    assert alone["verb"]["display"] == {language: FORMATTED["verb"]["display"][language]}
    speaker.post({**small(), "object": told})
    merged = speaker.get(statementId=sent["id"], format="canonical").json["object"]["definition"]
    assert (merged["moreInfo"], merged["type"]) == (
        "https://example.org/more",
        "https://example.org/types/page",
    )
    assert "moreInfo" not in speaker.get(statementId=sent["id"]).json["object"]["definition"]
