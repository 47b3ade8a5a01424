"""The Slack connector on workspace exports: what is said, by whom, about what, and what stays out."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.slack import Slack
from connectors.slack.settings import SlackSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.http import GuardedHttp
from gleanery.model.posts import PostDraft
from gleanery.ports import Page
from gleanery.testing import check_connector, make_context, read_all
from tests.conftest import shared_data
from tests.connectors.exports import (
    ADA,
    BEN,
    CHANNELS,
    DIRECT,
    GENERAL,
    GROUP,
    HELP,
    MAIL,
    SECRET,
    TEAM,
    USERS,
    make_export,
    message,
)

Make = Callable[..., Slack]
States = dict[str, Mapping[str, Any]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(export: Path, **settings: Any) -> Slack:
        context = make_context(tmp_path / "own", GuardedHttp())
        return Slack(SlackSettings(export=export, **settings), context)

    return made


@pytest.fixture
def one(make: Make, tmp_path: Path) -> Callable[..., PostDraft]:
    """The post that a single message in #general becomes."""

    def read(record: dict[str, Any], **settings: Any) -> PostDraft:
        path = make_export(tmp_path / "one.zip", {"general/2026-01-05": [record]})
        (post,) = posts_of(read_all(make(path, **settings))[0])
        return post

    return read


def posts_of(pages: list[Page]) -> list[PostDraft]:
    return [post for page in pages for post in page.posts]


def texts(pages: list[Page]) -> list[str]:
    return [post.text for post in posts_of(pages)]


def small(path: Path, **days: Any) -> Path:
    talk = [
        message("1767600000.000100", "How do I reset the scanner?"),
        message("1767600060.000200", "Hold both keys, see <https://docs.example/reset|the manual>", BEN),
    ]
    return make_export(path, {"help/2026-01-05": talk, **days})


def test_a_message_becomes_a_post_of_its_workspace(one: Callable[..., PostDraft]) -> None:
    post = one(message("1767600000.000123", "Hello"), domain="plant")
    assert (post.platform, post.realm, post.external_id) == ("slack", TEAM, f"{GENERAL}:1767600000.000123")
    assert post.url == f"https://plant.slack.com/archives/{GENERAL}/p1767600000000123"
    assert post.published_at == datetime(2026, 1, 5, 8, 0, 0, 123, tzinfo=UTC)
    assert post.author is not None
    assert (post.author.external_id, post.author.name, post.author.is_bot) == (ADA, "Analyst", False)
    assert (post.internal, post.kind, post.edited_at, post.parent_external_id) == (
        True,
        "message",
        None,
        None,
    )


def test_mentions_links_and_escapes_read_as_a_person_sees_them(one: Callable[..., PostDraft]) -> None:
    markup = (
        f"<@{BEN}> and <@U0GONE001|zoe>: see <#{HELP}> or <#C0ELSE001|else>, <!here>, <!subteam^S1|@crew>,"
        " <!date^1767600000^{date}|5 Jan>: <https://a.example/?x=1&amp;y=2|the &lt;manual&gt;> &amp;"
        " <https://b.example/> <mailto:x@y.example|x@y.example> 1 &lt; 2"
    )
    post = one(message("1767600000.000100", markup))
    assert post.text == (
        "@Engineer of Packing and @zoe: see #help or #else, @here, @crew, 5 Jan: the <manual> &"
        " https://b.example/ x@y.example 1 < 2"
    )
    assert [link.url for link in post.links] == ["https://a.example/?x=1&y=2", "https://b.example/"]


