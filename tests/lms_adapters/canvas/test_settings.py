"""What an administrator may set, and the marker in addresses."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from pydantic import ValidationError

from gleanery.testing import check_settings_refused
from lms_adapters._text import web_address
from lms_adapters.canvas import Canvas, Settings
from lms_adapters.canvas.marker import Marker, launched, linked, marker_of
from tests.lms_adapters.items import item_id

TOKEN = secrets.token_hex(16)
LAUNCH = "https://gleanery.example.org/in/destination-lti/launch"


def settings(**changes: Any) -> Settings:
    return Settings.model_validate({"url": "https://school.example", "token": TOKEN, "course": 3, **changes})


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "school.example"},
        {"url": "ftp://school.example"},
        {"url": "https://school.example/courses/3"},
        {"url": "https://name:word@school.example"},
        {"url": "http://school.example"},
        {"course": 0},
        {"module": " "},
        {"deliver_as": "tool"},
        {"deliver_as": "tool", "tool": 3},
        {"tool": 3, "launch": LAUNCH},
        {"deliver_as": "tool", "tool": 3, "launch": "javascript:alert(1)"},
        {"deliver_as": "tool", "tool": 3, "launch": LAUNCH + "#x"},
        {"modul": "x"},
    ],
)
def test_wrong_settings_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(**wrong)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "right",
    [
        {"url": "https://school.example/"},
        {"url": "http://localhost:3000"},
        {"url": "http://school.intra", "allow_http": True},
        {"deliver_as": "tool", "tool": 3, "launch": LAUNCH},
        {"published": True, "sequential": False, "language": "de"},
    ],
)
def test_right_settings_are_accepted_and_the_token_hides(right: dict[str, Any]) -> None:
    made = settings(**right)
    assert made.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(made) + made.model_dump_json()
    check_settings_refused(
        Canvas, {"url": "https://school.example", "token": TOKEN, "course": 1, "tokn": "x"}
    )


@pytest.mark.parametrize(
    "address",
    [
        "https://e.example", "https://e.example/a?b=1&gleanery=x", "https://e.example/#top", "https://e.example/#/route?x=1",
        "https://e.example/#:~:text=a,b&text=c", "https://e.example/#s:~:text=a%26b",
    ],
)  # fmt: skip
def test_a_marker_is_read_back_from_every_address(address: str) -> None:
    for marker in (Marker(item_id(1)), Marker(item_id(1), item_id(2))):
        marked = linked(address, marker)
        assert marker_of(marked) == marker
        assert marked.startswith(address)
        assert web_address(marked) is not None
        assert marker_of(launched(LAUNCH, marker), LAUNCH) == marker
        assert marker_of(launched(LAUNCH + "?a=b", marker), LAUNCH) == marker


@pytest.mark.parametrize(
    "address",
    [None, "", "https://e.example", "https://e.example/#gleanery=1", "https://e.example/#:~:gleanery=nonsense",
     f"https://e.example/?gleanery={item_id(1)}", f"https://e.example/?item={item_id(1)}", f"{LAUNCH}?item=1"],
)  # fmt: skip
def test_what_is_not_our_marker_is_not_taken_for_it(address: str | None) -> None:
    assert marker_of(address, LAUNCH) is None
