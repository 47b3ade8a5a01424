"""Signed statements: what the signature says, by whom it was made, and what is no signature."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from tests.xapi.samples import statement
from tests.xapi.strategies import VERSIONS, documents, spell, spellings
from xapi.errors import InvalidStatement
from xapi.model import Version
from xapi.signatures import verify_signature
from xapi.validate import validate

ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
UNSIGNED = statement(
    id=ID, timestamp="2024-05-01T10:00:00Z", result={"score": {"raw": 1.5}, "duration": "PT1.25S"}
)
USAGE = "http://adlnet.gov/expapi/attachments/signature"
KEY = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())


def certificate(key: Any) -> str:
    """The Base64 of a certificate of a key by itself."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "signer")])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    now = datetime.now(UTC)
    made = built.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, SHA256())
    return base64.b64encode(made.public_bytes(Encoding.DER)).decode()


CERTIFICATE = certificate(KEY)


def encoded(part: bytes) -> bytes:
    return base64.urlsafe_b64encode(part).rstrip(b"=")


def signed(payload: Any, *, key: Any = KEY, algorithm: str = "RS256", **header: Any) -> bytes:
    """A JWS of a statement, or of bytes as they are."""
    raw = payload if isinstance(payload, bytes) else msgspec.json.encode(payload)
    kind: Any = {"R": RSAKey, "E": ECKey, "P": RSAKey}.get(algorithm[0])
    signer = OctKey.generate_key(256) if kind is None else kind(key, key)
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    return jws.serialize_compact({"alg": algorithm} | header, raw, signer, registry=registry).encode()


def bearing(document: dict[str, Any], signature: bytes, **changes: Any) -> bytes:
    """The statement that a signature is attached to."""
    attachment = {
        "usageType": USAGE,
        "display": {"en-US": "signature"},
        "contentType": "application/octet-stream",
        "length": len(signature),
        "sha2": hashlib.sha256(signature).hexdigest(),
    }
    others = document.get("attachments", [])
    return msgspec.json.encode(document | {"attachments": [*others, attachment | changes]})


def refuse(raw: bytes, signature: bytes, path: str = "$.attachments[0]") -> str:
    with pytest.raises(InvalidStatement) as caught:
        verify_signature(raw, signature)
    assert (caught.value.path, caught.value.rule) == (path, "signature")
    return caught.value.message


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize(
    "header", [{}, {"x5c": [CERTIFICATE]}, {"x5c": [CERTIFICATE, certificate(OTHER)], "typ": "JWS"}]
)
def test_a_statement_signed_by_rsa_is_verified(algorithm: str, header: dict[str, Any]) -> None:
    signature = signed(UNSIGNED, algorithm=algorithm, **header)
    verify_signature(bearing(UNSIGNED, signature), signature)


@pytest.mark.parametrize("hash_of", [hashlib.sha224, hashlib.sha256, hashlib.sha384, hashlib.sha512])
def test_the_signature_is_found_by_any_of_its_hashes(hash_of: Any) -> None:
    signature = signed(UNSIGNED, x5c=[CERTIFICATE])
    verify_signature(bearing(UNSIGNED, signature, sha2=hash_of(signature).hexdigest().upper()), signature)


@pytest.mark.parametrize("algorithm", ["HS256", "ES256", "PS256"])
def test_other_algorithms_are_refused(algorithm: str) -> None:
    key = CURVE if algorithm == "ES256" else KEY
    signature = signed(UNSIGNED, key=key, algorithm=algorithm)
    assert "RS256" in refuse(bearing(UNSIGNED, signature), signature)


@pytest.mark.parametrize("algorithm", [b'"none"', b'"rs256"', b'["RS256"]', b"1", b"null", b"{}"])
def test_no_algorithm_is_refused(algorithm: bytes) -> None:
    payload = encoded(msgspec.json.encode(UNSIGNED))
    for last in (b"", b"AAAA"):
        signature = b".".join([encoded(b'{"alg":' + algorithm + b"}"), payload, last])
        refuse(bearing(UNSIGNED, signature), signature)


def test_a_signature_by_another_key_than_the_certificates_is_refused() -> None:
    signature = signed(UNSIGNED, key=OTHER, x5c=[CERTIFICATE])
    assert "certificate" in refuse(bearing(UNSIGNED, signature), signature)


def test_the_certificate_of_the_signer_is_the_first_one() -> None:
    signature = signed(UNSIGNED, x5c=[certificate(OTHER), CERTIFICATE])
    refuse(bearing(UNSIGNED, signature), signature)


