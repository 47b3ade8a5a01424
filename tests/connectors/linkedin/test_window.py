"""Reading pages: what is new, changed, gone; what it costs; what happens when the list moves or LinkedIn refuses."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from gleanery.errors import ConfigError, Denied, QuotaExhausted, Unreachable
from gleanery.testing import Clock, Reply, check_connector
from tests.connectors.linkedin.conftest import Reads
from tests.fakes.linkedin import PAGE, LinkedInWorld, refusal

OTHER = "urn:li:organization:3954657"


def test_the_whole_page_is_read_and_kept_up_with(world: LinkedInWorld, reads: Reads, clock: Clock) -> None:
    first = [world.post(f"Lift {number}", kind=("share", "ugcPost")[number % 2]) for number in range(12)]
    reader = reads()
    reader.read()
    assert reader.texts == world.truth()
    clock.move(timedelta(days=2))
    world.edit(first[3], "Lift 3, corrected")
    world.post("Lift 12")
    reader.read()
    assert reader.texts == world.truth()


def test_nothing_new_costs_one_request(world: LinkedInWorld, reads: Reads, clock: Clock) -> None:
    for number in range(240):
        world.post(f"Lift {number}")
        clock.move(timedelta(hours=1))
    reader = reads(page_size=100)
    reader.read()
    clock.move(timedelta(days=3))
    reader.asked()
    reader.read()
    assert reader.asked() == 1


def test_a_list_in_no_order_is_read_until_a_whole_page_is_old(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    old = [world.post(f"Lift {number}") for number in range(20)]
    clock.move(timedelta(days=3))
    world.post("Newest")
    reader = reads()
    reader.read()
    late = [old[17], old[14]]
    for said, before in zip(late, (old[16], old[13]), strict=True):
        world.edit(said, f"Corrected {said.urn}")
        said.more["lastModifiedAt"], said.changed = said.changed, before.changed  # it stays where it was
    reader.asked()
    reader.read()
    assert {said.urn: said.text for said in late}.items() <= reader.texts.items()
    assert reader.asked() == 3


def test_every_request_names_its_version_and_protocol(world: LinkedInWorld, reads: Reads) -> None:
    world.post("Lift")
    reads().read()
    for asked in world.asked:
        assert asked.headers["linkedin-version"] == world.version
        assert asked.headers["x-restli-protocol-version"] == "2.0.0"
    assert world.asked[0].query["author"] == PAGE


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 9, 10])
def test_a_short_page_ends_the_list_with_or_without_links(
    world: LinkedInWorld, reads: Reads, links: bool, count: int
) -> None:
    world.links = links
    for number in range(count):
        world.post(f"Lift {number}")
    reader = reads()
    pages = reader.read()
    assert reader.texts == world.truth()
    assert pages[-1].complete
    assert reader.asked() <= count // 4 + 2


def test_a_deleted_post_is_gone_with_the_next_reading_of_everything(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    posts = [world.post(f"Lift {number}") for number in range(7)]
    reader = reads()
    reader.read()
    world.delete(posts[2])
    world.withdraw(posts[4])
    clock.move(timedelta(days=1))
    reader.read()
    assert posts[2].urn in reader.texts, "nobody has told yet"
    assert posts[4].urn not in reader.texts
    clock.move(timedelta(days=7))
    pages = reader.read()
    assert reader.texts == world.truth()
    assert posts[2].urn in [gone.external_id for page in pages for gone in page.gone]


def test_a_post_that_a_list_left_out_but_that_is_there_stays(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    kept, hidden = world.post("Kept"), world.post("Left out of lists")
    reader = reads()
    reader.read()
    clock.move(timedelta(days=8))
    hidden.author = OTHER  # the list of the page does not show it, the post itself can be fetched
    reader.read()
    assert set(reader.texts) == {kept.urn, hidden.urn}


def test_a_post_that_is_denied_is_not_taken_for_gone(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    hidden = world.post("Left out of lists")
    reader = reads()
    reader.read()
    clock.move(timedelta(days=8))
    hidden.author = OTHER
    world.denied = {hidden.urn}
    pages = reader.read()
    assert hidden.urn in reader.texts
    assert [fault.where for page in pages for fault in page.faults] == [hidden.urn]


def test_a_failed_reading_of_everything_proves_nothing(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    for number in range(9):
        world.post(f"Lift {number}")
    reader = reads()
    reader.read()
    clock.move(timedelta(days=8))
    world.interrupt(Reply(503, b""), when=lambda asked: asked.query.get("start") == "4")
    reader.read()
    assert isinstance(reader.errors[PAGE], Unreachable)
    assert reader.texts == world.truth()


def test_a_list_that_moves_while_it_is_read_loses_nothing(world: LinkedInWorld, reads: Reads) -> None:
    posts = [world.post(f"Lift {number}") for number in range(15)]
    reader = reads()
    reader.read(pages=1)
    for said in posts[-3:]:
        world.delete(said)  # what was on the second page moves to the first
    reader.read()
    assert set(world.truth()) <= set(reader.texts)


def test_every_reading_of_everything_shows_every_post_again_so_that_its_words_may_be_kept(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    for number in range(7):
        world.post(f"Lift {number}")
    reader = reads()
    reader.read()
    clock.move(timedelta(days=7))
    shown = {post.external_id for page in reader.read() for post in page.posts}
    assert shown == set(world.truth())


def test_the_first_reading_goes_back_as_far_as_it_is_told(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    old = world.post("A hundred days ago")
    clock.move(timedelta(days=100))
    new = world.post("Today")
    reader = reads(version=_months_ago(clock))
    reader.read()
    assert set(reader.texts) == {new.urn}
    whole = reads(version=_months_ago(clock), first_days=0)
    whole.read()
    assert set(whole.texts) == {old.urn, new.urn}


def _months_ago(clock: Clock) -> str:
    return f"{clock():%Y%m}"


def test_one_page_that_is_denied_does_not_stop_the_other(world: LinkedInWorld, reads: Reads) -> None:
    world.denied = {OTHER}
    world.post("Ours")
    reader = reads(authors=[OTHER, PAGE])
    reader.read()
    assert isinstance(reader.errors[OTHER], Denied)
    assert "CONTENT_ADMIN" in str(reader.errors[OTHER])
    assert reader.texts == world.truth()


# ---------------------------------------------------------------------- refusals


def test_a_version_that_died_is_named_with_what_to_do(world: LinkedInWorld, reads: Reads) -> None:
    reader = reads(version="202401")
    reader.read()
    error = reader.errors[PAGE]
    assert isinstance(error, ConfigError)
    assert error.stops_source
    assert "202401" in error.message
    assert "`version`" in error.remedy
    assert reader.asked() == 1


def test_used_up_calls_come_back_at_midnight_utc_and_nothing_more_is_asked(
    world: LinkedInWorld, reads: Reads
) -> None:
    world.post("Lift")
    world.interrupt(refusal(429, "TOO_MANY_REQUESTS"))
    reader = reads(authors=[PAGE, OTHER])
    reader.read()
    error = reader.errors[PAGE]
    assert isinstance(error, QuotaExhausted)
    assert error.until == datetime(2026, 1, 16, tzinfo=UTC)
    assert error.stops_source
    assert reader.asked() == 1
    reader.read()
    assert reader.texts == world.truth()


def test_a_refused_token_is_renewed_once_and_then_a_person_is_needed(
    world: LinkedInWorld, reads: Reads
) -> None:
    from gleanery.testing import MemoryTokens

    reader = reads(token=None, client_id="page-app", client_secret="not looked at")
    tokens = reader.ctx.tokens
    assert isinstance(tokens, MemoryTokens)
    tokens.token = "worn"
    reader.read()
    assert isinstance(reader.errors[PAGE], Denied)
    assert tokens.refused == ["worn"]
    tokens.token = world.token
    world.post("Lift")
    reader.read()
    assert reader.texts == world.truth()


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (Reply(200, b'{"elements": [{"id"'), Unreachable),
        (Reply(200, {"paging": {}}), Unreachable),
        (Reply(200, ["no object"]), Unreachable),
        (Reply(500, b"<html>"), Unreachable),
        (Reply(418, {}), Unreachable),
        (refusal(400, "ILLEGAL_ARGUMENT"), ConfigError),
        (Reply(403, {"status": 403, "serviceErrorCode": 100, "message": "Not enough permissions"}), Denied),
        (
            Reply(401, {"status": 401, "serviceErrorCode": 65601, "message": "Empty token of somebody"}),
            Denied,
        ),
        ("cut", Unreachable),
        ("half", Unreachable),
    ],
)
def test_every_refusal_is_an_error_with_a_remedy_and_reading_goes_on_afterwards(
    world: LinkedInWorld, reads: Reads, reply: Reply, expected: type[Exception]
) -> None:
    world.post("Lift")
    world.interrupt(reply)
    reader = reads()
    reader.read()
    error = reader.errors[PAGE]
    assert isinstance(error, expected)
    assert world.token not in str(error)
    assert "somebody" not in str(error)
    reader.read()
    assert reader.texts == world.truth()


def test_one_broken_record_is_a_fault_and_the_others_are_read(world: LinkedInWorld, reads: Reads) -> None:
    world.post("Lift")
    broken = world.post("Broken", author=PAGE)
    broken.more["id"] = 12
    reader = reads()
    pages = reader.read()
    assert [fault.message for page in pages for fault in page.faults] == [
        "it has no URN of a share or a ugcPost"
    ]
    assert list(reader.texts.values()) == ["Lift"]


# ---------------------------------------------------------------------- the contract, and chance


def test_the_connector_keeps_the_contract(world: LinkedInWorld, reads: Reads) -> None:
    for number in range(12):
        world.post(f"Lift {number}")
    check_connector(reads().connector, secrets=[world.token])


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_reading_to_rest_gives_the_truth(
    world: LinkedInWorld, reads: Reads, clock: Clock, seed: int
) -> None:
    rng = random.Random(seed)
    reader = reads()
    faults: list[Reply | str] = [Reply(500, b""), refusal(429, "TOO_MANY_REQUESTS"), "cut", "half"]
    for _ in range(60):
        for _ in range(rng.randrange(4)):
            world.change(rng)
        clock.move(timedelta(hours=rng.randrange(30)))
        if rng.random() < 0.2:
            world.interrupt(rng.choice(faults))  # type: ignore[arg-type]
        reader.read(pages=rng.choice([None, 1, 2]))
    for wait in world.rest(clock):
        clock.move(wait)
        reader.read()
        reader.read()
    assert reader.texts == world.truth()


def test_a_404_that_is_not_linkedin_s_takes_nothing_away(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    said = world.post("Stays")
    reader = reads()
    reader.read()
    clock.move(timedelta(days=8))
    empty = Reply(body={"elements": [], "paging": {}})
    world.interrupt(empty, when=lambda one: one.path == "/rest/posts")
    world.interrupt(Reply(404, b"<h1>Not here</h1>"), when=lambda one: "urn" in one.path)
    reader.read()
    assert isinstance(reader.errors[PAGE], Unreachable)
    assert reader.texts == {said.urn: "Stays"}


def test_a_change_of_tomorrow_does_not_hide_those_of_today(
    world: LinkedInWorld, reads: Reads, clock: Clock
) -> None:
    odd, plain = world.post("Odd"), world.post("Plain")
    odd.changed = odd.more["lastModifiedAt"] = 10**13
    reader = reads()
    reader.read()
    clock.move(timedelta(hours=5))
    world.edit(plain, "Plain, corrected")
    reader.read()
    assert reader.texts[plain.urn] == "Plain, corrected"
