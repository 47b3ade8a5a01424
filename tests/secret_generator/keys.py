"""Private keys and signed tokens, made the way their standards say."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random

from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.secret_generator.letters import BASE36, BASE64, HEX, LOWER, crc24, encoded, some, uuid

RSA_START = bytes.fromhex("308204bd020100300d06092a864886f70d0101010500048204a7308204a30201000282010100")


def lines(text: str, width: int = 64) -> str:
    """A text broken into lines of one width."""
    return "\n".join(text[at : at + width] for at in range(0, len(text), width))


def armoured(label: str, body: str) -> str:
    """A body between the two lines that name what it is. Source: RFC 7468."""
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----"


def curve_key(rng: random.Random) -> ec.EllipticCurvePrivateKey:
    """A private key on the curve P-256."""
    return ec.derive_private_key(rng.getrandbits(250) + 1, ec.SECP256R1())


def ec_pem(rng: random.Random) -> str:
    """A private key of SEC 1, as `openssl ecparam -genkey` writes it."""
    key = curve_key(rng)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode().strip()


def pkcs8_pem(rng: random.Random) -> str:
    """A private key of PKCS #8."""
    key = curve_key(rng)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode().strip()


def openssh_pem(rng: random.Random) -> str:
    """A private key as ssh-keygen writes it. Source: OpenSSH, PROTOCOL.key."""
    kind, seed = b"ssh-ed25519", rng.randbytes(32)
    public = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    check = rng.randbytes(4)
    inner = check + check + packed(kind, public, seed + public, b"trainer@laptop")
    inner += bytes(range(1, 1 + -len(inner) % 8))
    outer = (
        b"openssh-key-v1\0"
        + packed(b"none", b"none", b"")
        + b"\0\0\0\1"
        + packed(packed(kind, public), inner)
    )
    return armoured("OPENSSH " + "PRIVATE KEY", lines(base64.b64encode(outer).decode(), 70))


def packed(*fields: bytes) -> bytes:
    """Fields with their lengths before them, the way of SSH."""
    return b"".join(len(field).to_bytes(4, "big") + field for field in fields)


def rsa_pem(rng: random.Random) -> str:
    """A block as long as an RSA key of 2,048 bits; its numbers are random (a true one takes too long to find)."""
    body = base64.b64encode(RSA_START + rng.randbytes(1185)).decode()
    return armoured("RSA " + "PRIVATE KEY", lines(body))


def locked_pem(rng: random.Random) -> str:
    """A private key behind a pass phrase."""
    return armoured("ENCRYPTED " + "PRIVATE KEY", lines(base64.b64encode(rng.randbytes(1300)).decode()))


def pgp_key(rng: random.Random) -> str:
    """A private key of OpenPGP with its check line. Source: RFC 4880, section 6.2."""
    packets = b"\x95\x03\x98\x04" + rng.randbytes(900)
    body = lines(base64.b64encode(packets).decode())
    return armoured("PGP " + "PRIVATE KEY BLOCK", f"\n{body}\n{crc24(packets)}")


def putty_key(rng: random.Random) -> str:
    """A private key as PuTTYgen writes it."""
    public, private = (base64.b64encode(rng.randbytes(size)).decode() for size in (51, 36))
    head = f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: eddsa-key\nPublic-Lines: 2\n{lines(public)}"
    return f"{head}\nPrivate-Lines: 1\n{private}\nPrivate-MAC: {some(rng, HEX, 64)}"


def jwt(rng: random.Random) -> str:
    """A signed JSON Web Token. Source: RFC 7519."""
    claims = {
        "sub": uuid(rng),
        "iss": f"https://id.{some(rng, LOWER, 6)}.example",
        "iat": 1700000000 + rng.randrange(10**6),
    }
    parts = [encoded(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    signed = ".".join(parts)
    return f"{signed}.{encoded(hmac.digest(rng.randbytes(32), signed.encode(), hashlib.sha256))}"


def pypi(rng: random.Random) -> str:
    """An API token of PyPI: a macaroon, version 2. Source: libmacaroons, the help page of the index."""
    caveat = json.dumps({"version": 1, "permissions": "user"}).encode()
    place = b"\x02\x01\x08pypi" + b".org\x02\x24" + uuid(rng).encode() + b"\x00"
    return (
        "pypi"
        + "-"
        + encoded(place + b"\x02" + bytes([len(caveat)]) + caveat + b"\x00\x00\x06\x20" + rng.randbytes(32))
    )


def google_account(rng: random.Random) -> str:
    """The file of a Google Cloud service account."""
    project = f"{some(rng, LOWER, 8)}-{some(rng, BASE36, 6)}"
    return json.dumps(
        {
            "type": "service_account",
            "project_id": project,
            "private_key_id": some(rng, HEX, 40),
            "private_key": pkcs8_pem(rng) + "\n",
            "client_email": f"reader@{project}.iam.gserviceaccount.com",
        },
        indent=2,
    )


def azure_key(rng: random.Random) -> str:
    """The key of an Azure storage account: 64 bytes in base64."""
    return base64.b64encode(rng.randbytes(64)).decode()


def shared_key(rng: random.Random) -> str:
    """A shared access key of Azure: 32 bytes in base64."""
    return some(rng, BASE64, 43) + "="
