"""The errors tell what is wrong and never quote a value."""

from __future__ import annotations

import pytest

from tests.xapi.records import uuid_of
from xapi import errors


def test_every_error_is_an_xapi_error() -> None:
    for kind in (errors.InvalidStatement, errors.Conflict, errors.Tampered, errors.UnsafeKey):
        assert issubclass(kind, errors.XapiError)


def test_an_invalid_statement_names_path_and_rule() -> None:
    error = errors.InvalidStatement("$.actor.mbox", "mailbox", "is no mailto: IRI")
    assert (error.path, error.rule) == ("$.actor.mbox", "mailbox")
    assert str(error) == "$.actor.mbox: is no mailto: IRI (mailbox)"


def test_a_conflict_names_the_statement_and_the_remedy() -> None:
    with pytest.raises(errors.Conflict, match=f"{uuid_of('one')}.*void it"):
        raise errors.Conflict(uuid_of("one"))
