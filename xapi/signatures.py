"""Whether the signature that came with a statement is one, and of this statement.

It is there to catch mistakes: whom the certificate names, and who vouches for it, is for those to judge who
rely on the signature. Source: xAPI 1.0.3, Data, 2.6 (signed statements); RFC 7515 (JSON web signature).
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_der_x509_certificate
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from xapi.canonical import comparable
from xapi.errors import InvalidStatement
from xapi.model import Attachment
from xapi.rules.circumstances import SIGNATURE
from xapi.rules.faults import must
from xapi.strict_json import MAX_BYTES, parse
from xapi.validate import read, validate

MAX_SIGNATURE_BYTES = 4 * MAX_BYTES

_ALGORITHMS = ("RS256", "RS384", "RS512")
_COMPACT = re.compile(rb"([\w-]+)\.([\w-]+)\.([\w-]+)")
_DIGESTS = {56: hashlib.sha224, 64: hashlib.sha256, 96: hashlib.sha384, 128: hashlib.sha512}
_SET_WHERE_ABSENT = ("id", "timestamp")
_RULE = "signature"


class _Registry(jws.JWSRegistry):
    """The limits of the JWS library, with room for a certificate chain and a whole statement."""

    max_header_length = MAX_BYTES
    max_payload_length = 2 * MAX_BYTES
    max_signature_length = 64 * 1024


_REGISTRY = _Registry(algorithms=_ALGORITHMS, strict_check_header=False)


def verify_signature(raw_statement: bytes, signature: bytes) -> None:
    """Checks the bytes of an attachment of a valid statement: a JWS whose payload is this statement unsigned.

    Without a certificate in it (`x5c`) only its form and its payload can be checked.

    Raises:
        InvalidStatement: rule `signature`, with the path of the attachment.
    """
    path = _path(raw_statement, signature)
    try:
        _verify(raw_statement, signature)
    except InvalidStatement as error:
        raise InvalidStatement(path, _RULE, error.message) from error
    except (JoseError, UnsupportedAlgorithm, ValueError, TypeError, RecursionError) as error:
        raise InvalidStatement(path, _RULE, "is no JWS of RS256, RS384 or RS512") from error


def _path(raw_statement: bytes, signature: bytes) -> str:
    """Where the statement declares the signature: found by its hash alone, as the bytes of all attachments."""
    for index, attachment in enumerate(read(raw_statement).attachments or ()):
        if _declares(attachment, signature):
            return f"$.attachments[{index}]"
    raise InvalidStatement("$.attachments", _RULE, "declare no signature with the hash of this one")


def _declares(attachment: Attachment, signature: bytes) -> bool:
    digest = _DIGESTS[len(attachment.sha2)](signature).hexdigest()
    return attachment.usage_type == SIGNATURE and attachment.sha2.lower() == digest


def _verify(raw_statement: bytes, signature: bytes) -> None:
    found = _COMPACT.fullmatch(signature) if len(signature) <= MAX_SIGNATURE_BYTES else None
    must(found is not None, "$", _RULE, "is no JWS in compact serialization")
    header = _header(signature)
    token = jws.extract_compact(signature, registry=_REGISTRY)
    # Of which family the payload is, the received statement has told: both must say the same.
    validate(token.payload, "2.0.0")
    must(_unsigned(token.payload, raw_statement), "$", _RULE, "signs another statement")
    if "x5c" in header:
        public_key = _certified_key(header["x5c"])
        key = RSAKey(public_key, public_key)  # import_key would judge its length, which is not our business
        is_made_by = jws.validate_compact(token, key, registry=_REGISTRY)
        must(is_made_by, "$", _RULE, "is not made by the key of its certificate")


def _header(signature: bytes) -> dict[str, Any]:
    """The header, with an algorithm that xAPI allows and nothing in it that would change how to read the rest."""
    segment = signature.partition(b".")[0]
    header = parse(base64.urlsafe_b64decode(segment + b"=" * (-len(segment) % 4)))
    must(isinstance(header, dict), "$", _RULE, "has no header")
    must(header.get("alg") in _ALGORITHMS, "$", _RULE, "is not of RS256, RS384 or RS512")
    must("crit" not in header and "b64" not in header, "$", _RULE, "asks for extensions of JWS")
    return dict(header)


def _unsigned(payload: bytes, raw_statement: bytes) -> bool:
    """Says whether the payload is the statement before it was signed, and before a store set what it lacked."""
    signed, received = _without_signatures(payload), _without_signatures(raw_statement)
    for name in _SET_WHERE_ABSENT:
        if name not in signed:
            received.pop(name, None)
    return signed == received


def _without_signatures(raw: bytes) -> dict[str, Any]:
    content = comparable(raw)
    attachments = content.pop("attachments", [])
    kept = [attachment for attachment in attachments if attachment["usageType"] != SIGNATURE]
    return content | {"attachments": kept}


def _certified_key(chain: Any) -> RSAPublicKey:
    """The key of the first certificate, the signer's; all of them are well formed."""
    must(isinstance(chain, list) and bool(chain), "$", _RULE, "has an empty x5c")
    certificates = [load_der_x509_certificate(base64.b64decode(one, validate=True)) for one in chain]
    # RFC 5280 wants a positive number; the library that reads them only warns, until it will refuse.
    must(all(one.serial_number > 0 for one in certificates), "$", _RULE, "has a certificate without number")
    key = certificates[0].public_key()
    if not isinstance(key, RSAPublicKey):
        raise InvalidStatement("$", _RULE, "has a certificate without RSA key")
    return key