def test_a_reply_points_to_its_parent_wherever_that_is(make: Make, tmp_path: Path) -> None:
    days = {
        "general/2025-12-01": [message("1764600000.000100", "Use grease 2", thread_ts="1764600000.000100")],
        "general/2026-01-05": [
            message("1767600000.000100", "Correction: grease 3", BEN, thread_ts="1764600000.000100"),
            message(
                "1767600001.000100", "To all", BEN, thread_ts="1764600000.000100", subtype="thread_broadcast"
            ),
        ],
    }
    pages, _ = read_all(make(make_export(tmp_path / "e.zip", days), domain="plant"))
    root, *replies = posts_of(pages)
    assert root.parent_external_id is None
    assert [reply.parent_external_id for reply in replies] == [root.external_id] * 2
    assert replies[0].url == (
        f"https://plant.slack.com/archives/{GENERAL}/p1767600000000100?thread_ts=1764600000.000100&cid={GENERAL}"
    )


def test_an_edit_carries_its_time(one: Callable[..., PostDraft]) -> None:
    post = one(message("1767600000.000100", "New words", edited={"user": ADA, "ts": "1767600900.000000"}))
    assert post.edited_at == datetime(2026, 1, 5, 8, 15, tzinfo=UTC)


def test_what_a_bot_says_is_marked_and_its_attachments_are_its_words(one: Callable[..., PostDraft]) -> None:
    build = {
        "pretext": "Build 7",
        "title": "failed",
        "title_link": "https://ci.example/7",
        "text": "by <https://ci.example/x|x>",
        "fields": [{"title": "Branch", "value": "main"}],
        "fallback": "unused",
    }
    record = message("1767600000.000100", "", attachments=[build], subtype="bot_message", username="CI")
    post = one({**record, "user": None, "bot_id": "B0CI00001"})
    assert post.author is not None
    assert (post.author.external_id, post.author.name, post.author.is_bot) == ("B0CI00001", "CI", True)
    assert post.text == "Build 7\nfailed\nby x\nBranch\nmain"
    assert [link.url for link in post.links] == ["https://ci.example/7", "https://ci.example/x"]


def test_what_slack_adds_about_a_linked_page_is_the_pages_word_not_the_senders(
    one: Callable[..., PostDraft],
) -> None:
    unfurls = [
        {
            "from_url": "https://video.example/watch?v=1",
            "original_url": "https://v.example/1",
            "title": "Lifting safely",
            "text": "Ten minutes on lifting.",
        },
        {
            "from_url": "https://plant.slack.com/archives/C1/p1",
            "text": "somebody's words",
            "is_msg_unfurl": True,
        },
        {"from_url": "https://else.example/", "fallback": "Else"},
    ]
    post = one(message("1767600000.000100", "Watch <https://v.example/1>", attachments=unfurls))
    assert post.text == "Watch https://v.example/1"
    assert [(link.url, link.title, link.summary) for link in post.links] == [
        ("https://v.example/1", "Lifting safely", "Ten minutes on lifting."),
        ("https://else.example/", "Else", ""),
    ]


def test_files_are_linked_by_their_page_and_never_by_a_key(one: Callable[..., PostDraft]) -> None:
    key = "xoxe-" + secrets.token_hex(16)
    private = f"https://files.slack.com/files-pri/{TEAM}-F1/plan.pdf?t={key}"
    files = [
        {
            "title": "Plan",
            "permalink": "https://plant.slack.com/files/U1/F1/plan.pdf",
            "url_private": private,
        },
        {"name": "Sheet", "is_external": True, "url_private": f"https://docs.example/s?id=4&t={key}"},
        {"title": "Old", "permalink": "https://plant.slack.com/files/U1/F2/old?pub_secret=1a2b&t=3c4d&x=1"},
        {"id": "F9", "mode": "tombstone"},
    ]
    post = one(message("1767600000.000100", f"See <{private}>", files=files, upload=True))
    assert key not in post.model_dump_json()
    assert [(link.url, link.title) for link in post.links] == [
        (f"https://files.slack.com/files-pri/{TEAM}-F1/plan.pdf", ""),
        ("https://plant.slack.com/files/U1/F1/plan.pdf", "Plan"),
        ("https://docs.example/s?id=4", "Sheet"),
        ("https://plant.slack.com/files/U1/F2/old?x=1", "Old"),
    ]


