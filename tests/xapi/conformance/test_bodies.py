"""The requirements on HEAD, on content types, on attachments and their signatures (Communication 1; Data 2.6)."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.xapi.conformance.asking import ids
from tests.xapi.conformance.requirements import each, requires
from tests.xapi.conformance.rules import small
from tests.xapi.conformance.values import AGENT
from tests.xapi.http.running import Client, Reply, multipart
from tests.xapi.http.test_attachments import certificate, declared, part, read, send
from xapi.model import Version

FILE, OTHER_FILE = bytes(range(256)) * 2, b"another"
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
Document = dict[str, Any]


def with_files(*bodies: bytes, **changes: Any) -> Document:
    """A statement that declares these files."""
    return {**small(), "attachments": [declared(body, **changes) for body in bodies]}


# ------------------------------------------------------------------ HEAD

PLACE = {"activityId": "https://example.org/pages/one", "agent": json.dumps(AGENT)}
READABLE: dict[str, dict[str, str]] = {
    "statements": {"limit": "2"},
    "activities/state": PLACE,
    "agents": {"agent": PLACE["agent"]},
    "agents/profile": {"agent": PLACE["agent"]},
    "activities": {"activityId": PLACE["activityId"]},
    "activities/profile": {"activityId": PLACE["activityId"]},
    "about": {},
}
PASSING = {"date", "x-experience-api-consistent-through"}


@requires("XAPI-00125", "XAPI-00126", "XAPI-00140")
@pytest.mark.parametrize("path", READABLE)
def test_head_is_get_without_a_body(client: Client, version: Version, path: str) -> None:
    speaker = client.speaking(version)
    speaker.post(small())
    got, head = speaker.get(path, **READABLE[path]), speaker.ask("HEAD", path, None, None, **READABLE[path])
    assert (got.status, head.status, head.body) == (200, 200, b"")
    assert steady(head) == steady(got)
    wrong = {**READABLE[path], "colour": "red"}
    assert speaker.ask("HEAD", path, None, None, **wrong).status == speaker.get(path, **wrong).status == 400


def steady(reply: Reply) -> Mapping[str, str]:
    """The headers that do not change from one moment to the next."""
    return {name: value for name, value in reply.headers.items() if name not in PASSING}


# ------------------------------------------------------------------ content types


@requires("XAPI-00127")
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=b", ""])
def test_statements_come_in_two_types_only(client: Client, version: Version, method: str, kind: str) -> None:
    speaker, sent = client.speaking(version), with_files(FILE, fileUrl="https://example.org/file")
    named = {"statementId": sent["id"]} if method == "PUT" else {}
    body = json.dumps(sent).encode()
    assert speaker.ask(method, "statements", body, {"Content-Type": kind}, **named).status == 400
    whole = speaker.ask(method, "statements", body, {"Content-Type": "application/json"}, **named)
    assert whole.status == (204 if named else 200)


@requires("XAPI-00128", "XAPI-00129")
def test_parts_and_attachments_are_the_same_files(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), with_files(FILE)
    for parts in ((), (part(OTHER_FILE),), (part(FILE), part(OTHER_FILE))):
        assert send(speaker, sent, *parts).status == 400
    assert speaker.post(sent).status == 400, "JSON brings no part"
    assert ids(speaker.get()) == []
    assert send(speaker, sent, part(FILE)).status == 200
    assert speaker.post(with_files(FILE, fileUrl="https://example.org/file")).status == 200


BODY = (
    b"--b\r\nContent-Type: application/json\r\n\r\n%s\r\n--b\r\nContent-Type: text/plain\r\n"
    b"Content-Transfer-Encoding: binary\r\nX-Experience-API-Hash: %s\r\n\r\nanother\r\n--b--\r\n"
)
MIXED = "multipart/mixed; boundary=b"
MALFORMED: dict[str, list[tuple[str, Callable[[bytes], bytes]]]] = {
    "XAPI-00130": [
        (MIXED, lambda body: body.replace(b"--b\r\nContent-Type: text", b"Content-Type: text")),
        (MIXED, lambda body: body.removeprefix(b"--b\r\n")),
        (MIXED, lambda body: body.replace(b"--b--\r\n", b"")),
    ],
    "XAPI-00131": [
        ("multipart/mixed", bytes),
        ("multipart/mixed; boundary=", bytes),
        ("multipart/mixed; boundary=c", bytes),
    ],
    "XAPI-00132": [
        (MIXED, lambda body: body.replace(b"X-Experience-API-Hash: ", b"X-Other: ")),
        (MIXED, lambda body: body.replace(b"X-Experience-API-Hash: ", b"X-Experience-API-Hash: 00")),
        (MIXED, lambda body: body.replace(b"\r\n\r\nanother", b"\r\n\r\nan other")),
    ],
    "XAPI-00134": [
        (MIXED, lambda body: body.replace(b"application/json", b"text/plain")),
        (MIXED, lambda body: body.replace(b"Content-Type: application/json\r\n", b"")),
    ],
    "XAPI-00135": [
        (MIXED, lambda body: body.replace(b"Content-Transfer-Encoding: binary\r\n", b"")),
        (MIXED, lambda body: body.replace(b": binary", b": base64")),
    ],
    "XAPI-00138": [
        ("application/json", bytes),
        ("multipart/form-data; boundary=b", bytes),
        ("text/plain; boundary=b", bytes),
    ],
}


@each(MALFORMED)
def test_a_multipart_body_has_its_form(
    client: Client, version: Version, case: list[tuple[str, Callable[[bytes], bytes]]]
) -> None:
    speaker = client.speaking(version)
    digest = hashlib.sha256(OTHER_FILE).hexdigest().encode()
    body = BODY % (json.dumps(with_files(OTHER_FILE)).encode(), digest)
    for kind, spoil in case:
        reply = speaker.ask("POST", "statements", spoil(body), {"Content-Type": kind})
        assert reply.status == 400, (kind, spoil(body))
    assert ids(speaker.get()) == []
    assert speaker.ask("POST", "statements", body, {"Content-Type": MIXED}).status == 200


@requires("XAPI-00137")
def test_mime_version_is_not_needed_and_not_minded(client: Client, version: Version) -> None:
    speaker = client.speaking(version)
    body = multipart("b", with_files(FILE), part(FILE))
    for more in ({}, {"MIME-Version": "1.0"}):
        assert speaker.ask("POST", "statements", body, {"Content-Type": MIXED, **more}).status == 200
    assert speaker.ask("POST", "statements", body, {"MIME-Version": "1.0", "Content-Type": ""}).status == 400


@requires("XAPI-00133")
def test_all_statements_stand_in_the_first_part(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), [with_files(FILE), with_files(FILE)]
    second = ({"Content-Type": "application/json"}, json.dumps(sent[1]).encode())
    assert send(speaker, sent[0], second, part(FILE)).status == 400
    assert send(speaker, sent, part(FILE)).status == 200
    assert len(ids(speaker.get())) == 2


@requires("XAPI-00136")
def test_parts_belong_to_attachments_by_their_hash_in_any_order(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), with_files(FILE, OTHER_FILE)
    swapped = part(FILE, X_Experience_API_Hash=hashlib.sha256(OTHER_FILE).hexdigest())
    assert send(speaker, sent, swapped, part(FILE)).status == 400
    assert send(speaker, sent, part(OTHER_FILE), part(FILE)).status == 200
    assert {one.body for one in read(speaker.get(attachments="true"))[1:]} == {FILE, OTHER_FILE}


@requires("XAPI-00161", "XAPI-00167")
def test_attachments_come_where_they_are_asked_for(client: Client, version: Version) -> None:
    speaker, sent = client.speaking(version), with_files(FILE)
    send(speaker, sent, part(FILE))
    for asked in ({}, {"statementId": sent["id"]}):
        plain = [speaker.get(**asked), speaker.get(**asked, attachments="false")]
        assert [one.headers["content-type"] for one in plain] == ["application/json"] * 2
        document, *files = read(speaker.get(**asked, attachments="true"))
        assert json.loads(document.body) == plain[0].json
        assert [one.body for one in files] == [FILE]
    assert speaker.get(attachments="all").status == 400


# ------------------------------------------------------------------ signatures

_HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}


@pytest.fixture(scope="module")
def signer() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def encoded(piece: bytes) -> bytes:
    return base64.urlsafe_b64encode(piece).rstrip(b"=")


def signature(signer: rsa.RSAPrivateKey, payload: bytes, algorithm: str = "RS256", used: str = "") -> bytes:
    """A JWS over these bytes with the signer's certificate, made by what it says unless another is used."""
    told = {"alg": algorithm, "x5c": [certificate(signer)]}
    pieces = encoded(json.dumps(told).encode()) + b"." + encoded(payload)
    hashed = _HASHES.get(used or algorithm, _HASHES["RS256"])
    return pieces + b"." + encoded(signer.sign(pieces, padding.PKCS1v15(), hashed))


