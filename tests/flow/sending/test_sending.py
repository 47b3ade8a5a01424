"""Checkpoints leave the machine by mail, webhook and time stamp, and the record is held to them."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import shutil
import sqlite3
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gleanery.config import load
from gleanery.doctor import examine
from gleanery.errors import BadInput, ConfigError
from gleanery.flow import receipts, run
from gleanery.flow.founding import open_house
from gleanery.flow.house import House
from gleanery.flow.sending import send, standing
from gleanery.flow.verifying import accept_restore, summary, verdicts
from gleanery.testing import Clock
from gleanery.worker import send_checkpoints
from tests.flow.sending.authority import Authority
from tests.flow.sending.mailbox import Mailbox
from tests.house import article, file_source, make_house, records
from tests.servers import Reply, WebServer
from xapi.checkpoints import Checkpoint
from xapi.receipts import checkpoints_in

MAIL = {
    "host": "127.0.0.1",
    "encryption": "none",
    "sender": "gleanery@example.org",
    "to": ["audit@example.org"],
}


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    made = secrets.token_hex(16)
    monkeypatch.setenv("TEST_SECRET", made)
    return made


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


def house_that_sends(folder: Path, clock: Clock | None = None, **ways: Any) -> House:
    """A house with a short record that sends its checkpoints these ways."""
    record = {"key_folder": "keys", "send_checkpoints": {"every_minutes": 30, **ways}}
    house = make_house(
        folder,
        clock or Clock(),
        record=record,
        sources=[file_source(records(folder, map(article, range(3))))],
        http={"timeout_seconds": 2, "total_seconds": 4},
    )
    run(house)
    house.checkpoint()
    return house


def more(house: House, number: int) -> None:
    """Something is written and sealed."""
    records(house.config.folder, [article(one) for one in range(number)])
    run(house)
    house.checkpoint()


def reached(house: House) -> dict[str, int]:
    return {one.name: one.head().seq for one in house.logs}


def told(checkpoints: list[Checkpoint]) -> dict[str, int]:
    return {one.log: one.seq for one in checkpoints}


# ---------------------------------------------------------------------- mail


def test_a_mail_brings_the_newest_checkpoint_of_each_log(tmp_path: Path, mailbox: Mailbox) -> None:
    house = house_that_sends(tmp_path, mail={**MAIL, "port": mailbox.port})
    send(house)
    [mail] = mailbox.messages()
    assert (mail["From"], mail["To"]) == ("gleanery@example.org", "audit@example.org")
    assert "gleanery audit verify --against" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    [attached] = mail.iter_attachments()
    found = [json.loads(line) for line in attached.get_content().splitlines()]
    assert {one["log"]: one["seq"] for one in found} == reached(house)
    assert told(checkpoints_in(mailbox.mails[0])) == reached(house)


def test_a_mail_server_is_signed_in_to_over_tls(tmp_path: Path, secret: str) -> None:
    tls, ca_file = server_certificate(tmp_path)
    with Mailbox(tls, login=("gleanery", secret)) as box:
        mail = {**MAIL, "host": "localhost", "port": box.port, "encryption": "starttls", "user": "gleanery"}
        mail["password"] = {"env": "TEST_SECRET"}
        house = house_that_sends(tmp_path / "house", mail=mail)
        send(house)
        [untrusted] = standing(house)
        assert "certificate" in untrusted.reason.lower()
        assert box.mails == []
        http = house.config.http.model_copy(update={"ca_file": ca_file})
        house.config = house.config.model_copy(update={"http": http})
        send(house, closing=True)
        assert len(box.mails) == 1


def server_certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate for localhost that vouches for itself."""
    import subprocess

    key, certificate = folder / "tls.key", folder / "tls.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
    ]
    command += ["-keyout", str(key), "-out", str(certificate), "-days", "1", "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context, certificate


# ---------------------------------------------------------------------- webhook


def test_a_webhook_is_signed_with_the_shared_secret(
    tmp_path: Path, web_server: WebServer, secret: str
) -> None:
    web_server.reply("/hook", status=204)
    clock = Clock()
    hook = {"url": f"{web_server.url}/hook", "secret": {"env": "TEST_SECRET"}}
    house = house_that_sends(tmp_path, clock, webhook=hook)
    send(house)
    [request] = web_server.requests
    seconds, _, signature = request.headers["x-gleanery-signature"].partition(",v1=")
    assert seconds == f"t={int(clock().timestamp())}"
    message = seconds.removeprefix("t=").encode() + b"." + request.body
    assert signature == hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
    assert told(checkpoints_in(request.body)) == reached(house)
    assert secret not in str(house.config)


def test_a_secret_written_into_the_file_is_refused_and_not_repeated(tmp_path: Path, secret: str) -> None:
    for way in (
        {"webhook": {"url": "https://audit.example.org/", "secret": secret}},
        {"mail": {"password": secret}},
    ):
        with pytest.raises(ConfigError, match=r"record\.send_checkpoints\.\w+\.(secret|password)") as caught:
            house_that_sends(tmp_path, **way)
        assert secret not in str(caught.value)


def test_a_webhook_without_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="secret"):
        house_that_sends(tmp_path, webhook={"url": "https://audit.example.org/"})


