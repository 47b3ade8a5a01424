"""A backup is of one moment, holds, comes back signed for, and brings nobody and nothing back twice."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from pydantic import SecretStr
from sqlmodel import col, func, select

from gleanery.errors import BadInput, ConfigError
from gleanery.flow import backing_up, desk, erasure_list, run
from gleanery.flow.erasing.again import erase_again
from gleanery.flow.erasure_list import Erasure
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.record import driver, record
from gleanery.model.people import Handle, Person
from gleanery.model.posts import Content, GoneWhy, Post
from gleanery.model.record import Entry, Kept
from gleanery.testing import Clock
from gleanery.web.signin import new_link
from tests.house import FIELDS, article, file_source, make_house, records
from tests.moodle_server import MoodleServer
from tests.servers import Postgres
from tests.xapi.records import approvals
from xapi import chain
from xapi import statements as say
from xapi.lrs.store import StatementStore

HOUR = timedelta(hours=1)


def founded(folder: Path, count: int = 3, **changes: Any) -> House:
    """A house with some items, and authors."""
    rows = [article(number, by=f"author {number}") for number in range(count)]
    source = file_source(records(folder, rows), fields={**FIELDS, "author": "by"})
    house = make_house(folder, Clock(), sources=[source], **changes)
    run(house)
    return house


def backed_up(house: House) -> Path:
    path, _ = backing_up.create(house, house.config.folder / "backup.zip", "lead")
    return path


def lose(house: House) -> None:
    """The disk with the data is gone; keys and second place are elsewhere."""
    house.store.close()
    shutil.rmtree(house.config.data)


def restored(house: House, backup: Path) -> tuple[House, backing_up.Restored]:
    done = backing_up.restore(
        house.config, backup, note="disk failed", by="lead", again=erase_again, now=house.now
    )
    return open_house(house.config, house.now), done


def all_ids(house: House) -> list[UUID]:
    with record(house.store) as statements:
        return [one.id for one in statements.query(limit=10_000, ascending=True, voided=True)]


# --------------------------------------------------------------------------- making and checking


def test_a_backup_holds_database_and_checkpoints_and_no_key(tmp_path: Path) -> None:
    house = founded(tmp_path)
    path, manifest = backing_up.create(house, tmp_path / "backup.zip", "lead")
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {"manifest.json", "gleanery.db", "checkpoints.jsonl"}
        content = b"".join(map(archive.read, archive.namelist()))
    for key in house.keys.iterdir():
        assert key.read_bytes().strip() not in content
    assert path.stat().st_mode & 0o077 == 0
    assert {name: reached.seq > 0 for name, reached in manifest.heads.items()} == {
        "audit": True,
        "statements:main": True,
    }
    assert manifest.made_at == house.now()
    assert not list(tmp_path.glob(".gleanery-backup-*"))


def test_a_backup_holds_and_the_making_is_an_audit_entry(tmp_path: Path) -> None:
    house = founded(tmp_path)
    path, manifest = backing_up.create(house, tmp_path, "lead")
    checked = backing_up.check(house.config, path)
    assert path.parent == tmp_path
    assert (checked.manifest, checked.notes) == (manifest, ())
    with house.store.read() as session:
        entry = session.exec(select(Entry).where(Entry.action == "backup.created")).one()
    assert entry.subject == f"backup:{manifest.id}"


def test_a_backup_is_never_written_over(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    before = backup.read_bytes()
    with pytest.raises(BadInput, match="exists already"):
        backed_up(house)
    assert backup.read_bytes() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    with pytest.raises(ConfigError, match=r"nowhere cannot be written"):
        backing_up.create(house, tmp_path / "nowhere" / "backup.zip", "lead")


def test_under_a_load_of_writes_the_copy_is_whole_and_has_all_that_was_committed_before(
    tmp_path: Path,
) -> None:
    house = founded(tmp_path)
    stop, written = threading.Event(), threading.Semaphore(0)

    def write() -> None:
        while not stop.is_set():
            with house.change() as change:
                change.audit("test.written", "policy:test", "item:1")
                change.state([_statement(house, uuid4())])
            written.release()

    writers = [threading.Thread(target=write) for _ in range(2)]
    for thread in writers:
        thread.start()
    for _ in range(5):
        written.acquire()
    before = len(all_ids(house))
    path, _ = backing_up.create(house, tmp_path / "backup.zip", "lead")
    for _ in range(5):
        written.acquire()
    stop.set()
    for thread in writers:
        thread.join()
    assert backing_up.check(house.config, path).notes == ()
    with zipfile.ZipFile(path) as archive:
        archive.extract("gleanery.db", tmp_path / "copy")
    with closing(sqlite3.connect(tmp_path / "copy" / "gleanery.db")) as copy:
        held = copy.execute("SELECT count(*) FROM lrs_statement").fetchone()[0]
        told = copy.execute("SELECT count(*) FROM audit_entry WHERE action = 'test.written'").fetchone()[0]
        first = copy.execute("SELECT seq FROM lrs_head").fetchone()[0]
    assert before <= held < len(all_ids(house))
    assert held == first
    assert told == held - len(all_ids_before(house))


def all_ids_before(house: House) -> list[str]:
    """The statements that the load did not write."""
    with record(house.store) as statements:
        found = statements.query(limit=10_000, ascending=True)
        return [str(one.id) for one in found if b"connector:test" not in one.raw]


def _statement(house: House, event: UUID) -> Any:
    item = house.bridge.item(uuid4(), "video", "YouTube")
    by = house.bridge.machine("connector:test")
    return say.imported(house.bridge, item, event=str(event), by=by, at=house.now())


# --------------------------------------------------------------------------- what is not a whole backup


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Path]:
    """A house and its backup, which nobody changes."""
    house = founded(tmp_path_factory.mktemp("saved"), 1)
    return house, backed_up(house)


def rewritten(backup: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of a backup with other members."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    path = backup.with_name("changed.zip")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def _flip(name: str) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        content = bytearray(members[name])
        content[len(content) // 2] ^= 1
        members[name] = bytes(content)

    return change


def _told_otherwise(members: dict[str, bytes]) -> None:
    told = json.loads(members["manifest.json"])
    told["heads"]["audit"]["seq"] = 1
    members["manifest.json"] = json.dumps(told).encode()


def _longer(members: dict[str, bytes]) -> None:
    members["gleanery.db"] += b"\0" * 4096


def _incomplete(members: dict[str, bytes]) -> None:
    del members["gleanery.db"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (_flip("gleanery.db"), "gleanery.db in the backup is not what was signed for"),
        (_flip("checkpoints.jsonl"), "checkpoints.jsonl in the backup is not what was signed for"),
        (_longer, "gleanery.db in the backup is not what was signed for"),
        (_told_otherwise, "changed after it was signed"),
        (_incomplete, "no backup that can be read"),
        (lambda members: members.update({"manifest.json": b"{}"}), "cannot be read"),
        (lambda members: members.pop("manifest.json"), "no backup that can be read"),
    ],
)
def test_a_backup_that_was_changed_is_refused_and_nothing_is_written(
    tmp_path: Path, saved: tuple[House, Path], change: Callable[[dict[str, bytes]], None], fault: str
) -> None:
    house, whole = saved
    backup = rewritten(whole, change)
    with pytest.raises(BadInput, match=fault):
        backing_up.check(house.config, backup)
    lost = house.config.model_copy(update={"data": tmp_path / "data"})
    with pytest.raises(BadInput, match=fault):
        backing_up.restore(lost, backup, note="n", by="lead", again=erase_again)
    assert list(lost.data.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04 and then nothing"])
def test_another_file_is_no_backup(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.zip"
    path.write_bytes(content)
    with pytest.raises(BadInput, match="no backup"):
        backing_up.check(None, path)


def test_a_damaged_backup_that_looks_encrypted_is_no_backup_that_can_be_read(
    tmp_path: Path, saved: tuple[House, Path]
) -> None:
    house, whole = saved
    damaged = bytearray(whole.read_bytes())
    damaged[damaged.index(b"PK\1\2") + 8] |= 1
    (tmp_path / "damaged.zip").write_bytes(damaged)
    with pytest.raises(BadInput, match="no backup that can be read"):
        backing_up.check(house.config, tmp_path / "damaged.zip")


def test_a_backup_signed_by_another_key_is_refused(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    other = make_house(tmp_path / "other")
    house.keys.joinpath("signing.pem").write_bytes(other.keys.joinpath("signing.pem").read_bytes())
    with pytest.raises(BadInput, match="another key"):
        backing_up.check(house.config, backup)


def test_without_the_house_a_backup_is_checked_as_far_as_it_goes(saved: tuple[House, Path]) -> None:
    checked = backing_up.check(None, saved[1])
    assert [checked.manifest.key_id in note for note in checked.notes] == [True]


def test_a_record_that_was_forged_before_the_backup_is_found_in_it(tmp_path: Path) -> None:
    house = founded(tmp_path)
    with house.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET action = 'item.approved' WHERE seq = 3")
    with pytest.raises(BadInput, match="log audit in the backup does not verify"):
        backing_up.check(house.config, backed_up(house))


def test_a_forgery_in_the_store_of_a_key_is_found_in_the_backup(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    with house.store.write() as session:
        statements = StatementStore(driver(session), "academy")
        statements.insert(approvals(2), house.bridge.machine("key:x"), house.now())
    house.checkpoint()
    assert backing_up.check(house.config, backed_up(house)).notes == ()
    with house.store.engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE lrs_statement SET stored = stored + 1 "
            "WHERE store = (SELECT store FROM lrs_head WHERE name = 'academy')"
        )
    forged, _ = backing_up.create(house, tmp_path / "forged.zip", "lead")
    with pytest.raises(BadInput, match="log statements:academy in the backup does not verify"):
        backing_up.check(house.config, forged)


def test_a_store_that_was_taken_out_before_the_backup_is_missed_in_it(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    with house.store.write() as session:
        StatementStore(driver(session), "academy").insert(
            approvals(2), house.bridge.machine("key:x"), house.now()
        )
    house.checkpoint()
    with house.store.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM lrs_head WHERE name = 'academy'")
    with pytest.raises(BadInput, match="log statements:academy in the backup does not verify"):
        backing_up.check(house.config, backed_up(house))


# --------------------------------------------------------------------------- putting back


def test_what_came_back_is_the_older_state_signed_for_as_a_new_epoch(tmp_path: Path) -> None:
    house = founded(tmp_path)
    backup = backed_up(house)
    states = desk.counts(house)
    records(tmp_path, [article(number) for number in range(5)])
    run(house)
    house.checkpoint()
    lose(house)
    again, done = restored(house, backup)
    assert desk.counts(again) == states
    assert {one["log"]: one["epoch"] for one in done.epochs} == {"audit": 2, "statements:main": 2}
    verdicts = dict(again.verify())
    assert all(verdict.ok for verdict in verdicts.values())
    assert "disk failed" in verdicts["audit"].notes[0]
    assert str(done.manifest.id) in verdicts["audit"].notes[0]
    with again.store.read() as session:
        entry = session.exec(select(Entry).where(Entry.action == "backup.restored")).one()
    assert entry.subject == f"backup:{done.manifest.id}"


def test_a_restore_on_the_same_state_opens_no_epoch(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    lose(house)
    again, done = restored(house, backup)
    assert done.epochs == []
    assert all(verdict.ok for _, verdict in again.verify())


def test_a_checkpoint_that_only_the_backup_lacks_asks_for_no_epoch(tmp_path: Path) -> None:
    """Signed between the copy of the checkpoints and that of the database, for entries that the copy has."""
    house = founded(tmp_path, 1, record={"key_folder": "keys"})
    backup = backed_up(house)
    head = backing_up.check(house.config, backup).manifest.heads["audit"]
    late = chain.sign(
        house.signer,
        organisation=str(house.organisation.id),
        log="audit",
        epoch=1,
        seq=head.seq,
        head=bytes.fromhex(head.hash),
        at=house.now() + HOUR,
    )
    lose(house)
    house.local_checkpoints.append(late)
    again, done = restored(house, backup)
    assert done.epochs == []
    assert late in again.local_checkpoints.read().checkpoints
    assert all(verdict.ok for _, verdict in again.verify())


def test_a_backup_is_not_put_over_a_database(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    for into in (None, tmp_path / "elsewhere-data"):
        with pytest.raises(BadInput, match="holds a database"):
            backing_up.restore(house.config, backup, into=into, note="n", by="lead", again=erase_again)
    assert not (tmp_path / "elsewhere-data").exists()


def test_a_backup_can_come_back_into_another_folder(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    lose(house)
    done = backing_up.restore(
        house.config, backup, into=tmp_path / "new", note="n", by="lead", again=erase_again
    )
    assert done.place == str(tmp_path / "new" / "gleanery.db")
    moved = open_house(house.config.model_copy(update={"data": tmp_path / "new"}))
    assert all(verdict.ok for _, verdict in moved.verify())


def test_without_the_keys_nothing_is_restored(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    lose(house)
    house.keys.joinpath("vault.key").unlink()
    with pytest.raises(ConfigError, match="in no backup"):
        restored(house, backup)
    assert not house.config.data.joinpath("gleanery.db").exists()


def test_a_restore_that_is_cut_off_leaves_nothing_and_can_be_made_again(tmp_path: Path) -> None:
    house = founded(tmp_path)
    backup = backed_up(house)
    records(tmp_path, [article(number) for number in range(5)])
    run(house)
    house.checkpoint()
    erasure_list.append(house, Erasure(uuid4(), house.now()))
    lose(house)

    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backing_up.restore(house.config, backup, note="n", by="lead", again=fail)
    assert list(house.config.data.iterdir()) == []
    again, done = restored(house, backup)
    assert [one["epoch"] for one in done.epochs] == [3, 3]
    assert all(verdict.ok for _, verdict in again.verify())


def test_checkpoints_that_are_still_there_are_kept(tmp_path: Path) -> None:
    house = founded(tmp_path, 1, record={"key_folder": "keys"})
    backup = backed_up(house)
    records(tmp_path, [article(number) for number in range(3)])
    run(house)
    house.checkpoint()
    before = house.local_checkpoints.read().checkpoints
    house.store.close()
    for path in house.config.data.glob("gleanery.db*"):
        path.unlink()
    again, done = restored(house, backup)
    assert len(done.epochs) == 2
    assert set(before) < set(again.local_checkpoints.read().checkpoints)
    assert all(verdict.ok for _, verdict in again.verify())


def test_a_damaged_list_of_erasures_stops_the_restore(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    erasure_list.places(house)[0].write_text("{}\n")
    lose(house)
    with pytest.raises(BadInput, match="not signed"):
        restored(house, backup)
    assert list(house.config.data.iterdir()) == []


def test_nobody_is_signed_in_after_a_restore(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    new_link(house, "curator")
    backup = backed_up(house)
    lose(house)
    again, _ = restored(house, backup)
    with again.store.read() as session:
        assert session.exec(select(func.count()).select_from(Kept).where(Kept.plugin == "web")).one() == 0


def test_settings_that_changed_since_are_told(tmp_path: Path) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    lose(house)
    changed = house.config.model_copy(update={"goals": ()}).model_copy(
        update={"delivery": house.config.delivery.model_copy(update={"attempts": 3})}
    )
    done = backing_up.restore(changed, backup, note="n", by="lead", again=erase_again)
    assert any("configuration" in note for note in done.notes)


# --------------------------------------------------------------------------- people and deliveries


def test_who_was_erased_after_the_backup_does_not_come_back(tmp_path: Path) -> None:
    house = founded(tmp_path, 2)
    learner = uuid4()
    with house.change() as change:
        change.session.add(Person(id=learner, made_at=change.at))
        item = house.bridge.item(uuid5(learner, "item"), "video", "YouTube")
        viewed = say.viewed(house.bridge, item, event="1", by=house.bridge.person(learner), at=change.at)
        change.state([viewed])
    with house.store.read() as session:
        post = session.exec(select(Post).order_by(col(Post.seq))).first()
        assert post is not None
        author = post.handle_id
    assert author is not None
    backup = backed_up(house)
    erasure_list.append(house, Erasure(uuid4(), house.now(), (learner,), (author,), (viewed.id,)))
    lose(house)
    again, done = restored(house, backup)
    assert done.erased_again == 1
    with again.store.read() as session:
        assert session.get(Person, learner) is None
        assert session.get(Handle, author) is None
        gone = session.exec(select(Content.gone).where(col(Content.gone).is_not(None))).all()
    assert gone == [GoneWhy.ERASED]
    with record(again.store) as statements:
        assert statements.get(viewed.id) is None
    assert all(verdict.ok for _, verdict in again.verify())
    again.store.forget_log()
    for path in again.config.data.rglob("*"):
        for canary in (str(learner).encode(), b"Working with spreadsheets"):
            assert not path.is_file() or canary not in path.read_bytes(), path


def test_an_older_backup_put_back_brings_no_second_entry_and_no_second_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with MoodleServer() as moodle:
        monkeypatch.setenv("MOODLE_TOKEN", moodle.token)
        settings = {"url": moodle.url, "token": {"env": "MOODLE_TOKEN"}, "database": moodle.activity.id}
        house = founded(
            tmp_path,
            2,
            curation={"auto_approve": "keep", "policy_name": "all"},
            destinations=[{"name": "moodle", "adapter": "moodle", "settings": settings}],
        )
        backup = backed_up(house)
        records(tmp_path, [article(number, by=f"author {number}") for number in range(5)])
        run(house)
        entries = sorted(entry["id"] for entry in moodle.entries)
        ids = set(all_ids(house))
        assert len(entries) == 5
        house.checkpoint()
        lose(house)
        again, _ = restored(house, backup)
        assert len(set(all_ids(again))) < len(ids)
        again.now.move(HOUR)  # type: ignore[attr-defined]
        run(again)
        assert sorted(entry["id"] for entry in moodle.entries) == entries
        assert sorted(all_ids(again)) == sorted(ids)
        assert desk.counts(again) == {"approved": 5}
        assert all(verdict.ok for _, verdict in again.verify())


# --------------------------------------------------------------------------- PostgreSQL


def on_postgres(folder: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("TEST_DATABASE", url)
    return founded(folder, 2, database={"env": "TEST_DATABASE"})


def test_a_postgresql_database_is_saved_and_comes_back_into_an_empty_one(
    tmp_path: Path, postgres: Postgres, prepared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = on_postgres(tmp_path, prepared_url, monkeypatch)
    backup = backed_up(house)
    ids = all_ids(house)
    notes = backing_up.check(house.config, backup).notes
    assert ["PostgreSQL" in note for note in notes] == [True]
    with pytest.raises(BadInput, match="holds a database"):
        backing_up.restore(house.config, backup, note="n", by="lead", again=erase_again)
    records(tmp_path, [article(number) for number in range(4)])
    run(house)
    house.close()
    empty = postgres.create_database()
    target = house.config.model_copy(update={"database": SecretStr(postgres.url(empty))})
    done = backing_up.restore(target, backup, note="server failed", by="lead", again=erase_again)
    assert len(done.epochs) == 2
    again = open_house(target)
    assert all_ids(again) == ids
    assert all(verdict.ok for _, verdict in again.verify())
    again.store.close()
    postgres.drop_database(empty)


def test_where_pg_dump_is_missing_it_is_named(
    tmp_path: Path, prepared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = on_postgres(tmp_path, prepared_url, monkeypatch)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigError, match="pg_dump is not installed") as told:
        backed_up(house)
    assert "client programs" in told.value.remedy
    assert not (tmp_path / "backup.zip").exists()
    house.store.close()


def test_a_password_is_given_by_the_environment_and_told_to_nobody(
    tmp_path: Path, prepared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in the place of pg_dump writes down how it was called."""
    secret = uuid4().hex
    house = on_postgres(tmp_path, prepared_url.replace("postgres@", f"postgres:{secret}@"), monkeypatch)
    programs = tmp_path / "programs"
    programs.mkdir()
    told = programs / "told"
    spy = programs / "pg_dump"
    spy.write_text(f'#!/bin/sh\necho "$@" > {told}\necho "$PGPASSWORD" >> {told}\necho refused >&2\nexit 1\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/bin:/usr/bin")
    with pytest.raises(ConfigError, match="pg_dump failed: refused") as fault:
        backed_up(house)
    arguments, password = told.read_text().splitlines()
    assert password == secret
    assert secret not in arguments
    assert secret not in str(fault.value)
    house.store.close()


def test_a_backup_of_the_other_kind_of_database_is_refused(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = founded(tmp_path, 1)
    backup = backed_up(house)
    lose(house)
    other = house.config.model_copy(update={"database": SecretStr(postgres_url)})
    with pytest.raises(ConfigError, match="of a sqlite database, the configuration names postgresql"):
        backing_up.restore(other, backup, note="n", by="lead", again=erase_again)


# --------------------------------------------------------------------------- size


@pytest.mark.proof
def test_a_gigabyte_comes_back_within_a_minute(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    assert house.store.path is not None
    first = 1
    while house.store.path.stat().st_size < 2**30:
        with house.store.write() as session:
            statements = StatementStore(driver(session), "main")
            statements.insert(approvals(20_000, first), house.bridge.machine("house"), house.now())
        first += 20_000
        house.store.forget_log()
    house.checkpoint()
    backup = backed_up(house)
    lose(house)
    begun = time.monotonic()
    again, _ = restored(house, backup)
    assert time.monotonic() - begun < 60
    assert len(again.logs) == 2
