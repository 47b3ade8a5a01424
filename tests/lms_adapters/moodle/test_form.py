"""An item as the values of a Database activity's fields."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lxml import html

from lms_adapters.moodle.form import DataField, Form
from tests.lms_adapters.items import EXCEL, HOSTILE, LADDER, item

FIELDS = {
    "title": DataField(1, "Title", "text"),
    "link": DataField(2, "Link", "url"),
    "text": DataField(3, "Why", "textarea"),
    "source": DataField(4, "Source", "text"),
    "tags": DataField(5, "Tags", "multimenu", ("ladder safety", "Sales")),
    "id": DataField(6, "gleanery_id", "text"),
}


def values(fields: dict[str, DataField], **changes: Any) -> dict[tuple[int, str], Any]:
    """The decoded values by field id and subfield."""
    rows = Form(fields).rows(item(**changes))
    return {
        (int(row["fieldid"]), str(row.get("subfield", ""))): json.loads(str(row["value"])) for row in rows
    }


def test_every_field_travels_in_its_own_way() -> None:
    assert values(FIELDS) == {
        (1, ""): "Item 1",
        (2, "0"): "https://example.org/watch?v=1&t=5",
        (2, "1"): "Item 1",
        (3, ""): "<p>Text of item 1.</p>",
        (3, "content1"): "1",
        (4, ""): "Example Channel · CC-BY-4.0",
        (5, ""): ["ladder safety"],
        (6, ""): str(item().id),
    }


def test_rows_come_in_the_order_of_the_fields() -> None:
    rows = Form(dict(reversed(FIELDS.items()))).rows(item())
    assert [row["fieldid"] for row in rows] == [1, 2, 2, 3, 3, 4, 5, 6]


def test_what_is_empty_is_sent_too_so_that_an_update_clears_it() -> None:
    sent = values(FIELDS, url=None, html="", competencies=())
    assert (sent[2, "0"], sent[3, ""], sent[5, ""]) == ("", "", [])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("multimenu", ["Spreadsheets"]),
        ("checkbox", ["Spreadsheets"]),
        ("menu", "Spreadsheets"),
        ("text", "Ladder safety, Spreadsheets"),
    ],
)
def test_menus_take_only_the_options_they_have(kind: str, expected: object) -> None:
    fields = {**FIELDS, "tags": DataField(5, "Tags", kind, ("Spreadsheets", "Sales"))}
    assert values(fields, competencies=(LADDER, EXCEL))[5, ""] == expected


def test_options_are_the_lines_of_the_fields_first_parameter() -> None:
    body = {"id": 5, "name": "Tags", "type": "multimenu", "param1": "First aid\r\n Forklift \n\n"}
    assert DataField.read(body).options == ("First aid", "Forklift")
    assert DataField.read({**body, "param1": None}).options == ()


def test_the_text_names_its_source_where_no_field_does() -> None:
    fields = {role: field for role, field in FIELDS.items() if role != "source"}
    sent = values(fields, attribution="A & B <i>")
    assert sent[3, ""] == "<p>Text of item 1.</p>\n<p>A &amp; B ‹i› · CC-BY-4.0</p>"


def test_the_platform_stands_where_there_is_no_attribution() -> None:
    assert values(FIELDS, attribution="", licence=None)[4, ""] == "youtube"


def test_other_types_of_fields_are_filled_in_their_way() -> None:
    fields = {
        "title": DataField(1, "Title", "textarea"),
        "link": DataField(2, "Link", "text"),
        "text": DataField(3, "Why", "text"),
        "source": DataField(4, "Source", "textarea"),
        "tags": DataField(5, "Tags", "textarea"),
        "id": FIELDS["id"],
    }
    sent = values(fields, title="A & B", html="<p>One</p><p>two &amp; three</p>")
    assert sent[1, ""] == "A &amp; B"
    assert sent[1, "content1"] == sent[4, "content1"] == sent[5, "content1"] == "1"
    assert sent[2, ""] == "https://example.org/watch?v=1&t=5"
    assert sent[3, ""] == "One two & three"


def test_an_item_without_a_title_is_named_by_its_address_or_id() -> None:
    assert values(FIELDS, title=" ")[1, ""] == "https://example.org/watch?v=1&t=5"
    assert values(FIELDS, title="", url=None)[1, ""] == str(item().id)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_travels_as_plain_words_and_harmless_markup(text: str) -> None:
    sent = values(FIELDS, title=text, html=f"<p>kept</p>{text}", url=text, attribution=text, licence=text)
    assert len(sent[1, ""]) <= 255
    assert sent[2, "0"] == ""
    for line in (sent[1, ""], sent[2, "1"], sent[4, ""]):
        assert not re.search("<[a-zA-Z/!?]", line)
    page = html.fragment_fromstring(sent[3, ""], create_parent=True)
    elements = list(page.iter())
    assert {element.tag for element in elements} <= {"div", "p", "a"}
    assert {name for element in elements for name in element.attrib} <= {"rel", "class"}


@pytest.mark.parametrize("may_embed", [False, True])
def test_an_entry_frames_nothing_and_asks_for_no_player_of_what_must_not_be_embedded(may_embed: bool) -> None:
    framed = (
        '<p>Watch</p><iframe src="https://example.org/p"></iframe><a href="https://example.org/v.mp4">it</a>'
    )
    sent = values(FIELDS, html=framed, may_embed=may_embed)[3, ""]
    assert "<iframe" not in sent
    assert ('class="nomediaplugin"' in sent) is not may_embed