def test_a_changed_signature_is_only_found_where_a_certificate_is() -> None:
    headers: list[dict[str, Any]] = [{}, {"x5c": [CERTIFICATE]}]
    for header in headers:
        whole = signed(UNSIGNED, **header)
        head, _, last = whole.rpartition(b".")
        changed = head + b"." + last[::-1]
        if header:
            refuse(bearing(UNSIGNED, changed), changed)
        else:
            verify_signature(bearing(UNSIGNED, changed), changed)


@pytest.mark.parametrize(
    "chain",
    [
        [],
        "",
        CERTIFICATE,
        {},
        [1],
        [None],
        [[CERTIFICATE]],
        [""],
        ["AAAA"],
        ["not base64!"],
        [CERTIFICATE[:-8]],
        [CERTIFICATE, "AAAA"],
        [certificate(CURVE)],
    ],
)
def test_what_is_no_certificate_chain_is_refused(chain: Any) -> None:
    head = encoded(msgspec.json.encode({"alg": "RS256", "x5c": chain}))
    signature = head + b"." + signed(UNSIGNED).partition(b".")[2]
    refuse(bearing(UNSIGNED, signature), signature)


@pytest.mark.parametrize(
    "header", [{"crit": ["exp"], "exp": 1}, {"crit": []}, {"b64": False}, {"crit": ["b64"], "b64": False}]
)
def test_extensions_of_the_signature_are_refused(header: dict[str, Any]) -> None:
    rest = signed(UNSIGNED).partition(b".")[2]
    signature = encoded(msgspec.json.encode({"alg": "RS256"} | header)) + b"." + rest
    refuse(bearing(UNSIGNED, signature), signature)


OTHERWISE: dict[str, dict[str, Any]] = {
    "another actor": {"actor": {"mbox": "mailto:other@example.org"}},
    "another verb": {"verb": {"id": "https://example.org/v"}},
    "another object": {"object": {"id": "https://example.org/b"}},
    "another result": {"result": {"score": {"raw": 1.25}, "duration": "PT1.25S"}},
    "another duration": {"result": {"score": {"raw": 1.5}, "duration": "PT1.26S"}},
    "another time": {"timestamp": "2024-05-01T10:00:01Z"},
    "another id": {"id": ID.replace("6", "7")},
    "a context": {"context": {"platform": "x"}},
    "another attachment": {
        "attachments": [
            {"usageType": "a:b", "display": {}, "contentType": "text/plain", "length": 1, "sha2": "0" * 64},
        ]
    },
}
ALIKE = {
    "a time elsewhere": {"timestamp": "2024-05-01T12:00:00.000+02:00"},
    "an id in other letters": {"id": ID.upper()},
    "a finer duration": {"result": {"score": {"raw": 1.50}, "duration": "PT1.2567S"}},
    "a display": {"verb": UNSIGNED["verb"] | {"display": {"de": "erlebte"}}},
    "a definition": {
        "object": UNSIGNED["object"] | {"objectType": "Activity", "definition": {"type": "a:b"}}
    },
    "an authority": {"authority": {"mbox": "mailto:store@example.org"}},
    "a time of storing": {"stored": "2024-05-02T10:00:00Z"},
    "a version": {"version": "1.0.0"},
}


@pytest.mark.parametrize("change", OTHERWISE.values(), ids=OTHERWISE.keys())
def test_a_signature_of_another_statement_is_refused(change: dict[str, Any]) -> None:
    signature = signed(UNSIGNED, x5c=[CERTIFICATE])
    raw = bearing(UNSIGNED | change, signature)
    assert "another" in refuse(raw, signature, f"$.attachments[{len(change.get('attachments', []))}]")
    backwards = signed(UNSIGNED | change)
    refuse(bearing(UNSIGNED, backwards), backwards)


@pytest.mark.parametrize("change", ALIKE.values(), ids=ALIKE.keys())
def test_a_signature_of_the_same_statement_written_otherwise_is_verified(change: dict[str, Any]) -> None:
    signature = signed(UNSIGNED, x5c=[CERTIFICATE])
    verify_signature(bearing(UNSIGNED | change, signature), signature)
    backwards = signed(UNSIGNED | change)
    verify_signature(bearing(UNSIGNED, backwards), backwards)


@pytest.mark.parametrize("name", ["id", "timestamp"])
def test_what_a_store_sets_where_it_is_absent_need_not_be_signed(name: str) -> None:
    less = {key: value for key, value in UNSIGNED.items() if key != name}
    signature = signed(less)
    verify_signature(bearing(UNSIGNED, signature), signature)
    whole = signed(UNSIGNED)
    refuse(bearing(less, whole), whole)


