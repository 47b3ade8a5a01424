"""gleanery accounts: who may sign in, from the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house import write_config
from tests.test_cli import gleanery, refused, told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_config(tmp_path)
    return tmp_path


def test_the_first_administrator_gets_a_link_until_there_is_an_account(folder: Path) -> None:
    first = told("init", cwd=folder)["first_administrator"]
    assert first.startswith("http://127.0.0.1:8327/signin?link=")
    assert told("init", cwd=folder)["first_administrator"] != first, "another one, while nobody has used it"
    told("accounts", "add", "curator", "--role", "administrator", cwd=folder)
    assert told("init", cwd=folder)["first_administrator"] is None


def test_an_account_is_made_given_roles_disabled_and_enabled(folder: Path) -> None:
    told("init", cwd=folder)
    link = told("accounts", "invite", "analyst", "--role", "auditor", cwd=folder)["link"]
    assert "/password?link=" in link
    told("accounts", "roles", "analyst", "--role", "learner", "--role", "curator", cwd=folder)
    told("accounts", "disable", "Analyst", cwd=folder)
    refused("accounts", "password-link", "analyst", cwd=folder, code=4)
    [row] = told("accounts", "list", cwd=folder)
    assert (row["name"], row["roles"], bool(row["disabled_at"])) == ("analyst", ["curator", "learner"], True)
    told("accounts", "enable", "analyst", cwd=folder)
    assert "/password?link=" in told("accounts", "password-link", "analyst", cwd=folder)["link"]
    assert "analyst" in gleanery("accounts", "list", cwd=folder).stdout


def test_what_cannot_be_is_refused_in_words(folder: Path) -> None:
    told("init", cwd=folder)
    told("accounts", "add", "office", "--role", "administrator", cwd=folder)
    refused("accounts", "add", "OFFICE", cwd=folder, code=5)
    refused("accounts", "add", "two words", cwd=folder, code=5)
    refused("accounts", "disable", "office", cwd=folder, code=4)
    refused("accounts", "roles", "office", "--role", "curator", cwd=folder, code=4)
    refused("accounts", "enable", "nobody", cwd=folder, code=7)