# ---------------------------------------------------------------------- time stamps


@pytest.fixture
def authority(tmp_path: Path, web_server: WebServer) -> Authority:
    return Authority(tmp_path / "authority", web_server)


def stamped_by(authority: Authority) -> dict[str, Any]:
    return {"url": authority.url, "ca_file": str(authority.ca_file)}


def test_a_time_stamp_is_kept_and_the_record_is_held_to_it(tmp_path: Path, authority: Authority) -> None:
    house = house_that_sends(tmp_path / "house", timestamp=stamped_by(authority))
    send(house)
    kept = sorted((house.config.data / "timestamps").iterdir())
    assert [one.name for one in kept] == [
        f"audit-1-{reached(house)['audit']}.tsr",
        f"statements-main-1-{reached(house)['statements:main']}.tsr",
    ]
    more(house, 5)
    for receipt in (kept[0], authority.token_of(kept[0])):
        found = verdicts(house, receipts.read(house, receipt))
        assert summary(found) == "verified"
        assert "stamped at" in found[-1]["reason"]


def test_a_time_stamp_for_a_checkpoint_that_was_removed_is_not_met(
    tmp_path: Path, authority: Authority
) -> None:
    house = house_that_sends(tmp_path / "house", timestamp=stamped_by(authority))
    send(house)
    receipt = next((house.config.data / "timestamps").glob("audit-*"))
    lines = house.local_checkpoints.path.read_bytes().splitlines(keepends=True)
    house.local_checkpoints.path.write_bytes(b"".join(line for line in lines if b'"log":"audit"' not in line))
    found = verdicts(house, receipts.read(house, receipt))
    assert not found[-1]["ok"]
    assert "no longer kept here" in found[-1]["reason"]


def test_a_time_stamp_of_another_authority_is_refused(
    tmp_path: Path, authority: Authority, web_server: WebServer
) -> None:
    house = house_that_sends(tmp_path / "house", timestamp=stamped_by(authority))
    send(house)
    receipt = next((house.config.data / "timestamps").glob("audit-*"))
    other = Authority(tmp_path / "other", web_server)
    shutil.copy(other.ca_file, authority.ca_file)
    with pytest.raises(BadInput, match="does not hold"):
        receipts.read(house, receipt)
    more(house, 5)
    shutil.copy(other.ca_file, authority.ca_file)  # the other answers now, by its own key
    send(house, closing=True)
    assert standing(house)[0].reason == ""


def test_an_answer_that_does_not_hold_is_not_kept(
    tmp_path: Path, authority: Authority, web_server: WebServer
) -> None:
    web_server.reply("/stamp", b"a picture of a clock")
    house = house_that_sends(tmp_path / "house", timestamp=stamped_by(authority))
    send(house)
    assert "it is no time stamp" in standing(house)[0].reason
    assert not (house.config.data / "timestamps").exists()


