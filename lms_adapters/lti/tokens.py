"""The LMS's signed message: read with one algorithm and a key that it publishes, and nothing that it carries itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from lms_adapters.lti.refusals import Refused

ALGORITHM = "RS256"


class _Registry(jws.JWSRegistry):
    """Headers of up to 4 KiB: LMSs send certificate chains in them, which nobody here looks at."""

    max_header_length = 4 * 1024


_REGISTRY = _Registry(algorithms=[ALGORITHM], strict_check_header=False)


def claims_of(token: str, key: Callable[[str], RSAKey]) -> Mapping[str, Any]:
    """The claims of a token whose signature is the LMS's. Raises: Refused."""
    header = _header(token)
    if header.get("alg") != ALGORITHM:
        raise Refused("algorithm", found=header.get("alg"))
    kid = header.get("kid")
    if not isinstance(kid, str) or not kid or len(kid) > 500:
        raise Refused("key")
    try:
        signed = jws.deserialize_compact(token, key(kid), registry=_REGISTRY)
    except (JoseError, ValueError) as error:
        raise Refused("signature") from error
    return _object(signed.payload)


def _header(token: str) -> Mapping[str, Any]:
    try:
        header = jws.extract_compact(token.encode("ascii"), registry=_REGISTRY).headers()
    except (JoseError, ValueError) as error:
        raise Refused("token") from error
    if not isinstance(header, Mapping) or "crit" in header:
        raise Refused("token")
    return header


def _object(payload: bytes | None) -> Mapping[str, Any]:
    try:
        told = json.loads(payload or b"", parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refused("token") from error
    if not isinstance(told, Mapping):
        raise Refused("token")
    return told


def _no_number(name: str) -> None:
    raise ValueError(name)
