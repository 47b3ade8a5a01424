"""Attachments over HTTP, byte for byte, matched by their hash alone. XAPI-00nnn: the public suite's ids."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from tests.xapi.http.running import Client, Reply, a_boundary, multipart, statement
from xapi.lrs.http.multipart import Part, media_type, parse

EVERY_BYTE = bytes(range(256)) * 4
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"


def declared(body: bytes, hashed: Callable[..., Any] = hashlib.sha256, **changes: Any) -> dict[str, Any]:
    """What a statement says of a file; a change to None takes a member away."""
    made = {
        "usageType": "https://example.org/usage",
        "display": {"en": "A file"},
        "contentType": "application/octet-stream",
        "length": len(body),
        "sha2": hashed(body).hexdigest(),
    }
    return {name: value for name, value in {**made, **changes}.items() if value is not None}


def part(body: bytes, **changes: str | None) -> tuple[dict[str, str], bytes]:
    """A part with these bytes."""
    headers: dict[str, str | None] = {
        "Content-Type": "application/octet-stream",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(body).hexdigest(),
        **{name.replace("_", "-"): value for name, value in changes.items()},
    }
    return {name: value for name, value in headers.items() if value is not None}, body


def send(client: Client, document: Any, *parts: tuple[dict[str, str], bytes], kind: str = "") -> Reply:
    """POST of statements with parts."""
    boundary = a_boundary()
    headers = {"Content-Type": kind or f"multipart/mixed; boundary={boundary}"}
    return client.ask("POST", "statements", multipart(boundary, document, *parts), headers)


def read(reply: Reply) -> list[Part]:
    """The parts of an answer."""
    kind, parameters = media_type(reply.headers["content-type"])
    assert kind == "multipart/mixed"
    return parse(reply.body, parameters["boundary"])


def test_a_binary_file_comes_back_byte_for_byte(client: Client) -> None:
    """XAPI-00167: as multipart/mixed, the statements first."""
    sent = statement(attachments=[declared(EVERY_BYTE)])
    assert send(client, sent, part(EVERY_BYTE)).status == 200
    document, file = read(client.get(statementId=sent["id"], attachments="true"))
    assert json.loads(document.body)["id"] == sent["id"]
    assert file.body == EVERY_BYTE
    assert file.headers["x-experience-api-hash"] == hashlib.sha256(EVERY_BYTE).hexdigest()
    assert file.headers["content-transfer-encoding"] == "binary"


@pytest.mark.parametrize("hashed", [hashlib.sha224, hashlib.sha256, hashlib.sha384, hashlib.sha512])
def test_every_hash_of_the_family_is_understood(client: Client, hashed: Callable[..., Any]) -> None:
    sent = statement(attachments=[declared(EVERY_BYTE, hashed)])
    digest = hashed(EVERY_BYTE).hexdigest().upper()
    assert send(client, sent, part(EVERY_BYTE, X_Experience_API_Hash=digest)).status == 200
    assert read(client.get(attachments="true"))[1].body == EVERY_BYTE


def test_one_part_serves_several_statements_and_is_given_back_once(client: Client) -> None:
    sent = [
        statement(attachments=[declared(EVERY_BYTE, contentType=kind)])
        for kind in ("image/png", "text/plain")
    ]
    assert send(client, sent, part(EVERY_BYTE)).status == 200
    assert [found.body for found in read(client.get(attachments="true"))[1:]] == [EVERY_BYTE]


def test_parts_are_matched_by_their_hash_whatever_their_order(client: Client) -> None:
    files = [bytes([number]) * 10 for number in range(3)]
    sent = statement(attachments=[declared(body) for body in files])
    assert send(client, sent, *(part(body) for body in reversed(files))).status == 200
    assert {found.body for found in read(client.get(attachments="true"))[1:]} == set(files)


def test_a_file_that_is_elsewhere_needs_no_part(client: Client) -> None:
    """Communication 1.5: fileUrl alone, as JSON and as multipart."""
    elsewhere = declared(EVERY_BYTE, fileUrl="https://example.org/file")
    assert client.post(statement(attachments=[elsewhere])).status == 200
    assert send(client, statement(attachments=[elsewhere])).status == 200
    assert len(read(client.get(attachments="true"))) == 1


def test_multipart_without_any_attachment_is_taken(client: Client) -> None:
    assert send(client, [statement(), statement()]).status == 200


def test_a_file_within_a_sub_statement_belongs_to_it(client: Client) -> None:
    told = statement(id=None, objectType="SubStatement", attachments=[declared(EVERY_BYTE)])
    assert client.post(statement(object=told)).status == 400
    assert send(client, statement(object=told), part(EVERY_BYTE)).status == 200
    assert read(client.get(attachments="true"))[1].body == EVERY_BYTE


def test_without_attachments_the_answer_is_json(client: Client) -> None:
    """XAPI-00161, XAPI-00165."""
    sent = statement(attachments=[declared(EVERY_BYTE)])
    send(client, sent, part(EVERY_BYTE))
    for asked in ({}, {"attachments": "false"}):
        reply = client.get(statementId=sent["id"], **asked)
        assert reply.headers["content-type"] == "application/json"
        assert reply.json["attachments"] == sent["attachments"]


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [part(b"another file")],
        [part(EVERY_BYTE), part(b"one too many")],
        [part(EVERY_BYTE, X_Experience_API_Hash="00" * 32)],
        [part(EVERY_BYTE, X_Experience_API_Hash=None)],
        [part(EVERY_BYTE, X_Experience_API_Hash="short")],
        [part(EVERY_BYTE, Content_Transfer_Encoding=None)],
        [part(EVERY_BYTE, Content_Transfer_Encoding="base64")],
        [part(EVERY_BYTE, Content_Transfer_Encoding="8bit")],
        [part(EVERY_BYTE, Content_Transfer_Encoding="binary, binary")],
        [part(EVERY_BYTE[:-1], X_Experience_API_Hash=hashlib.sha256(EVERY_BYTE).hexdigest())],
    ],
    ids=[
        "none",
        "other",
        "excess",
        "wrong",
        "no-hash",
        "short",
        "no-encoding",
        "base64",
        "8bit",
        "twice",
        "cut",
    ],
)
def test_a_part_that_is_missing_or_wrong_or_too_many_is_refused(
    client: Client, parts: list[tuple[dict[str, str], bytes]]
) -> None:
    """XAPI-00128, XAPI-00129, XAPI-00132, XAPI-00135."""
    sent = statement(attachments=[declared(EVERY_BYTE)])
    assert send(client, sent, *parts).status == 400
    assert client.get(statementId=sent["id"]).status == 404


def test_put_takes_no_list_among_parts_either(client: Client) -> None:
    """A list of one is a list."""
    sent = statement(attachments=[declared(EVERY_BYTE)])
    boundary = a_boundary()
    for document, status in (([sent], 400), (sent, 204)):
        body = multipart(boundary, document, part(EVERY_BYTE, Content_Transfer_Encoding="BINARY"))
        kind = {"Content-Type": f"multipart/mixed; boundary={boundary}"}
        assert client.ask("PUT", "statements", body, kind, statementId=sent["id"]).status == status


@pytest.mark.parametrize(("size", "has_length"), [(1000, True), (3_000_000, False)])
def test_small_files_come_with_a_length_and_large_ones_in_pieces(
    client: Client, size: int, has_length: bool
) -> None:
    file = EVERY_BYTE * (size // len(EVERY_BYTE) + 1)
    assert send(client, statement(attachments=[declared(file)]), part(file)).status == 200
    reply = client.get(attachments="true")
    assert ("content-length" in reply.headers) is has_length
    assert read(reply)[1].body == file


def test_json_that_needs_a_part_is_refused(client: Client) -> None:
    reply = client.post(statement(attachments=[declared(EVERY_BYTE)]))
    assert (reply.status, reply.json["rule"]) == (400, "attachment")


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/mixed",
        "multipart/mixed; boundary=",
        "multipart/mixed; boundary=other",
        "multipart/related; boundary=x",
    ],
)
def test_a_boundary_that_is_missing_or_another_is_refused(client: Client, kind: str) -> None:
    """XAPI-00130, XAPI-00131."""
    assert send(client, statement(), kind=kind).status == 400


def test_the_first_part_is_the_statements_as_json(client: Client) -> None:
    """XAPI-00133, XAPI-00134."""
    body = b"--b\r\nContent-Type: text/plain\r\n\r\n" + json.dumps(statement()).encode() + b"\r\n--b--\r\n"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    assert client.ask("POST", "statements", body, headers).status == 400


# ------------------------------------------------------------------ signatures


@pytest.fixture(scope="module")
def signer() -> rsa.RSAPrivateKey:
    """The key of somebody who signs statements."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def certificate(key: rsa.RSAPrivateKey) -> str:
    """A certificate of that key, as it stands in a signature."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "lead")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


def signature(key: rsa.RSAPrivateKey, signed: Any, *, by: rsa.RSAPrivateKey | None = None) -> bytes:
    """A JWS over a statement, with the certificate of `by` where that is another."""
    header = json.dumps({"alg": "RS256", "x5c": [certificate(by or key)]}).encode()
    pieces = [base64.urlsafe_b64encode(piece).rstrip(b"=") for piece in (header, json.dumps(signed).encode())]
    made = key.sign(b".".join(pieces), padding.PKCS1v15(), hashes.SHA256())
    return b".".join([*pieces, base64.urlsafe_b64encode(made).rstrip(b"=")])


def with_signature(sent: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The statement as it is sent, declaring its signature."""
    return {**sent, "attachments": [declared(body, usageType=SIGNATURE)]}


def test_a_signed_statement_is_taken_and_its_signature_given_back(
    client: Client, signer: rsa.RSAPrivateKey
) -> None:
    """XAPI-00115, XAPI-00116."""
    sent = statement()
    body = signature(signer, sent)
    assert send(client, with_signature(sent, body), part(body)).status == 200
    assert read(client.get(statementId=sent["id"], attachments="true"))[1].body == body


def test_a_signature_of_another_statement_or_by_another_key_is_refused(
    client: Client, signer: rsa.RSAPrivateKey
) -> None:
    """XAPI-00116, XAPI-00117."""
    sent = statement()
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    for body in (signature(signer, statement()), signature(stranger, sent, by=signer), b"no JWS"):
        reply = send(client, with_signature(sent, body), part(body))
        assert (reply.status, reply.json["rule"]) == (400, "signature")


def test_a_signature_that_is_elsewhere_cannot_be_verified_and_is_refused(client: Client) -> None:
    elsewhere = declared(b"x", usageType=SIGNATURE, fileUrl="https://example.org/signature")
    assert client.post(statement(attachments=[elsewhere])).status == 400
