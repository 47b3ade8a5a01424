"""Where sentences end, in several scripts."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.text.sentences import sentences


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("One thing. Another thing! A third?", ["One thing.", "Another thing!", "A third?"]),
        ("Ask Dr. Meyer, e.g. on Monday. Then go.", ["Ask Dr. Meyer, e.g. on Monday.", "Then go."]),
        ("Das gilt z.B. hier. Und usw. auch dort.", ["Das gilt z.B. hier.", "Und usw. auch dort."]),
        ("Version 3.11 is out. It is fast.", ["Version 3.11 is out.", "It is fast."]),
        ('He said "stop." Then he left.', ['He said "stop."', "Then he left."]),
        ("Tools:\n- one\n- two\n\nThe end", ["Tools:", "- one", "- two", "The end"]),
        ("今日は晴れです。明日は雨でしょう。", ["今日は晴れです。", "明日は雨でしょう。"]),
        ("هل هذا صحيح؟ نعم هو صحيح.", ["هل هذا صحيح؟", "نعم هو صحيح."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_readers_see_them_end(text: str, wanted: list[str]) -> None:
    assert said(text) == wanted


def test_a_script_without_full_stops_is_cut_at_spaces() -> None:
    part = "การเรียนรู้ตลอดชีวิตเป็นสิ่งสำคัญสำหรับทุกคนในองค์กร"
    assert said(f"{part} {part} {part}") == [part, part, part]


@given(st.text(max_size=300))
def test_sentences_lie_apart_in_order_and_lose_only_white_space(text: str) -> None:
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    assert "".join("".join(said(text)).split()) == "".join(text.split())


def test_cutting_takes_time_in_proportion_to_the_text() -> None:
    def taken(text: str) -> float:
        began = time.process_time()
        sentences(text)
        return time.process_time() - began

    for unit in ("\n ", ". ", "!?", "a.b", "\n- ", "\t\n"):
        assert taken(unit * 20_000) < 1.0, repr(unit)
