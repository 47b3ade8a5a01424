"""A network of loopback servers for tests: names, a public address, faulty servers, a proxy, a company CA."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PUBLIC = "93.184.216.34"
"""An address that counts as public; connections to it are led to a server on loopback."""

LOCAL = ("127.", "0.0.0.0", "::1", "::ffff:127.", "::ffff:7f00:")

Answers = Iterator[tuple[str, ...]]


class Network:
    """Names ending in .test have the answers given, one after the other; the rest resolves as ever.

    `outside` is the loopback port that stands for the whole internet. `tried` are the private addresses
    that a client connected to, or tried to.
    """

    def __init__(self, names: dict[str, Iterable[tuple[str, ...]]], outside: int) -> None:
        self._names: dict[str, Answers] = {name: iter(answers) for name, answers in names.items()}
        self._outside = outside
        self.tried: list[str] = []

    def install(self, patch: pytest.MonkeyPatch) -> Self:
        """Stand between the process and its operating system's network."""
        system_look_up, system_connect = socket.getaddrinfo, socket.socket.connect

        def look_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host
            if name in self._names:
                return [
                    (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in next(self._names[name])
                ]
            if str(name).endswith(".test"):
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return system_look_up(host, port, *args, **kwargs)

        def connect(sock: socket.socket, address: Any) -> None:
            if address[0] == PUBLIC:
                return system_connect(sock, ("127.0.0.1", self._outside))
            self.tried.append(address[0])
            if not address[0].startswith(LOCAL):
                raise OSError(errno.ENETUNREACH, "Network is unreachable")
            return system_connect(sock, address)

        patch.setattr(socket, "getaddrinfo", look_up)
        patch.setattr(socket.socket, "connect", connect)
        return self


def always(*addresses: str) -> Iterable[tuple[str, ...]]:
    """The same answer each time."""
    return repeat(addresses)


def first_then(first: str, then: str) -> Iterable[tuple[str, ...]]:
    """One answer the first time, another from then on: rebinding."""
    return chain([(first,)], repeat((then,)))


class RawServer:
    """Accepts connections on loopback and lets `talk(connection, stop)` say whatever it likes.

    `stop` is set when the server closes; `connections` counts those accepted.
    """

    def __init__(self, talk: Callable[[socket.socket, threading.Event], None]) -> None:
        self._talk = talk
        self._stop = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self.connections = 0

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def _accept(self) -> None:
        while not self._stop.is_set():
            connection, _ = self._listener.accept()
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                if not self._stop.is_set():
                    self._talk(connection, self._stop)
            except OSError:
                return  # the client hung up, as it should

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        socket.create_connection(("127.0.0.1", self.port)).close()
        for thread in [self._accepting, *self._threads]:
            thread.join(5)
        self._listener.close()


def read_head(connection: socket.socket) -> bytes:
    """A request up to the empty line."""
    head = b""
    while b"\r\n\r\n" not in head and (piece := connection.recv(4096)):
        head += piece
    return head


class ConnectProxy(RawServer):
    """A proxy for HTTPS: leads every CONNECT to one loopback port and keeps what was asked for."""

    def __init__(self, target: int) -> None:
        super().__init__(self._tunnel)
        self._target = target
        self.asked: list[str] = []

    def _tunnel(self, client: socket.socket, stop: threading.Event) -> None:
        self.asked.append(read_head(client).split(b"\r\n")[0].decode())
        with socket.create_connection(("127.0.0.1", self._target)) as server:
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=_pump, args=(server, client), daemon=True)
            back.start()
            _pump(client, server)
            back.join(5)


def _pump(source: socket.socket, to: socket.socket) -> None:
    with suppress(OSError):  # either side closed
        while piece := source.recv(65536):
            to.sendall(piece)
    with suppress(OSError):
        to.shutdown(socket.SHUT_WR)


class TlsServer(RawServer):
    """Answers every request over TLS with one body, as the host its certificate names."""

    def __init__(self, certificate: Path, body: bytes = b"over TLS") -> None:
        super().__init__(self._answer)
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate)
        self._context.sni_callback = self._note_name
        self._body = body
        self.names: list[str] = []
        self.heads: list[bytes] = []

    def _note_name(self, _: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        self.names.append(name or "")

    def _answer(self, connection: socket.socket, stop: threading.Event) -> None:
        with self._context.wrap_socket(connection, server_side=True) as secure:
            self.heads.append(read_head(secure))
            secure.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(self._body) + self._body)
            secure.unwrap()


class Authority:
    """A certificate authority of the test's own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Company CA")])
        authority = self._signed(self._name, self._key.public_key(), x509.BasicConstraints(True, None))
        self.file = folder / "company-ca.pem"
        self.file.write_bytes(authority.public_bytes(serialization.Encoding.PEM))

    def certificate(self, host: str) -> Path:
        """A PEM file with a key and a certificate for `host`."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        leaf = self._signed(name, key.public_key(), x509.SubjectAlternativeName([x509.DNSName(host)]))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._folder / f"{host}.pem"
        path.write_bytes(private + leaf.public_bytes(serialization.Encoding.PEM))
        return path

    def _signed(
        self, name: x509.Name, key: ec.EllipticCurvePublicKey, extension: x509.ExtensionType
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder(self._name, name, key, x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=2))
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        )
        return builder.sign(self._key, hashes.SHA256())