def sign_and_send(client: Client, sent: Document, body: bytes, kind: str = "application/octet-stream") -> int:
    """The status of a statement that is sent with its signature."""
    signed = {**sent, "attachments": [declared(body, usageType=SIGNATURE, contentType=kind)]}
    return send(client, signed, part(body, Content_Type=kind)).status


@requires("XAPI-00115")
def test_a_signature_is_a_jws_in_a_part(client: Client, version: Version, signer: rsa.RSAPrivateKey) -> None:
    speaker, sent = client.speaking(version), small()
    body = signature(signer, json.dumps(sent).encode())
    assert sign_and_send(speaker, sent, body, "application/jose") == 400
    assert [sign_and_send(speaker, sent, bad) for bad in (b"signed", body.rpartition(b".")[0], b"a.b.c")] == [
        400
    ] * 3
    assert sign_and_send(speaker, sent, body) == 200
    assert read(speaker.get(attachments="true"))[1].body == body


@requires("XAPI-00116")
def test_what_is_signed_is_the_statement(client: Client, version: Version, signer: rsa.RSAPrivateKey) -> None:
    speaker, sent = client.speaking(version), small()
    for payload in (b"{", b"signed", json.dumps(small()).encode(), json.dumps([sent]).encode()):
        assert sign_and_send(speaker, sent, signature(signer, payload)) == 400
    respelled = json.dumps(dict(reversed(sent.items())), indent=2).encode()
    assert sign_and_send(speaker, sent, signature(signer, respelled)) == 200


@requires("XAPI-00117")
def test_a_signature_is_made_by_rsa_and_sha_2(
    client: Client, version: Version, signer: rsa.RSAPrivateKey
) -> None:
    speaker = client.speaking(version)
    for algorithm in ("none", "HS256", "ES256", "PS256", "RS1", "rs256"):
        sent = small()
        body = signature(signer, json.dumps(sent).encode(), algorithm)
        assert sign_and_send(speaker, sent, body) == 400, algorithm
    for algorithm in _HASHES:
        sent = small()
        assert sign_and_send(speaker, sent, signature(signer, json.dumps(sent).encode(), algorithm)) == 200
    sent = small()
    assert sign_and_send(speaker, sent, signature(signer, json.dumps(sent).encode(), "RS256", "RS512")) == 400
