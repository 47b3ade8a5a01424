"""gleanery.web.serving: the whole program, started and ended as an administrator does."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from gleanery.config import ServeSettings, load
from gleanery.errors import ConfigError
from gleanery.flow import desk
from gleanery.flow.founding import open_house
from gleanery.web.serving import address, check, serve
from tests.conftest import ROOT
from tests.house import article, file_source, make_house, records

PROGRAM = """
import sys
from pathlib import Path
import structlog
from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.schedule import Clock
from gleanery.web.serving import serve
from gleanery.worker import work
structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
house = open_house(load(Path(sys.argv[1])))
clock = Clock(lambda: work(house))
serve(house, open_link_for="curator", announce=lambda line: print(line, flush=True), meanwhile=clock)
"""
OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Served:
    """A running program: its address and the token of its sign-in link."""

    process: subprocess.Popen[str]
    url: str
    token: str

    def end(self, by: signal.Signals) -> int:
        """End it by a signal; the exit code."""
        self.process.send_signal(by)
        self.process.communicate(timeout=20)
        return self.process.returncode


@contextmanager
def _served(folder: Path, **changes: Any) -> Iterator[Served]:
    make_house(folder, **({"serve": {"port": 0}} | changes)).close()
    with (folder / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(folder / "config.yaml")],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    try:
        yield _announced(process)
    finally:
        process.kill()
        process.communicate()


def _announced(process: subprocess.Popen[str]) -> Served:
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if found := re.search(r"(https?://\S+)/signin\?link=(\S+)", line):
            return Served(process, found[1], found[2])
    raise AssertionError(told)


def test_it_serves_reads_by_the_clock_and_ends_with_a_signed_record(tmp_path: Path) -> None:
    source = file_source(records(tmp_path, [article(1)]))
    with _served(tmp_path, sources=[source], curation={"steps": []}) as served, requests.Session() as client:
        assert client.post(f"{served.url}/signin", {"link": served.token}, headers=OWN, timeout=5).ok
        until = time.monotonic() + 20
        while "Working with ladders" not in client.get(f"{served.url}/", timeout=5).text:
            assert time.monotonic() < until, (tmp_path / "log.txt").read_text("utf-8")[-3_000:]
        item = re.search(r'data-item="([^"]+)"', client.get(f"{served.url}/", timeout=5).text)
        assert item is not None
        assert client.post(f"{served.url}/items/{item[1]}/approve", headers=OWN, timeout=5).ok
        assert served.end(signal.SIGTERM) == 0
    log = (tmp_path / "log.txt").read_text("utf-8")
    assert "serve.stopped" in log
    assert served.token not in log
    house = open_house(load(tmp_path / "config.yaml"))
    assert desk.show(house, item[1]).decisions[0]["by"] == "curator"
    for name, verdict in house.verify():
        assert (verdict.ok, verdict.unprotected) == (True, 0), name


def test_over_tls_the_cookie_is_sent_nowhere_else_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    certificate = _self_signed(tmp_path)
    files = {"tls_certificate": "certificate.pem", "tls_key": "key.pem", "port": 0}
    with _served(tmp_path, serve=files) as served:
        assert served.url.startswith("https://127.0.0.1:")
        answer = requests.post(
            f"{served.url}/signin", {"link": served.token}, headers=OWN, verify=certificate, timeout=5,
            allow_redirects=False,
        )  # fmt: skip
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-gleanery-")
        assert "Secure" in cookie
        page = requests.get(f"{served.url}/", cookies=answer.cookies, verify=certificate, timeout=5)
        assert page.status_code == 200
        assert served.end(signal.SIGINT) == 0


def _self_signed(folder: Path) -> str:
    """A certificate of our own for 127.0.0.1; its path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(made.public_bytes(pem))
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "key.pem").write_bytes(plain)
    return str(folder / "certificate.pem")


def _refused(folder: Path, **settings: Any) -> str:
    house = make_house(folder, serve=settings)
    with pytest.raises(ConfigError) as told:
        serve(house, open_link_for="curator", announce=lambda line: pytest.fail(f"announced {line}"))
    return str(told.value)


def test_a_taken_port_is_named_with_the_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = _refused(tmp_path, port=port)
    assert f"Port {port}" in told
    assert "serve.port" in told


def test_an_address_that_is_not_this_machines_is_named_with_the_setting(tmp_path: Path) -> None:
    told = _refused(tmp_path, host="192.0.2.1", port=0, allow_plain_http=True)
    assert "serve.host 192.0.2.1 cannot be bound" in told


def test_a_certificate_that_is_none_is_named_with_the_setting(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key", "utf-8")
    for file in ("key.pem", "absent.pem"):
        told = _refused(tmp_path, port=0, tls_certificate=file, tls_key=file)
        assert "serve.tls_certificate" in told


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "gleanery.example.org"])
def test_what_others_can_reach_needs_tls_or_an_explicit_switch(host: str) -> None:
    with pytest.raises(ConfigError, match=r"serve\.allow_plain_http"):
        check(ServeSettings(host=host))
    check(ServeSettings(host=host, allow_plain_http=True))
    check(ServeSettings(host=host, tls_certificate=Path("c"), tls_key=Path("k")))


def test_half_a_pair_of_tls_files_is_refused() -> None:
    with pytest.raises(ConfigError, match="tls_key"):
        check(ServeSettings(tls_certificate=Path("c")))


def test_addresses_are_written_as_browsers_want_them() -> None:
    assert address(ServeSettings()) == "http://127.0.0.1:8327"
    assert address(ServeSettings(host="::1", port=0), 4711) == "http://[::1]:4711"
    assert address(ServeSettings(host="0.0.0.0")) == f"http://{socket.gethostname()}:8327"
    assert address(ServeSettings(tls_certificate=Path("c"), tls_key=Path("k"))).startswith("https://")
