"""The small LMS as a browser sees it: a course page with our tool in a frame, over https under a name of its own."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from html import escape
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gleanery.testing.fakes import Asked, Reply
from tests.lti_platforms.lms import Lms, claims_named

_STORAGE = """
const kept = new Map();
window.addEventListener("message", (event) => {
  const { subject, message_id, key, value } = event.data ?? {};
  if (event.origin !== TOOL || !["lti.put_data", "lti.get_data"].includes(subject)) return;
  if (subject === "lti.put_data") kept.set(key, value);
  event.source.postMessage({ subject: `${subject}.response`, message_id, key, value: kept.get(key) }, event.origin);
});
"""


class Course(Lms):
    """The LMS with pages. `stores`: it offers its storage to tools, in a frame of this name or in its page."""

    def __init__(
        self, now: Callable[[], datetime], tool: str, tool_keys: Callable[[], Any], tls: ssl.SSLContext
    ) -> None:
        super().__init__(now, tool, tool_keys)
        self._server.socket = tls.wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.stores = ""
        self.item = ""

    @property
    def url(self) -> str:
        """Its address by name."""
        return f"https://lms.test:{self._server.server_address[1]}"

    def answer(self, asked: Asked) -> Reply:
        """A page, or what every LMS of this kind answers."""
        if asked.path == "/course":
            return _page(self._course())
        if asked.path == "/storage":
            return _page(f"<script>const TOOL = {self.tool_origin!r};{_STORAGE}</script>")
        if asked.path == "/mod/lti/auth.php":
            return _page(self._posting(asked.query))
        return super().answer(asked)

    @property
    def tool_origin(self) -> str:
        """Where our pages are."""
        return self.tool.partition("/in/")[0]

    def _course(self) -> str:
        fields = {
            "iss": self.url, "login_hint": "5", "client_id": self.client_id, "lti_message_hint": "a & b",
            "target_link_uri": f"{self.tool}/launch", **({"lti_storage_target": self.stores} if self.stores else {}),
        }  # fmt: skip
        framed = (
            '<iframe name="lti_storage" src="/storage" hidden></iframe>'
            if self.stores == "lti_storage"
            else ""
        )
        own = (
            f"<script>const TOOL = {self.tool_origin!r};{_STORAGE}</script>"
            if self.stores == "_parent"
            else ""
        )
        tool = escape(f"{self.tool}/login?{urlencode(fields)}")
        return f'{own}{framed}<h1>Course</h1><iframe id="tool" name="tool" src="{tool}" width=900 height=500></iframe>'

    def _posting(self, asked: Mapping[str, str]) -> str:
        """The form by which an LMS sends its message, posted by itself."""
        assert asked["lti_message_hint"] == "a & b"
        token = self.signed(self.claims(asked["nonce"], **claims_named(custom={"gleanery": self.item})))
        fields = {"id_token": token, "state": asked["state"]}
        inputs = "".join(
            f'<input type=hidden name={name} value="{escape(value)}">' for name, value in fields.items()
        )
        action = escape(asked["redirect_uri"])
        return (
            f'<form method=post action="{action}">{inputs}</form><script>document.forms[0].submit()</script>'
        )


def _page(body: str) -> Reply:
    return Reply(200, f"<!doctype html><meta charset=utf-8>{body}".encode(), {"Content-Type": "text/html"})


def certified(folder: Path, *names: str) -> tuple[Path, ssl.SSLContext]:
    """A fresh authority's certificate, and the side of a server for these names signed by it."""
    authority, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ours = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority.test")])
    now = datetime.now().astimezone()
    built = (
        x509.CertificateBuilder()
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    root = (
        built.subject_name(ours).issuer_name(ours).public_key(authority.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False)
        .add_extension(_usage(signs=True), critical=True)
        .sign(authority, hashes.SHA256())
    )  # fmt: skip
    alternatives = [x509.DNSName(name) for name in names] + [x509.IPAddress(ip_address("127.0.0.1"))]
    leaf = (
        built.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])).issuer_name(ours)
        .public_key(server.public_key()).serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()), critical=False)
        .sign(authority, hashes.SHA256())
    )  # fmt: skip
    chain, trusted = folder / "server.pem", folder / "authority.pem"
    secret = server.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    chain.write_bytes(secret + leaf.public_bytes(serialization.Encoding.PEM))
    trusted.write_bytes(root.public_bytes(serialization.Encoding.PEM))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(chain)
    return trusted, tls


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=signs, crl_sign=signs, encipher_only=False, decipher_only=False,
    )  # fmt: skip