def test_links_to_messages_and_members_are_not_shared_links(one: Callable[..., PostDraft]) -> None:
    inside = "<https://plant.slack.com/archives/C1/p1> <https://app.slack.com/team/U1|Analyst>"
    assert one(message("1767600000.000100", inside)).links == ()


def test_a_message_of_blocks_alone_is_read(one: Callable[..., PostDraft]) -> None:
    rich = [
        {"type": "text", "text": "Ask "},
        {"type": "user", "user_id": BEN},
        {"type": "text", "text": " <first> "},
        {"type": "link", "url": "https://a.example/?a=1&b=2", "text": "here"},
        {"type": "emoji", "name": "wave"},
    ]
    blocks = [
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": rich}]},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Bold*"}, "fields": [{"text": "field"}]},
        {"type": "divider"},
    ]
    post = one(message("1767600000.000100", "", blocks=blocks))
    assert post.text == "Ask @Engineer of Packing <first> here:wave:\n*Bold*\nfield"
    assert [link.url for link in post.links] == ["https://a.example/?a=1&b=2"]


def test_a_visitor_from_another_workspace_keeps_the_name_of_the_message(
    one: Callable[..., PostDraft],
) -> None:
    post = one(message("1767600000.000100", "Hi", "U0VISITOR", user_profile={"real_name": "Vi Sitor"}))
    assert post.author is not None
    assert post.author.name == "Vi Sitor"


def test_comings_and_goings_are_left_out_and_count_as_nothing(make: Make, tmp_path: Path) -> None:
    kinds = [
        "channel_join",
        "channel_topic",
        "channel_name",
        "bot_add",
        "pinned_item",
        "group_archive",
        "new_one",
    ]
    quiet = [message(f"176760000{n}.000100", "noise", subtype=kind) for n, kind in enumerate(kinds)]
    hidden = message("1767600009.000100", "noise", hidden=True)
    path = make_export(tmp_path / "e.zip", {"general/2026-01-05": [*quiet, hidden]})
    pages, _ = read_all(make(path))
    assert [(page.posts, page.gone, page.faults) for page in pages] == [([], [], [])] * 2


def test_tombstones_and_logged_deletions_are_gone_and_logged_edits_are_edits(
    make: Make, tmp_path: Path
) -> None:
    edited = message("1767600000.000300", "After", edited={"user": ADA, "ts": "1767600900.000000"})
    records = [
        message("1767600000.000100", "This message was deleted.", subtype="tombstone"),
        message("1767600000.000200", "", subtype="message_deleted", deleted_ts="1767500000.000100"),
        message("1767600900.000400", "", subtype="message_changed", message=edited),
    ]
    pages, _ = read_all(
        make(make_export(tmp_path / "e.zip", {"general/2026-01-05": records}), channels=["general"])
    )
    assert [gone.external_id for gone in pages[0].gone] == [
        f"{GENERAL}:1767600000.000100",
        f"{GENERAL}:1767500000.000100",
    ]
    assert [(post.external_id, post.text) for post in posts_of(pages)] == [
        (f"{GENERAL}:1767600000.000300", "After")
    ]


def test_no_mail_address_or_phone_of_a_member_is_read(make: Make, tmp_path: Path) -> None:
    pages, states = read_all(make(small(tmp_path / "e.zip")))
    everything = json.dumps([post.model_dump(mode="json") for post in posts_of(pages)]) + json.dumps(states)
    assert MAIL not in everything
    assert "555" not in everything


