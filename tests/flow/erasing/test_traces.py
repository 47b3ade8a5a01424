"""How somebody is recognised: whatever the spelling of an identity, and as whole words in texts; by marks alike."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from gleanery.flow.erasing.traces import Key, Traces

MBOX = "mbox mailto:Learner@Example.org"
NAMES = ("Given Surname", "Übungs-Gegenüber")


def keyed(text: str) -> bytes:
    return hmac.digest(b"key", text.encode(), hashlib.sha256)


@pytest.fixture(params=["plain", "marked"])
def traces(request: pytest.FixtureRequest) -> Traces:
    if request.param == "plain":
        return Traces.plain([MBOX, "activity https://people.example.org/1"], NAMES)
    marks = Traces.keyed([MBOX, "activity https://people.example.org/1"], NAMES, keyed).marks
    return Traces.marked(marks, keyed)


def sha1(text: str) -> str:
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("identity", "known"),
    [
        (MBOX, True),
        ("mbox mailto:learner@example.ORG", True),
        (f"mbox_sha1sum {sha1('mailto:Learner@Example.org')}", True),
        (f"mbox_sha1sum {sha1('mailto:learner@example.org').upper()}", True),
        ("mbox mailto:learner2@example.org", False),
        ("openid https://example.org/learner", False),
        ("", False),
    ],
)
def test_a_mailbox_is_known_however_it_is_spelt_and_by_its_digest(
    traces: Traces, identity: str, known: bool
) -> None:
    assert traces.know(identity) is known


def test_a_digest_that_was_given_knows_the_mailbox() -> None:
    given = Traces.plain([f"mbox_sha1sum {sha1('mailto:learner@example.org')}"], ())
    assert given.know("mbox mailto:learner@example.org")


def test_the_activity_of_a_mention_is_known(traces: Traces) -> None:
    assert traces.know_activity("https://people.example.org/1")
    assert not traces.know_activity("https://people.example.org/12")


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Given Surname", "erased"),
        ("thanks to GIVEN\nSURNAME.", "thanks to erased."),
        ("given-surname@x and Given  Surname", "erased@x and erased"),
        ("Übungs-Gegenüber's talk", "erased's talk"),
        ("ÜBUNGS-GEGENÜBER", "erased"),
        ("Given Surnames and Given, alone", "Given Surnames and Given, alone"),
        ("Ungiven Surname", "Ungiven Surname"),
        ("", ""),
    ],
)
def test_a_name_is_found_as_a_whole_whatever_its_case(traces: Traces, text: str, without: str) -> None:
    assert traces.without(text) == without
    assert traces.name_in(text) is (text != without)


def test_of_two_names_that_begin_together_the_longer_goes() -> None:
    assert (
        Traces.plain((), ("Given", "Given Surname")).without("Given Surname and Given") == "erased and erased"
    )


def test_names_are_taken_out_of_every_string_but_the_spared(traces: Traces) -> None:
    value = {
        "title": "by Given Surname",
        "url": "https://example.org/given-surname",
        "n": [1, "given surname", None],
    }
    clean = {"title": "by erased", "url": "https://example.org/given-surname", "n": [1, "erased", None]}
    assert traces.without_in(value, {"url"}) == clean


@pytest.mark.parametrize("key", [str.encode, keyed])
def test_marks_tell_no_name(key: Key) -> None:
    marks = Traces.keyed([MBOX], NAMES, keyed).marks
    assert not any("given" in mark.lower() or "learner" in mark.lower() for mark in marks)
    assert {mark.partition(":")[0] for mark in marks} == {"0", "2"}


@pytest.mark.parametrize(
    ("raw", "may_be"),
    [
        (b'{"name":"GIVEN SURNAME"}', True),
        (b'{"name":"\\u00dcbungs-Gegen\\u00fcber"}', True),
        ('{"name":"Übung"}'.encode(), True),
        (b'{"name":"nobody"}', False),
    ],
)
def test_the_quick_look_never_overlooks(raw: bytes, may_be: bool) -> None:
    assert Traces.plain([MBOX], NAMES).may_be_in(raw) is may_be
