"""An agent that comes alone, as the text of a parameter."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.strategies import ACTORS, Document, spell, spellings
from xapi.actors import MAX_AGENT_BYTES, parse_agent
from xapi.errors import InvalidStatement

AGENT = {"mbox": "mailto:someone@example.org"}
ACCOUNT = {"homePage": "https://example.org", "name": "1"}
IDENTIFIERS = {"mbox", "mbox_sha1sum", "openid", "account"}


@given(ACTORS, spellings())
def test_whoever_has_an_identifier_can_be_asked_for(actor: Document, chance: object) -> None:
    raw = spell(actor, chance)  # type: ignore[arg-type]
    if actor.keys() & IDENTIFIERS:
        assert (
            parse_agent(raw)
            == parse_agent(raw.decode())
            == msgspec.json.decode(raw, type=type(parse_agent(raw)))
        )
    else:
        with pytest.raises(InvalidStatement) as caught:
            parse_agent(raw)
        assert (caught.value.path, caught.value.rule) == ("$", "anonymous-group")


@pytest.mark.parametrize(
    ("text", "path", "rule"),
    [
        ("wrong", "$", "json"),
        ("", "$", "json"),
        ("[]", "$", "type"),
        ("null", "$", "null"),
        ('{"mbox":"mailto:a@b.org","mbox":"mailto:c@d.org"}', "$", "duplicate-key"),
        ('{"mbox":"a@b.org"}', "$.mbox", "mailbox"),
        ('{"name":"x"}', "$", "one-identifier"),
        ('{"mbox":"mailto:a@b.org","openid":"https://b.org"}', "$", "one-identifier"),
        ('{"mbox":"mailto:a@b.org","colour":"red"}', "$", "unknown-property"),
        ('{"mbox":"mailto:a@b.org","name":null}', "$.name", "null"),
        ('{"mbox":"mailto:a@b.org","objectType":"Person"}', "$.objectType", "choice"),
        ('{"account":{"homePage":"b","name":"x"}}', "$.account.homePage", "iri"),
        ('{"objectType":"Group","member":[]}', "$.member", "anonymous-group"),
        ('{"mbox":"mailto:a@b.org","name":"\\ud800"}', "$", "surrogate"),
        ('{"mbox":"mailto:a@b.org","name":"\ud800"}', "$", "surrogate"),
        ("[" * 100_000, "$", "size"),
        ("[" * 10_000, "$", "depth"),
    ],
)
def test_what_is_no_agent_is_refused_with_path_and_rule(text: str, path: str, rule: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        parse_agent(text)
    assert (caught.value.path, caught.value.rule) == (path, rule)


def test_an_identified_group_can_be_asked_for() -> None:
    group = parse_agent(msgspec.json.encode({"objectType": "Group", "account": ACCOUNT, "member": [AGENT]}))
    assert group.object_type == "Group"


def test_the_length_is_limited() -> None:
    with pytest.raises(InvalidStatement, match="size"):
        parse_agent(b'{"mbox":"mailto:a@b.org"}' + b" " * MAX_AGENT_BYTES)


@given(st.text() | st.binary())
def test_no_text_makes_it_fail_otherwise(text: str | bytes) -> None:
    with pytest.raises(InvalidStatement):
        parse_agent(text)
