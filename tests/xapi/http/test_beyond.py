"""What known record stores get wrong though they pass the public suite."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest

from tests.xapi.http.running import ACTIVITY, MBOX, Client, Reply, encoded, statement, voiding

WRITERS = 8
STATE = {"activityId": ACTIVITY, "agent": json.dumps({"mbox": MBOX}), "stateId": "place"}
PROFILE = {"activityId": ACTIVITY, "profileId": "about"}


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    """As many threads as there are writers at once."""
    with ThreadPoolExecutor(WRITERS) as made:
        yield made


def at_once(pool: ThreadPoolExecutor, act: Callable[[int], Reply]) -> list[Reply]:
    """What each of the writers was answered; all begin at the same moment."""
    ready = threading.Barrier(WRITERS)

    def one(number: int) -> Reply:
        ready.wait(10)
        return act(number)

    return list(pool.map(one, range(WRITERS)))


# ------------------------------------------------------------------ the same again


def test_an_identical_resend_is_no_conflict(client: Client) -> None:
    sent = statement()
    assert [client.post(sent).status, client.post(sent).status] == [200, 200]
    assert client.put(sent, sent["id"]).status == 204
    assert client.post([sent, statement()]).status == 200
    assert len(client.get().json["statements"]) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "2024-05-01T12:00:00.000+02:00"},
        {"verb": {"id": "http://adlnet.gov/expapi/verbs/experienced", "display": {"de": "erlebte"}}},
        {"object": {"id": ACTIVITY, "definition": {"name": {"en": "A course"}}}},
        {"authority": {"mbox": "mailto:lead@example.org"}},
        {"stored": "2020-01-01T00:00:00Z"},
        {"version": "1.0.0"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_comparison_must_ignore_makes_no_conflict(client: Client, change: dict[str, Any]) -> None:
    """Data 2.3.1."""
    sent = statement(timestamp="2024-05-01T10:00:00Z")
    assert client.post(sent).status == 200
    assert client.post({**sent, **change}).status == 200
    assert client.put({**sent, **change}, sent["id"]).status == 204
    assert client.get(statementId=sent["id"]).json["timestamp"] == sent["timestamp"]


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp": "2024-05-01T10:00:01Z"},
        {"result": {"success": True}},
        {"verb": {"id": "https://example.org/other"}},
        {"actor": {"mbox": "mailto:analyst@example.org"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_other_content_under_a_known_id_is_a_conflict(client: Client, change: dict[str, Any]) -> None:
    sent = statement(timestamp="2024-05-01T10:00:00Z")
    assert client.post(sent).status == 200
    assert client.post({**sent, **change}).status == 409
    assert client.put({**sent, **change}, sent["id"]).status == 409


# ------------------------------------------------------------------ many at once


def test_of_eight_bodies_for_one_id_exactly_one_is_stored(client: Client, pool: ThreadPoolExecutor) -> None:
    key = str(uuid4())
    replies = at_once(pool, lambda number: client.post(statement(id=key, result={"score": {"raw": number}})))
    assert Counter(reply.status for reply in replies) == {200: 1, 409: WRITERS - 1}
    winner = next(number for number, reply in enumerate(replies) if reply.status == 200)
    assert client.get(statementId=key).json["result"]["score"]["raw"] == winner


def test_eight_times_the_same_statement_is_one_statement(client: Client, pool: ThreadPoolExecutor) -> None:
    sent = statement()
    assert {reply.status for reply in at_once(pool, lambda _: client.post(sent))} == {200}
    assert len(client.get().json["statements"]) == 1


def test_of_eight_puts_with_one_etag_exactly_one_wins(client: Client, pool: ThreadPoolExecutor) -> None:
    put = {"If-None-Match": "*", "Content-Type": "text/plain"}
    assert client.ask("PUT", "activities/profile", b"first", put, **PROFILE).status == 204
    etag = client.get("activities/profile", **PROFILE).headers["etag"]
    match = {"If-Match": etag, "Content-Type": "text/plain"}
    replies = at_once(
        pool, lambda number: client.ask("PUT", "activities/profile", b"%d" % number, match, **PROFILE)
    )
    assert Counter(reply.status for reply in replies) == {204: 1, 412: WRITERS - 1}
    winner = next(number for number, reply in enumerate(replies) if reply.status == 204)
    assert client.get("activities/profile", **PROFILE).body == b"%d" % winner


def test_of_eight_merges_none_is_lost(client: Client, pool: ThreadPoolExecutor) -> None:
    replies = at_once(
        pool, lambda number: client.ask("POST", "activities/state", encoded({f"k{number}": number}), **STATE)
    )
    assert {reply.status for reply in replies} == {204}
    assert client.get("activities/state", **STATE).json == {f"k{number}": number for number in range(WRITERS)}


def test_batches_that_share_ids_in_any_order_do_not_lock_each_other_out(
    client: Client, pool: ThreadPoolExecutor
) -> None:
    shared = [statement() for _ in range(10)]
    replies = at_once(pool, lambda number: client.post(shared if number % 2 else shared[::-1]))
    assert {reply.status for reply in replies} == {200}
    assert len(client.get().json["statements"]) == 10


# ------------------------------------------------------------------ before its time


def test_a_void_that_comes_before_its_target_hides_it(client: Client) -> None:
    """XAPI-00016, XAPI-00018, out of order."""
    target = statement()
    assert client.post(voiding(target["id"])).status == 200
    assert client.post(target).status == 200
    assert client.get(statementId=target["id"]).status == 404
    assert client.get(voidedStatementId=target["id"]).status == 200
    found = client.get().json["statements"]
    assert [one["verb"]["id"] for one in found] == ["http://adlnet.gov/expapi/verbs/voided"]


def test_who_voids_a_void_is_taken_and_changes_nothing(client: Client) -> None:
    """XAPI-00016, in the words of 2.0."""
    target = statement()
    void = voiding(target["id"])
    client.post([target, void])
    assert client.speaking("2.0.0").post(voiding(void["id"])).status == 200
    assert client.get(statementId=void["id"]).status == 200
    assert client.get(statementId=target["id"]).status == 404


def test_a_reference_that_comes_before_its_target_is_found_by_it_afterwards(client: Client) -> None:
    """XAPI-00162: those who refer to a voided statement are still found."""
    target = statement(actor={"mbox": "mailto:analyst@example.org"})
    reference = statement(object={"objectType": "StatementRef", "id": target["id"]})
    second = statement(object={"objectType": "StatementRef", "id": reference["id"]})
    asked = {"agent": json.dumps(target["actor"])}
    client.post([second, reference])
    assert client.get(**asked).json["statements"] == []
    client.post(target)
    found = {one["id"] for one in client.get(**asked).json["statements"]}
    assert found == {target["id"], reference["id"], second["id"]}
    client.post(voiding(target["id"]))
    found = {one["id"] for one in client.get(**asked).json["statements"]}
    assert {reference["id"], second["id"]} <= found
    assert target["id"] not in found


# ------------------------------------------------------------------ malformed, or as no other reads it

GOOD = json.dumps(statement(id=None))
DEEP = "[" * 500 + "]" * 500

MALFORMED = {
    "duplicate key": GOOD.replace('{"actor"', '{"actor": {}, "actor"', 1),
    "duplicate key below": GOOD.replace('"mbox"', '"mbox": "mailto:x@example.org", "mbox"', 1),
    "duplicate key, escaped": GOOD.replace('{"actor"', '{"\\u0061ctor": {}, "actor"', 1),
    "NaN": GOOD[:-1] + ', "result": {"score": {"raw": NaN}}}',
    "infinity": GOOD[:-1] + ', "result": {"extensions": {"https://example.org/e": -Infinity}}}',
    "lone surrogate": GOOD[:-1] + ', "result": {"response": "\\ud800"}}',
    "lone low surrogate": GOOD[:-1] + ', "result": {"response": "\\udc00x"}}',
    "500 deep": GOOD[:-1] + ', "result": {"extensions": {"https://example.org/e": ' + DEEP + "}}}",
    "only depth": "[" * 100_000,
    "depth of objects": '{"a":' * 100_000,
    "contextActivities as text": GOOD[:-1] + ', "context": {"contextActivities": "oops"}}',
    "trailing comma": GOOD[:-1] + ",}",
    "comment": GOOD[:-1] + "/* */}",
    "single quotes": "{'actor': 1}",
    "byte order mark": "\ufeff" + GOOD,
    "two documents": GOOD + GOOD,
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_readers_would_understand_differently_is_refused_and_leaves_nothing(
    client: Client, name: str
) -> None:
    reply = client.post(MALFORMED[name].encode())
    assert (reply.status, reply.json["path"][:1]) == (400, "$")
    found = client.get(related_activities="true", related_agents="true", activity=ACTIVITY)
    assert (found.status, found.json["statements"]) == (200, [])


def test_bytes_that_are_no_utf8_are_refused(client: Client) -> None:
    assert client.post(GOOD.encode().replace(b"experienced", b"\xff\xfe", 1)).status == 400


def test_the_null_character_in_a_text_is_kept(client: Client) -> None:
    """Legal JSON, and a trap for databases."""
    key = client.post(statement(result={"response": "a\0b"})).json[0]
    assert client.get(statementId=key).json["result"]["response"] == "a\0b"


@pytest.mark.parametrize(
    "number",
    [
        "12345678901234567890.12345",
        "0.1000000000000000055511151231257827",
        "1E400",
        "-0",
        "1e-7",
        "123456789012345678901234",
    ],
)
def test_numbers_come_back_with_every_digit(client: Client, number: str) -> None:
    body = GOOD[:-1] + f', "result": {{"extensions": {{"https://example.org/e": {number}}}}}}}'
    key = client.post(body.encode()).json[0]
    found = client.get(statementId=key).body.decode()
    assert f'"https://example.org/e": {number}}}' in found or f'"https://example.org/e":{number}}}' in found


@pytest.mark.parametrize(
    "time", ["2024-05-01T10:00:00.123456789+02:00", "2024-05-01T10:00:00Z", "2024-05-01T10:00:00.1-09:30"]
)
def test_times_come_back_as_they_were_sent(client: Client, time: str) -> None:
    """XAPI-00170, XAPI-00330."""
    key = client.post(statement(timestamp=time)).json[0]
    assert client.get(statementId=key).json["timestamp"] == time


@pytest.mark.parametrize("text", ["🙂", "\u2028", "ÿ", "e\u0301", "\\ud83d\\ude42"])
def test_texts_come_back_as_they_were_sent(client: Client, text: str) -> None:
    """XAPI-00015."""
    body = GOOD[:-1] + f', "result": {{"response": "{text}"}}}}'
    key = client.post(body.encode()).json[0]
    assert text.encode() in client.get(statementId=key).body


def test_a_statement_that_nobody_could_index_does_not_poison_later_questions(client: Client) -> None:
    """A related activity as text is refused; what is taken can always be found again."""
    long = "https://example.org/" + "x" * 3000
    made = client.post(statement(object={"id": long}, context={"contextActivities": {"other": {"id": long}}}))
    assert made.status == 200
    for asked in ({"activity": long}, {"activity": long, "related_activities": "true"}, {}):
        assert [one["id"] for one in client.get(**asked).json["statements"]] == made.json
