"""A secret that is in use is cut out of whatever is told, whole and in the forms in which it is written."""

from __future__ import annotations

import json
import secrets
from urllib.parse import quote

import pytest

from gleanery.errors import ConfigError, keep_secret, without_secrets


def test_a_secret_that_begins_with_another_is_cut_out_whole() -> None:
    short = secrets.token_hex(8)
    long = short + secrets.token_hex(8)
    keep_secret(short)
    keep_secret(long)
    assert without_secrets(f"sent {long}, then {short}") == "sent ********, then ********"


@pytest.mark.parametrize("written", [str, json.dumps, lambda secret: quote(secret, safe="")])
def test_a_secret_is_known_as_it_is_written_in_addresses_and_log_lines(written: object) -> None:
    assert callable(written)
    secret = f'{secrets.token_hex(8)}"\\ /{secrets.token_hex(8)}\u00e9'
    keep_secret(secret)
    told = without_secrets(f"it was {written(secret)}")
    assert not [part for part in (secret[:16], secret[-17:-1]) if part in told]


def test_a_secret_that_is_no_proper_text_is_kept_all_the_same() -> None:
    secret = secrets.token_hex(8) + "\ud800"
    keep_secret(secret)
    assert str(ConfigError(f"{secret} was refused.")) == "******** was refused."


def test_what_the_configuration_holds_is_known_however_many_tokens_come_and_go(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gleanery.errors._passing", {})
    lasting, passing = secrets.token_hex(16), secrets.token_hex(16)
    keep_secret(lasting, lasting=True)
    keep_secret(passing)
    for _ in range(10_000):
        keep_secret(secrets.token_hex(16))
    assert without_secrets(f"{lasting} {passing}") == f"******** {passing}"


def test_what_is_too_short_to_be_told_from_words_stays() -> None:
    keep_secret("ladder")
    assert without_secrets("a ladder") == "a ladder"