def test_other_attachments_are_signed_and_other_signatures_are_not() -> None:
    whole = UNSIGNED | OTHERWISE["another attachment"]
    first = signed(whole, x5c=[CERTIFICATE])
    signed_once = bearing(whole, first)
    second = signed(signed_once, key=OTHER)
    signed_twice = bearing(msgspec.json.decode(signed_once), second)
    verify_signature(signed_twice, first)
    verify_signature(signed_twice, second)


def test_bytes_that_the_statement_does_not_declare_as_its_signature_are_refused() -> None:
    signature = signed(UNSIGNED)
    assert "hash" in refuse(bearing(UNSIGNED, signature, sha2="0" * 64), signature, "$.attachments")
    refuse(bearing(UNSIGNED, signature, usageType="a:b"), signature, "$.attachments")
    refuse(msgspec.json.encode(UNSIGNED), signature, "$.attachments")


def test_a_signature_of_another_content_type_makes_the_statement_invalid() -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate(bearing(UNSIGNED, b"x", contentType="text/plain"))
    assert (caught.value.path, caught.value.rule) == ("$.attachments[0].contentType", "signature")


PAYLOADS = {
    "no JSON": b"{'actor':1}",
    "nothing of a statement": b"{}",
    "a list": b"[]",
    "a key twice": msgspec.json.encode(UNSIGNED).replace(
        b'"actor"', b'"version":"1.0","version":"1.0","actor"'
    ),
    "an invalid statement": msgspec.json.encode(UNSIGNED | {"colour": "red"}),
    "depth": b"[" * 100_000,
}


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_payload_that_is_no_statement_is_refused(payload: bytes) -> None:
    signature = signed(b"{}").split(b".")
    signature[1] = encoded(payload)
    refuse(bearing(UNSIGNED, b".".join(signature)), b".".join(signature))


HEADER, PAYLOAD, LAST = signed(UNSIGNED, x5c=[CERTIFICATE]).split(b".")
HOSTILE = {
    "nothing": b"",
    "two parts": HEADER + b"." + PAYLOAD,
    "four parts": b".".join([HEADER, PAYLOAD, LAST, LAST]),
    "no payload": HEADER + b".." + LAST,
    "the JSON serialization": msgspec.json.encode({"payload": PAYLOAD.decode(), "signatures": []}),
    "a line break at the end": b".".join([HEADER, PAYLOAD, LAST]) + b"\n",
    "padding": b".".join([HEADER, PAYLOAD, LAST]) + b"==",
    "plain base64": b".".join([HEADER, PAYLOAD, LAST + b"+/"]),
    "a header of one letter": b".".join([b"A", PAYLOAD, LAST]),
    "a header that is no JSON": b".".join([encoded(b"{"), PAYLOAD, LAST]),
    "a header that is a list": b".".join([encoded(b'["alg"]'), PAYLOAD, LAST]),
    "a deep header": b".".join([encoded(b"[" * 100_000), PAYLOAD, LAST]),
    "a header with a key twice": b".".join([encoded(b'{"alg":"none","alg":"RS256"}'), PAYLOAD, LAST]),
    "bytes": bytes(range(256)),
    "letters of another script": "é.ü.ß".encode(),
}


@pytest.mark.parametrize("signature", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_signature_is_refused(signature: bytes) -> None:
    refuse(bearing(UNSIGNED, signature), signature)


@given(
    st.binary()
    | st.tuples(st.binary(), st.binary(), st.binary()).map(lambda parts: b".".join(map(encoded, parts)))
)
def test_no_bytes_make_it_fail_otherwise(signature: bytes) -> None:
    refuse(bearing(UNSIGNED, signature), signature)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # of a certificate that is refused
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.integers(0, len(CERTIFICATE) - 1), st.sampled_from("A/z9="))
def test_no_certificate_makes_it_fail_otherwise(place: int, letter: str) -> None:
    changed = CERTIFICATE[:place] + letter + CERTIFICATE[place + 1 :]
    signature = signed(UNSIGNED, x5c=[changed])
    assert broken_rule(bearing(UNSIGNED, signature), signature) in ("", "signature")


def broken_rule(raw: bytes, signature: bytes) -> str:
    """The rule that a signature breaks; nothing for none."""
    try:
        verify_signature(raw, signature)
    except InvalidStatement as error:
        return error.rule
    return ""


@pytest.mark.parametrize("version", VERSIONS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_valid_statement_can_be_signed(version: Version, data: st.DataObject) -> None:
    document = {name: part for name, part in data.draw(documents(version)).items() if name != "attachments"}
    signature = signed(spell(document, data.draw(spellings())), x5c=[CERTIFICATE])
    verify_signature(spell(document)[:-1] + b"," + bearing({}, signature)[1:], signature)
