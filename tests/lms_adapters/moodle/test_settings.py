"""What an administrator may set."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from pydantic import ValidationError

from gleanery.testing import check_settings_refused
from lms_adapters.moodle import Moodle, Settings

TOKEN = secrets.token_hex(16)


def settings(**changes: Any) -> Settings:
    return Settings.model_validate(
        {"url": "https://moodle.example", "token": TOKEN, "database": 3, **changes}
    )


def test_the_closing_slash_goes_and_the_token_hides() -> None:
    made = settings(url="https://moodle.example/learn/")
    assert made.url == "https://moodle.example/learn"
    assert TOKEN not in repr(made) + made.model_dump_json()


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "moodle.example"},
        {"url": "ftp://moodle.example"},
        {"url": "https://moodle.example/?x=1"},
        {"url": "https://name:word@moodle.example"},
        {"url": "http://moodle.example"},
        {"url": "http://10.0.0.7"},
        {"database": None},
        {"database": 0},
        {"database": None, "course": 4, "tier": "entries"},
        {"tier": "activities"},
        {"tier": "both"},
        {"section": -1},
        {"database": None, "name": "Picks"},
        {"course": 4, "name": "Picks"},
        {"fields": {"titel": "Title"}},
        {"fields": {"id": None}},
        {"fields": {"title": " "}},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**wrong)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "right",
    [
        {"url": "http://127.0.0.1:8080"},
        {"url": "http://localhost"},
        {"url": "http://moodle.intra", "allow_http": True},
        {"database": None, "course": 4, "name": "Picks"},
        {"database": None, "course": 4},
        {"course": 4},
        {"database": None, "course": 4, "tier": "activities", "section": 3, "hidden": True},
        {"fields": {"title": "Titel", "text": None}},
    ],
)
def test_right_settings_are_accepted(right: dict[str, Any]) -> None:
    assert settings(**right).token.get_secret_value() == TOKEN


def test_unknown_settings_are_refused() -> None:
    check_settings_refused(Moodle, {"url": "https://m.example", "token": TOKEN, "database": 1, "tokn": "x"})
