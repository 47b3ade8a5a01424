"""A time-stamping authority of our own: `openssl ts` behind a small HTTP server on loopback."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.servers import Received, Reply, WebServer

_CONFIG = """
[tsa]
default_tsa = ours
[ours]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
"""


class Authority:
    """`url` answers time-stamp queries, `ca_file` vouches for its signatures."""

    def __init__(self, folder: Path, server: WebServer) -> None:
        folder.mkdir()
        self._folder = folder
        self.ca_file = folder / "ca.pem"
        self._make_certificates()
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
        self.url = server.answer("/stamp", self._answer)

    def _answer(self, query: Received) -> Reply:
        (self._folder / "query.tsq").write_bytes(query.body)
        self._openssl("-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "answer.tsr")
        answer = (self._folder / "answer.tsr").read_bytes()
        return Reply(200, answer, {"content-type": "application/timestamp-reply"})

    def token_of(self, answer: Path) -> Path:
        """The bare token of an answer, in a file of its own."""
        token = answer.with_suffix(".token")
        self._openssl("-in", str(answer), "-token_out", "-out", str(token))
        return token

    def _openssl(self, *arguments: str) -> None:
        command = ["openssl", "ts", "-reply", *arguments]
        subprocess.run(command, cwd=self._folder, check=True, capture_output=True)

    def _make_certificates(self) -> None:
        root, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        authority = _certificate("test root", "test root", root)
        authority = authority.add_extension(x509.BasicConstraints(True, None), True)
        stamper = _certificate("test stamper", "test root", key)
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        stamper = stamper.add_extension(purpose, True)
        self.ca_file.write_bytes(authority.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM))
        (self._folder / "tsa.pem").write_bytes(stamper.sign(root, hashes.SHA256()).public_bytes(Encoding.PEM))
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self._folder / "tsa.key").write_bytes(private)


def _certificate(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        subject_name=_name(subject),
        issuer_name=_name(issuer),
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now - timedelta(days=1),
        not_valid_after=now + timedelta(days=1),
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