def test_private_groups_and_direct_messages_are_read_only_when_switched_on(
    make: Make, tmp_path: Path
) -> None:
    path = make_export(
        tmp_path / "e.zip",
        {
            "general/2026-01-05": [message("1767600000.000100", "public")],
            "secret/2026-01-05": [message("1767600000.000100", "private")],
            f"{DIRECT}/2026-01-05": [message("1767600000.000100", "direct")],
            "mpdm-analyst--engineer-1/2026-01-05": [message("1767600000.000100", "group")],
        },
        groups=[{"id": SECRET, "name": "secret"}],
        dms=[{"id": DIRECT, "members": [ADA, BEN]}],
        mpims=[{"id": GROUP, "name": "mpdm-analyst--engineer-1"}],
    )
    assert texts(read_all(make(path))[0]) == ["public"]
    assert texts(read_all(make(path, include_private=True))[0]) == ["public", "private"]
    direct = make(path, include_direct=True)
    assert texts(read_all(direct)[0]) == ["public", "group", "direct"]
    assert direct.partitions() == [HELP, GENERAL, GROUP, DIRECT]
    with pytest.raises(ConfigError, match=r"secret is private.*`include_private`"):
        make(path, channels=["secret"]).partitions()


def test_channels_are_chosen_by_name_or_id_and_a_wrong_name_is_named(make: Make, tmp_path: Path) -> None:
    path = small(tmp_path / "e.zip")
    assert make(path, channels=["#help"]).partitions() == [HELP]
    assert make(path, channels=[GENERAL]).partitions() == [GENERAL]
    with pytest.raises(ConfigError, match=r"no channel genral\. The nearest is general"):
        make(path, channels=["genral"]).partitions()


def test_importing_again_adds_nothing_and_a_newer_export_only_what_is_new_or_edited(
    make: Make, tmp_path: Path
) -> None:
    early = [message("1767600000.000100", "one"), message("1767600001.000100", "two")]
    late = {"general/2026-01-05": early, "general/2026-01-06": [message("1767690000.000100", "three")]}
    path = make_export(tmp_path / "first.zip", {"general/2026-01-05": early})
    first, states = read_all(make(path))
    again, states = read_all(make(path), states)
    assert (texts(first), texts(again)) == (["one", "two"], [])
    newer, states = read_all(make(make_export(tmp_path / "second.zip", late)), states)
    assert texts(newer) == ["three"]
    late["general/2026-01-05"] = [
        *early,
        message("1767690009.000100", "late reply", thread_ts=early[0]["ts"]),
    ]
    newest, _ = read_all(make(make_export(tmp_path / "third.zip", late)), states)
    known = {post.model_dump_json() for post in posts_of(first)}
    assert [post.text for post in posts_of(newest) if post.model_dump_json() not in known] == ["late reply"]
    assert "three" not in texts(newest), "days that did not change are not read"


def test_a_renamed_channel_stays_the_same_channel(make: Make, tmp_path: Path) -> None:
    records = [message("1767600000.000100", "one")]
    _, states = read_all(make(make_export(tmp_path / "a.zip", {"general/2026-01-05": records})))
    renamed = [
        {**channel, "name": "everyone"} if channel["id"] == GENERAL else channel for channel in CHANNELS
    ]
    path = make_export(tmp_path / "b.zip", {"everyone/2026-01-05": records}, channels=renamed)
    assert texts(read_all(make(path), states)[0]) == []
    assert texts(read_all(make(path))[0]) == ["one"]


def test_another_domain_makes_every_post_anew(make: Make, tmp_path: Path) -> None:
    path = small(tmp_path / "e.zip")
    _, states = read_all(make(path))
    pages, _ = read_all(make(path, domain="plant"), states)
    assert len(posts_of(pages)) == 2


def test_the_contract_of_connectors_is_kept_over_many_pages(make: Make, tmp_path: Path) -> None:
    days = {
        f"general/2025-{month:02}-{day:02}": [
            message(f"{1735689600 + month * 2_700_000 + day * 86_400 + n}.000100", f"{month} {day} {n}")
            for n in range(9)
        ]
        for month in range(1, 4)
        for day in range(1, 29)
    }
    path = make_export(tmp_path / "e.zip", days)
    check_connector(lambda: make(path), secrets=[MAIL])
    pages, states = read_all(make(path))
    assert len(posts_of(pages)) == 3 * 28 * 9
    assert [page.complete for page in pages] == [True, False, False, False, True]
    assert len(json.dumps(states[GENERAL])) < 40 * 84 + 100


