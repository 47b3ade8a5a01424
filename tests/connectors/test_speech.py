"""What is said in recordings and when: the formats, and the connectors that read them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors._speech import chapters_in, speech_in
from connectors.feeds import Feeds
from connectors.feeds.settings import FeedsSettings
from connectors.file import File
from connectors.file.settings import FileSettings
from gleanery.http import GuardedHttp
from gleanery.model.posts import PostDraft
from gleanery.testing import Clock, make_context
from tests.servers import WebServer

VTT = """WEBVTT - a talk

NOTE nobody reads this

STYLE
::cue { color: red }

1
00:00:01.000 --> 00:00:04.000 line:0
<v Jo>Check the <i>forks</i> first &amp; always.

00:04.500 --> 00:08.000
Then the brakes,
and the horn.
"""
SRT = (
    "1\r\n00:00:01,000 --> 00:00:04,000\r\nCheck the forks first.\r\n\r\n"
    "2\r\n00:01:10,250 --> 00:01:12,000\r\n{\\an8}Then the brakes.\r\n"
)
PODCAST = json.dumps(
    {
        "version": "1.0.0",
        "segments": [{"startTime": 0.5, "endTime": 2, "body": "Welcome."}, {"startTime": "x"}, 7],
    }
)


def said(words: str) -> list[tuple[float, str]]:
    """Each stretch with its time, cut out of the text by the cues."""
    found = speech_in(words)
    assert found is not None
    ends = [cue.place for cue in found.cues[1:]] + [len(found.text)]
    return [(cue.at, found.text[cue.place : end].strip()) for cue, end in zip(found.cues, ends, strict=True)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (VTT, [(1.0, "Jo: Check the forks first & always."), (4.5, "Then the brakes, and the horn.")]),
        ("\ufeff" + SRT, [(1.0, "Check the forks first."), (70.25, "Then the brakes.")]),
        (PODCAST, [(0.5, "Welcome.")]),
        ("0:1\n\n00:05.000 --> 00:06.000\nlater\n\n00:01.000 --> 00:02.000\nearlier", [(5.0, "later")]),
    ],
    ids=["vtt", "srt", "json", "back in time"],
)
def test_words_come_with_their_times(words: str, expected: list[tuple[float, str]]) -> None:
    assert said(words) == expected


@pytest.mark.parametrize(
    "words", ["", "WEBVTT", "{", "[]", '{"segments": 3}', "no times at all", "{" * 100_000]
)
def test_what_says_nothing_is_nothing(words: str) -> None:
    assert speech_in(words) is None


def test_a_transcript_without_end_is_cut_where_a_post_ends() -> None:
    lines = "\n\n".join(
        f"{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}.000 --> 9:99\n{'word ' * 20}{n}" for n in range(9_000)
    )
    found = speech_in(lines)
    assert found is not None
    assert 190_000 < len(found.text) <= 200_000


def test_chapters_become_lines() -> None:
    chapters = [
        {"startTime": 0, "title": "Welcome"},
        {"startTime": 61.5, "title": " The  forks "},
        {"startTime": 70, "title": "hidden", "toc": False},
        {"startTime": -1, "title": "before"},
        {"startTime": 3_700, "title": "Questions"},
    ]
    assert (
        chapters_in(json.dumps({"chapters": chapters})) == "0:00 Welcome\n1:01 The forks\n1:01:40 Questions"
    )
    assert chapters_in("nonsense") == ""


def podcast(server: WebServer) -> str:
    """The address of a feed with one episode, its transcript and chapters."""
    item = (
        "<item><guid>https://example.org/?p=1</guid><title>Forks</title><link>https://example.org/1</link>"
        f'<podcast:transcript url="{server.url}/said.vtt" type="text/vtt"/>'
        f'<podcast:chapters url="{server.url}/chapters.json" type="application/json+chapters"/>'
        f'<itunes:image href="{server.url}/cover.png"/></item>'
    )
    spaces = (
        'xmlns:podcast="https://podcastindex.org/namespace/1.0" '
        'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd"'
    )
    return server.reply(
        "/feed", f'<rss version="2.0" {spaces}><channel><title>t</title>{item}</channel></rss>'
    )


def read(server: WebServer, folder: Path, **settings: object) -> tuple[list[PostDraft], list[str]]:
    ctx = make_context(folder, GuardedHttp(entered=[f"127.0.0.1:{server.port}"]), Clock())
    feeds = Feeds(FeedsSettings.model_validate({"urls": [f"{server.url}/feed"], **settings}), ctx)
    pages = [page for one in feeds.partitions() for page in feeds.pages(one, {})]
    return [post for page in pages for post in page.posts], [
        one.message for page in pages for one in page.faults
    ]


def test_a_podcast_brings_its_transcript_and_chapters_where_asked_for(
    tmp_path: Path, web_server: WebServer
) -> None:
    podcast(web_server)
    web_server.reply("/said.vtt", VTT)
    web_server.reply("/chapters.json", json.dumps({"chapters": [{"startTime": 0, "title": "Welcome"}]}))
    [plain], _ = read(web_server, tmp_path)
    assert plain.thumbnail == f"{web_server.url}/cover.png"
    assert [one.path for one in web_server.requests] == ["/feed"]
    (episode, transcript, chapters), faults = read(web_server, tmp_path, transcripts=True)
    assert faults == []
    assert episode == plain
    assert transcript.parent_external_id == chapters.parent_external_id == episode.external_id
    assert (transcript.external_id.partition(":")[0], len(transcript.cues)) == ("transcript", 2)
    assert chapters.text == "0:00 Welcome"


def test_a_transcript_that_is_not_there_keeps_the_episode(tmp_path: Path, web_server: WebServer) -> None:
    podcast(web_server)
    web_server.reply("/chapters.json", "no json")
    [episode], faults = read(web_server, tmp_path, transcripts=True)
    assert episode.title == "Forks"
    assert faults == [f"{web_server.url}/said.vtt answers 404"]


def test_a_file_brings_transcripts_by_a_field(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "title": "Forks", "said": SRT, "picture": "https://example.org/a.png"},
        {"id": "b", "title": "x"},
    ]
    (tmp_path / "talks.json").write_text(json.dumps(rows), "utf-8")
    fields = {"external_id": "id", "title": "title", "transcript": "said", "thumbnail": "picture"}
    settings = FileSettings.model_validate({"path": tmp_path / "talks.json", "realm": "t", "fields": fields})
    connector = File(settings, make_context(tmp_path, GuardedHttp(), Clock()))
    posts = [
        post for one in connector.partitions() for page in connector.pages(one, {}) for post in page.posts
    ]
    assert [(one.external_id.partition(":")[0], len(one.cues), one.thumbnail) for one in posts] == [
        ("a", 0, "https://example.org/a.png"),
        ("transcript", 2, None),
        ("b", 0, None),
    ]
