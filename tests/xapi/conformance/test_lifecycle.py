"""The requirements on what becomes of a statement: its id, what the store sets, voiding, versions (Data 2.3, 2.4)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from tests.xapi.conformance.asking import about, ids
from tests.xapi.conformance.requirements import requires
from tests.xapi.conformance.rules import small
from tests.xapi.http.running import Client, voiding
from xapi.model import Version

SHAPES = ("exact", "ids", "canonical")


# ------------------------------------------------------------------ what the store sets


@requires("XAPI-00026")
def test_a_statement_without_an_id_is_given_one(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), {name: value for name, value in small().items() if name != "id"}
    first, second = (speaker.post(sent).json[0] for _ in range(2))
    assert first != second
    assert UUID(speaker.get(statementId=first).json["id"]) == UUID(first)
    assert speaker.post({**sent, "id": None}).status == 400


@requires("XAPI-00023", "XAPI-00097")
def test_when_it_was_stored_is_the_stores_to_say(client: Client, version: Version) -> None:
    speaker, before = client.speaking(version), datetime.now(UTC)
    for more in ({}, {"stored": "2001-01-01T00:00:00Z"}):
        key = speaker.post({**small(), **more}).json[0]
        stored = datetime.fromisoformat(speaker.get(statementId=key).json["stored"])
        assert before <= stored <= datetime.now(UTC)
    assert speaker.post({**small(), "stored": "yesterday"}).status == 400


@requires("XAPI-00099")
def test_a_statement_without_an_authority_is_given_that_of_the_key(client: Client, version: Version) -> None:
    speaker, key = client.speaking(version), small()["id"]
    assert speaker.put(small() | {"id": key}, key).status == 204
    assert speaker.get(statementId=key).json["authority"]["account"]["name"] == "curator"
    assert speaker.post({**small(), "authority": {"name": "curator"}}).status == 400


@requires("XAPI-00330")
@pytest.mark.parametrize("stated", ["1.0", "1.0.0"])
def test_a_statement_is_not_rewritten_for_its_version(client: Client, version: Version, stated: str) -> None:
    speaker, sent = client.speaking(version), {**small(), "version": stated}
    assert speaker.post(sent).status == 200
    shown = speaker.get(statementId=sent["id"]).json
    assert {name: shown[name] for name in sent} == sent
    assert speaker.post({**small(), "version": "0.95"}).status == 400


@requires("XAPI-00332")
@pytest.mark.parametrize("stated", ["1.0.1", "1.0.3", None])
def test_a_statement_keeps_its_version(client: Client, version: Version, stated: str | None) -> None:
    speaker, sent = client.speaking(version), small()
    assert speaker.post({**sent, **({"version": stated} if stated else {})}).status == 200
    assert speaker.get(statementId=sent["id"]).json["version"] == (stated or version)
    assert speaker.post({**small(), "version": "9.0.0"}).status == 400


@requires("XAPI-00142")
def test_an_id_never_gets_other_content(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), small()
    speaker.post(sent)
    before = speaker.get(statementId=sent["id"]).body
    other = {**sent, "verb": {"id": "https://example.org/verbs/other"}}
    assert [speaker.post(other).status, speaker.put(other, sent["id"]).status] == [409, 409]
    assert [speaker.post(sent).status, speaker.put(sent, sent["id"]).status] == [200, 204]
    assert speaker.get(statementId=sent["id"]).body == before


# ------------------------------------------------------------------ voiding


@requires("XAPI-00018", "XAPI-00155", "XAPI-00157", "XAPI-00163")
@pytest.mark.parametrize("voided_first", [False, True])
def test_a_voided_statement_is_found_as_such_and_in_no_other_way(
    client: Client, version: Version, voided_first: bool
) -> None:
    speaker, sent = client.speaking(version), small()
    void = voiding(sent["id"])
    for one in (void, sent) if voided_first else (sent, void):
        assert speaker.post(one).status == 200
    assert speaker.get(statementId=sent["id"]).status == 404
    assert ids(speaker.get()) == [void["id"]]
    assert [speaker.get(voidedStatementId=sent["id"], format=shape).status for shape in SHAPES] == [200] * 3
    assert speaker.get(voidedStatementId=sent["id"]).json["id"] == sent["id"]
    assert speaker.get(voidedStatementId=void["id"]).status == 404
    assert speaker.get(voidedStatementId="one").status == 400


@requires("XAPI-00016")
def test_what_voids_is_not_itself_voided(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), small()
    void = voiding(sent["id"])
    speaker.post([sent, void])
    assert speaker.post(voiding(void["id"])).status in (200, 400)
    assert speaker.get(statementId=void["id"]).status == 200
    assert speaker.get(voidedStatementId=void["id"]).status == 404
    assert speaker.get(voidedStatementId=sent["id"]).status == 200
    assert speaker.post(voiding(sent["id"])).status == 200, "a second voiding changes nothing"
    assert speaker.post(voiding(str(uuid4()))).status == 200, "nor does one of what is not there"


@requires("XAPI-00162")
def test_what_speaks_of_a_voided_statement_is_still_found(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), small()
    reference, void = about(sent["id"]), voiding(sent["id"])
    speaker.post([sent, reference])
    assert set(ids(speaker.get(verb=sent["verb"]["id"]))) == {sent["id"], reference["id"]}
    speaker.post(void)
    found = speaker.get(activity=sent["object"]["id"])
    assert set(ids(found)) == {reference["id"], void["id"]}
    assert speaker.get(statementId=reference["id"]).status == 200
    assert speaker.get(statementId=sent["id"]).status == 404