def test_a_day_that_is_cut_off_is_named_and_the_others_are_kept(make: Make, tmp_path: Path) -> None:
    good = [message("1767600000.000100", "kept")]
    days = {
        "general/2026-01-05": json.dumps(good)[:-20],
        "general/2026-01-06": good,
        "general/2026-01-07": "{}",
    }
    pages, states = read_all(make(make_export(tmp_path / "bad.zip", days), channels=["general"]))
    assert texts(pages) == ["kept"]
    assert [fault.where for fault in pages[0].faults] == [
        "general/2026-01-05.json",
        "general/2026-01-07.json",
    ]
    assert "bad.zip/general/2026-01-05.json: the JSON is broken: EOF" in pages[0].faults[0].message
    days["general/2026-01-05"] = json.dumps([message("1767600000.000200", "mended")])
    mended, _ = read_all(make(make_export(tmp_path / "good.zip", days), channels=["general"]), states)
    assert texts(mended) == ["mended"]


@pytest.mark.parametrize(
    "record", ["words", {"type": "message"}, message("1767600000"), {"type": "message", "ts": 1767600000.1}]
)
def test_a_broken_record_is_a_fault_and_the_others_are_kept(make: Make, tmp_path: Path, record: Any) -> None:
    days = {"general/2026-01-05": [record, message("1767600000.000100", "kept")]}
    pages, _ = read_all(make(make_export(tmp_path / "e.zip", days), channels=["general"]))
    assert texts(pages) == ["kept"]
    assert [fault.where for fault in pages[0].faults] == ["general/2026-01-05.json message 1"]


@pytest.mark.parametrize(
    ("users", "private", "settings", "realm"),
    [
        (USERS, "", {}, TEAM),
        (USERS, "", {"workspace": "T0OTHER01"}, "T0OTHER01"),
        ([*USERS, {"id": "U3", "team_id": "T0VISIT01"}], "", {}, TEAM),
        ([], f"https://files.slack.com/files-pri/{TEAM}-F1/a", {}, TEAM),
        ([], "", {"domain": "plant"}, "plant"),
        ([], "", {}, GENERAL),
    ],
)
def test_the_workspace_is_known_by_its_members_its_files_the_setting_or_its_general_channel(
    make: Make,
    tmp_path: Path,
    users: list[dict[str, Any]],
    private: str,
    settings: dict[str, str],
    realm: str,
) -> None:
    record = message("1767600000.000100", "x", files=[{"url_private": private}])
    body = json.dumps([record]).replace("/", "\\/")
    path = make_export(tmp_path / "e.zip", {"help/2026-01-05": body}, users=users)
    assert posts_of(read_all(make(path, **settings))[0])[0].realm == realm


def test_the_address_of_messages_is_taken_from_files_or_asked_for(make: Make, tmp_path: Path) -> None:
    files = [{"title": "Plan", "permalink": "https://plant.slack.com/files/U1/F1/plan.pdf"}]
    days = {"general/2026-01-05": [message("1767600000.000100", "x", files=files)]}
    connector = make(make_export(tmp_path / "a.zip", days))
    (post,) = posts_of(read_all(connector)[0])
    assert post.url == f"https://plant.slack.com/archives/{GENERAL}/p1767600000000100"
    assert [line.ok for line in connector.check()] == [True, True]
    without = make(small(tmp_path / "b.zip"))
    assert {post.url for post in posts_of(read_all(without)[0])} == {None}
    assert [(line.ok, line.remedy) for line in without.check()] == [(True, ""), (False, "Set `domain`.")]


def test_an_export_packed_anew_inside_a_folder_is_read(make: Make, tmp_path: Path) -> None:
    inner = small(tmp_path / "inner.zip")
    with zipfile.ZipFile(inner) as source, zipfile.ZipFile(tmp_path / "outer.zip", "w") as target:
        for name in source.namelist():
            target.writestr(f"export/{name}", source.read(name))
            target.writestr(f"__MACOSX/export/._{name}", b"\0")
    assert len(posts_of(read_all(make(tmp_path / "outer.zip"))[0])) == 2


