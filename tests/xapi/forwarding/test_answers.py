"""What a target said against a statement, told without a word of the statement."""

from __future__ import annotations

from uuid import UUID

import msgspec
import pytest

from xapi.forwarding.answers import words
from xapi.forwarding.letters import Letter
from xapi.forwarding.wire import Reply

STATEMENT = {
    "actor": {"objectType": "Agent", "name": "Bo Ødegård", "mbox": "mailto:bo.o@example.org"},
    "verb": {"id": "https://example.org/verbs/did"},
    "object": {"id": "https://example.org/course"},
    "context": {"extensions": {"https://example.org/staff": {"Jo": 4711007, "rate": 12.75}}},
}
LETTER = Letter(1, UUID(int=1), "1.0.3", msgspec.json.encode(STATEMENT), 1)
PRIVATE = ("Bo", "bo.o", "degård", "4711007", "75", "Jo", "rate", "example")


def reason(body: str | bytes) -> str:
    return words(Reply(400, {}, body if isinstance(body, bytes) else body.encode()), LETTER)


@pytest.mark.parametrize(
    "said",
    [
        "Bo Ødegård (4711007, rate 12.75, Jo) is refused",
        '{"error": "Bo Ødegård is refused", "about": [4711007, 12.75, "Jo"]}',
        "actor=%7B%22mbox%22%3A%22mailto%3Abo.o%40example.org%22%7D is refused",
        "name=Bo%20%C3%98deg%C3%A5rd is refused",
        "Bo \\u00d8deg\\u00e5rd is refused",
        "<p>B&#111; &Oslash;deg&aring;rd is refused</p>",
        "B\u200bo \u00d8de\u00adg\u00e5rd is refused",
        "B\0o\0 \0Ø\0d\0e\0g\0å\0r\0d\0 is refused",
    ],
)
def test_however_it_is_written_no_word_or_number_of_the_statement_is_told(said: str) -> None:
    told = reason(said)
    assert "refused" in told
    assert not [word for word in PRIVATE if word in told]


def test_the_words_of_xapi_itself_are_told() -> None:
    assert reason("the mbox of the actor is no mailto IRI") == "the mbox of the actor is no … IRI"


def test_a_target_that_says_nothing_is_told_by_its_status() -> None:
    assert reason("") == "it answered 400 and said nothing"
