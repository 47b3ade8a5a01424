"""Whatever bytes come in, the readers answer with posts, faults or an error meant for a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors._text import plain_text
from connectors.feeds import Feeds
from connectors.feeds.settings import FeedsSettings
from connectors.file import File
from connectors.file.settings import FileSettings
from connectors.slack.messages import Place, read_message
from connectors.slack.words import Names
from gleanery.errors import GleaneryError
from gleanery.http import GuardedHttp
from gleanery.testing import make_context, read_all
from tests.conftest import ROOT

FIXTURES = ROOT / "tests" / "fixtures"
FEEDS = [*sorted((FIXTURES / "feeds").glob("*.xml")), FIXTURES / "feeds" / "feed.json"]
TABLES = [FIXTURES / "file" / name for name in ("courses.csv", "talks.json", "posts.jsonl")]
PLACE = Place("T1", "plant", "C1", Names({}, {}))

bounded = settings(
    max_examples=120,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
KEYS = (
    "type subtype text ts thread_ts user bot_id bot_profile username attachments files file comment blocks edited"
    " hidden message deleted_ts user_profile"
)


@st.composite
def damaged(draw: st.DrawFn, paths: Sequence[Path]) -> tuple[str, bytes]:
    """A fixture's suffix and its bytes with a few stretches cut out, doubled or replaced."""
    path = draw(st.sampled_from(paths))
    body = path.read_bytes()
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 200)))
        change = draw(st.sampled_from([b"", body[start:end] * 2, draw(st.binary(max_size=30))]))
        body = body[:start] + change + body[end:]
    return path.suffix, body


def _survives(read: Callable[[], object]) -> None:
    with suppress(GleaneryError):
        read()


@bounded
@given(given_file=damaged(FEEDS))
def test_damaged_feeds(given_file: tuple[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / f"feed{given_file[0]}"
    path.write_bytes(given_file[1])
    connector = Feeds(FeedsSettings(files=(path,)), make_context(tmp_path / "own", GuardedHttp()))
    _survives(lambda: read_all(connector))


@bounded
@given(given_file=damaged(TABLES))
def test_damaged_tables_and_documents(given_file: tuple[str, bytes], tmp_path: Path) -> None:
    suffix, body = given_file
    path = tmp_path / f"file{suffix}"
    path.write_bytes(body)
    (name,) = (table.name for table in TABLES if table.suffix == suffix)
    about: dict[str, Any] = json.loads((FIXTURES / "file" / f"{name}.settings.json").read_text())
    connector = File(FileSettings(path=path, **about), make_context(tmp_path / "own", GuardedHttp()))
    _survives(lambda: read_all(connector))


@bounded
@given(
    record=st.fixed_dictionaries(
        {"ts": st.just("1767600000.000100")},
        optional={key: anything for key in KEYS.split() if key != "ts"},
    )
)
def test_any_record_of_slack(record: dict[str, Any]) -> None:
    with suppress(ValueError):
        read_message(record, PLACE)


@bounded
@given(html=st.text(alphabet="<>&/!-ab pdivscrtl=\"'#;\n\r\0\ud800", max_size=200))
def test_any_html(html: str) -> None:
    assert "\r" not in plain_text(html)