def test_newer_lists_and_canvases_are_no_conversations(make: Make, tmp_path: Path) -> None:
    path = make_export(
        tmp_path / "e.zip",
        {
            "general/2026-01-05": [message("1767600000.000100", "x")],
            "FC:F1:plan/2026-01-05": [],
            "FC:F1:plan/x": [],
        },
        canvases=[{"id": "F1", "title": "plan"}],
        content_flags={},
        users=None,
        org_users=USERS,
    )
    pages, _ = read_all(make(path))
    (post,) = posts_of(pages)
    assert post.author is not None
    assert post.author.name == "Analyst"


def _zip_of(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "."), body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (_zip_of(notes__txt=b"x"), "no Slack export: it has no channels.json and no users.json."),
        (_zip_of(channels__json=b"[]"), "no Slack export: it has no users.json."),
        (_zip_of(channels__json=b"{}", users__json=b"[]"), "channels.json: it is no list."),
        (_zip_of(channels__json=b"[{]", users__json=b"[]"), "channels.json: the JSON is broken"),
        (b"PK\x03\x04 cut off", "is no zip archive or is cut off."),
        (b"", "is no zip archive or is cut off."),
    ],
)
def test_what_is_no_export_is_said_so(make: Make, tmp_path: Path, body: bytes, said: str) -> None:
    path = tmp_path / "given.zip"
    path.write_bytes(body)
    with pytest.raises(BadInput) as caught:
        make(path).partitions()
    assert said in caught.value.message
    (line,) = make(path).check()
    assert (line.ok, line.message) == (False, caught.value.message)


def test_a_missing_file_is_named(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.zip cannot be read: No such file.*Correct the path"):
        make(tmp_path / "absent.zip").partitions()


def test_words_leave_the_house_only_when_switched_on(make: Make, tmp_path: Path) -> None:
    path = small(tmp_path / "e.zip")
    assert (make(path).policy.may_store_text, make(path).policy.may_pass_text_on) == (True, False)
    assert make(path, words_may_leave=True).policy.may_pass_text_on


@pytest.mark.parametrize(
    "settings", [{}, {"export": "a.zip", "domain": "https://plant.slack.com"}, {"export": "a", "chanels": []}]
)
def test_settings_that_cannot_be_meant_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SlackSettings(**settings)


def test_every_setting_is_described() -> None:
    properties = SlackSettings.model_json_schema()["properties"]
    assert [name for name, about in properties.items() if not about.get("description")] == []


def test_a_recorded_export_is_read_whole(make: Make) -> None:
    path = shared_data("recordings/slack-export-zip-a/testarchive.zip")
    check_connector(lambda: make(path))
    pages, states = read_all(make(path))
    spoken = _spoken(path)
    assert {post.external_id for post in posts_of(pages)} == spoken
    assert len(spoken) == 147
    assert [fault for page in pages for fault in page.faults] == []
    assert "xoxe-" not in json.dumps([post.model_dump(mode="json") for post in posts_of(pages)])
    assert sum(bool(link.summary) for post in posts_of(pages) for link in post.links) == 7
    again, _ = read_all(make(path), states)
    assert posts_of(again) == []


def _spoken(path: Path) -> set[str]:
    """Ids of the messages in an export that are no comings and goings, counted without our code."""
    with zipfile.ZipFile(path) as archive:
        ids = {channel["name"]: channel["id"] for channel in json.loads(archive.read("channels.json"))}
        days = [name for name in archive.namelist() if name.count("/") == 1 and name.endswith(".json")]
        return {
            f"{ids[name.split('/')[0]]}:{record['ts']}"
            for name in days
            for record in json.loads(archive.read(name))
            if record.get("subtype") not in ("channel_join", "bot_add")
        }