# ---------------------------------------------------------------------- when, and what goes wrong


def test_nothing_is_sent_more_often_than_asked_nor_without_something_new(
    tmp_path: Path, mailbox: Mailbox
) -> None:
    clock = Clock()
    house = house_that_sends(tmp_path, clock, mail={**MAIL, "port": mailbox.port})
    send(house)
    more(house, 5)
    clock.move(timedelta(minutes=29))
    send(house)
    assert len(mailbox.mails) == 1
    assert standing(house)[0].waiting > 0
    clock.move(timedelta(minutes=2))
    send(house)
    assert len(mailbox.mails) == 2
    clock.move(timedelta(minutes=60))
    send(house)
    send(house, closing=True)
    assert len(mailbox.mails) == 2


def test_at_shutdown_what_is_newest_is_sent_at_once(tmp_path: Path, mailbox: Mailbox) -> None:
    house = house_that_sends(tmp_path, mail={**MAIL, "port": mailbox.port})
    send(house)
    more(house, 5)
    send_checkpoints(house, closing=True)
    assert told(checkpoints_in(mailbox.mails[-1])) == reached(house)


def test_a_failure_is_shown_stops_nothing_and_is_tried_again_when_next_due(
    tmp_path: Path, mailbox: Mailbox, web_server: WebServer, secret: str
) -> None:
    clock = Clock()
    mailbox.refuses = True
    web_server.reply("/hook", status=204)
    hook = {"url": f"{web_server.url}/hook", "secret": {"env": "TEST_SECRET"}}
    house = house_that_sends(tmp_path, clock, mail={**MAIL, "port": mailbox.port}, webhook=hook)
    send(house)
    assert len(web_server.requests) == 1
    by_mail, by_hook = standing(house)
    assert by_mail.reason == "mail: the server refused with code 451"
    assert by_hook.reason == ""
    [check] = [one for one in examine(tmp_path / "config.yaml") if one.name == "checkpoints by mail"]
    assert not check.ok
    assert "451" in check.message
    assert all(one["ok"] for one in verdicts(house))
    mailbox.refuses = False
    clock.move(timedelta(minutes=31))
    send(house)
    assert len(mailbox.mails) == 1
    assert standing(house)[0].reason == ""


@pytest.mark.parametrize("status", [302, 404, 500])
def test_a_receiver_that_does_not_take_it_is_told(
    tmp_path: Path, web_server: WebServer, secret: str, status: int
) -> None:
    web_server.answer("/hook", lambda _request: Reply(status, b"", {"location": "/elsewhere"}))
    house = house_that_sends(
        tmp_path, webhook={"url": f"{web_server.url}/hook", "secret": {"env": "TEST_SECRET"}}
    )
    send(house)
    assert standing(house)[0].reason
    assert [one.path for one in web_server.requests] == ["/hook"]


def test_nobody_listening_is_a_reason_and_not_an_end(tmp_path: Path, free: int) -> None:
    house = house_that_sends(tmp_path, mail={**MAIL, "port": free})
    send_checkpoints(house)
    assert "refused" in standing(house)[0].reason


@pytest.fixture
def free() -> int:
    from tests.servers import free_port

    return free_port()


# ---------------------------------------------------------------------- held against


@pytest.fixture
def mailed(tmp_path: Path, mailbox: Mailbox) -> tuple[House, Path]:
    """A house and the mail that somebody else kept of it; more happened since."""
    house = house_that_sends(tmp_path / "house", mail={**MAIL, "port": mailbox.port})
    send(house)
    more(house, 5)
    receipt = tmp_path / "kept.eml"
    receipt.write_bytes(mailbox.mails[0])
    return house, receipt


def test_an_honest_record_meets_an_earlier_receipt(mailed: tuple[House, Path]) -> None:
    house, receipt = mailed
    found = verdicts(house, receipts.read(house, receipt))
    assert summary(found) == "verified"
    assert found[0]["scope"] == "verified elsewhere"
    assert summary(verdicts(house)) == "verified"


