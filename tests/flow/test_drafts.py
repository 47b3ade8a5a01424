"""Sources being set up: kept sealed, theirs alone, tried out without a trace, forgotten with their secrets."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, ConfigError
from gleanery.flow import configuring, drafts, forms, runs
from gleanery.flow.drafts import Draft, NoDraft
from gleanery.flow.house import House
from gleanery.model.posts import Post
from gleanery.model.sources import SourceDraft, SourceToken
from gleanery.testing import Clock
from gleanery.worker import work
from tests.fakes.signing import SignIn, installed
from tests.fakes.slack import GENERAL, HELP, SlackWorld
from tests.flow.test_connecting import signed_in_at
from tests.house import make_house

PERSON, OTHER = uuid4(), uuid4()
BACK = "https://learn.example.org/sources/oauth"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path, Clock())


@pytest.fixture
def world(house: House) -> Iterator[SlackWorld]:
    with SlackWorld(house.now) as made:  # type: ignore[arg-type]
        yield made


def slack(house: House, world: SlackWorld, name: str = "team", person: UUID = PERSON, **more: Any) -> Draft:
    draft = drafts.begin(house, "slack", person)
    return drafts.fill(house, draft, name, given(world, **more))


def given(world: SlackWorld, **more: Any) -> forms.Entered:
    typed = {"token": world.token, "base_url": f"{world.url}/api/", **more}
    return forms.entered(configuring.settings_fields("slack"), typed)


def test_a_draft_survives_and_is_its_makers_alone(house: House, world: SlackWorld) -> None:
    draft = slack(house, world)
    assert drafts.find(house, draft.id, PERSON) == draft
    assert [one.id for one in drafts.drafts_of(house, PERSON)] == [draft.id]
    assert drafts.drafts_of(house, OTHER) == []
    with pytest.raises(NoDraft):
        drafts.find(house, draft.id, OTHER)


def test_neither_secret_nor_setting_stands_in_clear_in_the_database(house: House, world: SlackWorld) -> None:
    slack(house, world)
    with house.store.read() as session:
        [row] = session.exec(select(SourceDraft)).all()
    assert world.token.encode() not in row.sealed
    assert world.url.encode() not in row.sealed


def test_what_is_chosen_is_read_once_it_is_saved(house: House, world: SlackWorld) -> None:
    world.post("about ladders", GENERAL)
    world.post("about fire", HELP)
    draft = slack(house, world)
    assert [one.label for one in drafts.choices(house, draft)] == ["#general", "#help"]
    draft = drafts.choose(house, draft, [HELP])
    assert drafts.save(house, draft, "curator") == "team"
    assert drafts.drafts_of(house, PERSON) == []
    work(house)
    with house.store.read() as session:
        assert [post.channel for post in session.exec(select(Post))] == [HELP]


def test_trying_out_tells_what_would_come_and_keeps_nothing(house: House, world: SlackWorld) -> None:
    world.post("about ladders", GENERAL)
    draft, run = drafts.try_out(house, slack(house, world))
    assert all(line["ok"] for line in draft.checks)
    work(house)
    assert runs.find(house, run.id).state.value == "done"
    told = {one["partition"]: one["posts"] for one in drafts.find(house, draft.id, PERSON).outlook}
    assert told == {GENERAL: 1, HELP: 0}
    with house.store.read() as session:
        assert session.exec(select(Post)).all() == []


def test_what_cannot_be_is_told_and_the_draft_stays_as_it_was(house: House, world: SlackWorld) -> None:
    draft = slack(house, world)
    with pytest.raises(ConfigError, match="look_back_days"):
        drafts.fill(house, draft, "", given(world, look_back_days="900"))
    assert drafts.find(house, draft.id, PERSON).settings == draft.settings


@pytest.mark.parametrize("name", ["Team", "1st", "a b", "", "x" * 80])
def test_a_name_is_as_in_the_configuration(house: House, world: SlackWorld, name: str) -> None:
    with pytest.raises(ConfigError, match="name"):
        slack(house, world, name)
    assert not list((house.keys / "secrets").glob("*"))


def test_no_two_have_the_same_name(house: House, world: SlackWorld) -> None:
    slack(house, world)
    with pytest.raises(BadInput, match="already"):
        slack(house, world, person=OTHER)


def test_a_discarded_draft_leaves_no_secret(house: House, world: SlackWorld) -> None:
    draft = slack(house, world)
    assert list((house.keys / "secrets").iterdir())
    drafts.discard(house, draft)
    assert not list((house.keys / "secrets").iterdir())
    assert drafts.drafts_of(house, PERSON) == []


def test_what_nobody_touches_is_forgotten(tmp_path: Path) -> None:
    clock = Clock()
    house = make_house(tmp_path, clock)
    with SlackWorld(clock) as world:
        slack(house, world)
    clock.move(timedelta(days=31))
    drafts.forget_old(house)
    assert drafts.drafts_of(house, PERSON) == []
    assert not list((house.keys / "secrets").iterdir())


def test_a_secret_goes_to_no_other_host_than_it_was_entered_for(house: House, world: SlackWorld) -> None:
    draft = slack(house, world)
    elsewhere = forms.entered(
        configuring.settings_fields("slack"), {"base_url": "https://evil.example.org/api/"}
    )
    with pytest.raises(BadInput, match="entered again"):
        drafts.fill(house, draft, "", elsewhere)


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "../outside.csv", "data/gleanery.db", "keys/vault.key", "~/x"]
)
def test_a_browser_names_no_file_elsewhere(house: House, path: str) -> None:
    draft = drafts.begin(house, "feeds", PERSON)
    typed = forms.entered(configuring.settings_fields("feeds"), {"files": path})
    with pytest.raises(BadInput, match="imports"):
        drafts.fill(house, draft, "blog", typed)


def test_a_file_of_the_folder_for_it_is_taken(house: House) -> None:
    draft = drafts.begin(house, "feeds", PERSON)
    typed = forms.entered(configuring.settings_fields("feeds"), {"files": "imports/blog.xml"})
    assert drafts.fill(house, draft, "blog", typed).settings == {"files": ["imports/blog.xml"]}


def test_a_program_cannot_point_a_secret_to_something_of_the_house(house: House) -> None:
    fields = configuring.settings_fields("slack")
    with pytest.raises(BadInput, match="never as a reference"):
        forms.taken_apart(fields, {"token": {"env": "GLEANERY_TOKEN_KEYS"}})


# --------------------------------------------------------------------------- signing in


@pytest.fixture
def platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SignIn]:
    monkeypatch.syspath_prepend(str(installed(tmp_path)))
    with SignIn() as made:
        yield made


def signing(house: House, platform: SignIn) -> Draft:
    typed = {
        "base_url": platform.url,
        "client_id": platform.client_id,
        "client_secret": platform.client_secret,
        "rotates": "on",
        "deletes": "on",
    }
    entered = forms.entered(configuring.settings_fields("signing"), typed)
    draft = drafts.fill(house, drafts.begin(house, "signing", PERSON), "signed", entered)
    return drafts.ask_platform(house, draft, BACK, "curator")


def test_a_sign_in_before_saving_serves_after_it(house: House, platform: SignIn) -> None:
    draft = signing(house, platform)
    done, found = drafts.finish(house, signed_in_at(draft.opens), PERSON, "curator")
    assert (done.source, found is not None and found.allowed) == ("signed", ("posts.read", "profile.read"))
    assert found is not None
    drafts.save(house, found, "curator")
    work(house)
    with house.store.read() as session:
        assert len(session.exec(select(Post)).all()) == 1


def test_an_answer_counts_once_and_for_whoever_began(house: House, platform: SignIn) -> None:
    draft = signing(house, platform)
    with pytest.raises(Exception, match="Somebody else began"):
        drafts.finish(house, signed_in_at(draft.opens), PERSON, "lead")
    draft = drafts.ask_platform(house, draft, BACK, "curator")
    back = signed_in_at(draft.opens)
    drafts.finish(house, back, PERSON, "curator")
    with pytest.raises(BadInput, match="No sign-in waits"):
        drafts.finish(house, back, PERSON, "curator")


def test_discarding_ends_the_sign_in_here_and_there(house: House, platform: SignIn) -> None:
    draft = signing(house, platform)
    _, found = drafts.finish(house, signed_in_at(draft.opens), PERSON, "curator")
    assert found is not None
    drafts.discard(house, found)
    assert all(family.ended for family in platform.families)
    with house.store.read() as session:
        assert session.exec(select(SourceToken)).all() == []


def test_a_source_that_there_is_is_signed_in_for_again(house: House, platform: SignIn) -> None:
    _, found = drafts.finish(house, signed_in_at(signing(house, platform).opens), PERSON, "curator")
    assert found is not None
    drafts.save(house, found, "curator")
    again = drafts.ask_again(house, "signed", PERSON, BACK, "curator")
    done, draft = drafts.finish(house, signed_in_at(again.opens), PERSON, "curator")
    assert (done.source, draft, drafts.drafts_of(house, PERSON)) == ("signed", None, [])


def test_what_was_killed_in_the_midst_of_saving_is_saved_once_and_keeps_its_sign_in(
    house: House, platform: SignIn
) -> None:
    _, found = drafts.finish(house, signed_in_at(signing(house, platform).opens), PERSON, "curator")
    assert found is not None
    configuring.add(house, found.source, "curator")  # and killed before the draft was dropped
    assert drafts.save(house, found, "curator") == "signed"
    assert (len(house.config.sources), drafts.drafts_of(house, PERSON)) == (1, [])


def test_discarding_a_draft_takes_nothing_from_a_source_of_its_name(house: House, platform: SignIn) -> None:
    _, found = drafts.finish(house, signed_in_at(signing(house, platform).opens), PERSON, "curator")
    assert found is not None
    configuring.add(house, found.source, "curator")
    drafts.discard(house, found)
    assert drafts.drafts_of(house, PERSON) == []
    assert house.tokens("signed").kept() is not None
    assert not any(family.ended for family in platform.families)
    work(house)
    with house.store.read() as session:
        assert len(session.exec(select(Post)).all()) == 1