def test_a_record_made_anew_with_its_own_checkpoints_does_not_meet_it(mailed: tuple[House, Path]) -> None:
    """The thief has the key and rewrites database and checkpoints together: only the mail knows better."""
    house, receipt = mailed
    house.local_checkpoints.path.unlink()
    database = sqlite3.connect(house.config.data / "gleanery.db")
    last = database.execute("SELECT max(seq) FROM audit_entry").fetchone()[0]
    keep = last - 3 if last - 3 < reached_in(receipt)["audit"] else reached_in(receipt)["audit"] - 1
    database.execute("DELETE FROM audit_entry WHERE seq > ?", [keep])
    database.execute(
        "UPDATE audit_head SET seq = ?, hash = (SELECT hash FROM audit_entry WHERE seq = ?)", [keep, keep]
    )
    database.commit()
    database.close()
    house.checkpoint()
    assert summary(verdicts(house)) == "verified"
    found = verdicts(house, receipts.read(house, receipt))
    assert found[0]["first_bad"] == keep + 1
    assert "missing" in found[0]["reason"]


def reached_in(receipt: Path) -> dict[str, int]:
    return told(checkpoints_in(receipt.read_bytes()))


def test_checkpoints_removed_here_are_missed(mailed: tuple[House, Path]) -> None:
    house, receipt = mailed
    lines = house.local_checkpoints.path.read_bytes().splitlines(keepends=True)
    house.local_checkpoints.path.write_bytes(b"".join(lines[-2:]))
    assert summary(verdicts(house)) == "verified"
    assert "no longer holds the checkpoint" in summary(verdicts(house, receipts.read(house, receipt)))


def test_a_receipt_from_before_an_accepted_restore_is_not_met(tmp_path: Path, mailbox: Mailbox) -> None:
    house = house_that_sends(tmp_path / "house", mail={**MAIL, "port": mailbox.port})
    house.store.close()
    data = house.config.data
    shutil.copytree(data, tmp_path / "backup")
    house = open_house(load(tmp_path / "house" / "config.yaml"), Clock())
    more(house, 5)
    send(house)
    house.store.close()
    shutil.copy(data / "checkpoints.jsonl", tmp_path / "kept.jsonl")
    shutil.rmtree(data)
    shutil.copytree(tmp_path / "backup", data)
    shutil.copy(tmp_path / "kept.jsonl", data / "checkpoints.jsonl")
    house = open_house(load(tmp_path / "house" / "config.yaml"), Clock())
    accept_restore(house, "the disk failed", "lead")
    assert summary(verdicts(house)) == "verified"
    (tmp_path / "kept.eml").write_bytes(mailbox.mails[0])
    told_so = summary(verdicts(house, receipts.read(house, tmp_path / "kept.eml")))
    assert "before a restore that was accepted since" in told_so


def test_a_forged_receipt_is_told_from_a_broken_record(mailed: tuple[House, Path], tmp_path: Path) -> None:
    house, receipt = mailed
    found = checkpoints_in(receipt.read_bytes())[0]
    forged = tmp_path / "forged.json"
    forged.write_text(json.dumps({"organisation": found.organisation, "log": found.log, "epoch": 1, "seq": 2,
                                  "head": "00" * 32, "at": found.at, "key_id": found.key_id}))  # fmt: skip
    assert "no known key signed" in summary(verdicts(house, receipts.read(house, forged)))


def test_what_is_no_receipt_or_another_organisations_is_refused(
    mailed: tuple[House, Path], tmp_path: Path
) -> None:
    house, receipt = mailed
    other = make_house(tmp_path / "other")
    with pytest.raises(BadInput, match="another record"):
        receipts.read(other, receipt)
    for name, content in (
        ("letter.eml", b"Subject: hello\n\nno checkpoint\n"),
        ("picture.png", b"\x89PNG\0"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInput, match=name):
            receipts.read(house, tmp_path / name)
    with pytest.raises(BadInput, match="cannot be read"):
        receipts.read(house, tmp_path / "absent.eml")
