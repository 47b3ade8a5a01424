"""The guarded session against hostile addresses, servers and networks; everything stays on loopback."""

from __future__ import annotations

import gzip
import json
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic

import pytest
import requests

from gleanery.errors import BadInput, ConfigError, GleaneryError, Unreachable
from gleanery.http import GuardedHttp, is_public
from gleanery.http.transport import Deadline
from tests.conftest import shared_data
from tests.connectors.network import (
    PUBLIC,
    Authority,
    ConnectProxy,
    Network,
    RawServer,
    TlsServer,
    always,
    first_then,
    read_head,
)
from tests.servers import Received, Reply, WebServer

OWN_FORMS = (
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://0x7f.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://127.1:{port}/",
    "http://127.0.0.2:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://internal.test:{port}/",
    "http://mixed.test:{port}/",
    "http://rebind.test:{port}/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[2001:0:7f00:1::]/",
    "http://100.64.0.1/",
    "http://192.168.0.1/",
    "http://224.0.0.1/",
    "http://user@127.0.0.1:{port}/",
    "http://public.test@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}\\@public.test/",
    "http://127.0.0.1.:{port}/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "//127.0.0.1:{port}/",
)


@pytest.fixture(autouse=True)
def no_proxy_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def canary() -> Iterator[WebServer]:
    """The internal server that must not be reached."""
    with WebServer() as server:
        for path in ("/", "/_x", "/redir"):
            server.reply(path, "internal")
        yield server


@pytest.fixture
def outside() -> Iterator[WebServer]:
    """The server that stands for the open internet."""
    with WebServer() as server:
        server.reply("/", "outside")
        yield server


@pytest.fixture
def network(outside: WebServer, monkeypatch: pytest.MonkeyPatch) -> Network:
    names = {
        "public.test": always(PUBLIC),
        "internal.test": always("127.0.0.1"),
        "mixed.test": always(PUBLIC, "127.0.0.1"),
        "rebind.test": first_then(PUBLIC, "127.0.0.1"),
    }
    return Network(names, outside.port).install(monkeypatch)


def _fetched(http: GuardedHttp, url: str) -> str:
    try:
        return http.get(url).text
    except GleaneryError as error:
        return type(error).__name__


def _forms(port: int) -> list[str]:
    listed = json.loads(shared_data("security/address-forms.json").read_text())["urls"]
    return [form.replace("{port}", str(port)) for form in listed]


def test_no_form_of_a_private_address_reaches_the_canary(network: Network, canary: WebServer) -> None:
    http = GuardedHttp()
    for form in OWN_FORMS:
        _fetched(http, form.replace("{port}", str(canary.port)))
    assert canary.requests == []
    assert network.tried == []


def test_no_listed_form_of_a_private_address_reaches_the_canary(network: Network, canary: WebServer) -> None:
    http = GuardedHttp()
    for url in _forms(canary.port):
        _fetched(http, url)
        _fetched(http, url)
    assert canary.requests == []
    assert network.tried == []


def test_without_the_guard_at_least_ten_of_the_listed_forms_reach_it(
    network: Network, canary: WebServer
) -> None:
    reached = sum(_reached_without_guard(url, canary) for url in _forms(canary.port))
    assert reached >= 10
    assert set(network.tried) >= {"169.254.169.254", "10.0.0.1"}, "other networks are tried too"


def _reached_without_guard(url: str, canary: WebServer) -> bool:
    before = len(canary.requests)
    for _ in range(2):
        with suppress(requests.RequestException, ValueError, OSError):
            requests.get(url, timeout=2)
    return len(canary.requests) > before


def test_a_public_address_is_read(network: Network, outside: WebServer) -> None:
    http = GuardedHttp()
    answer = http.get("http://public.test/", params={"q": "1"}, headers={"If-None-Match": '"a"'})
    assert (answer.status_code, answer.text) == (200, "outside")
    assert outside.requests[0].headers["host"] == "public.test"
    assert outside.requests[0].query == "q=1"
    assert outside.requests[0].headers["if-none-match"] == '"a"'
    assert outside.requests[0].headers["user-agent"].startswith("gleanery/")
    assert http.sent == 1


def test_a_redirect_from_a_public_to_a_private_address_is_refused(
    network: Network, outside: WebServer, canary: WebServer
) -> None:
    targets = [f"http://{host}:{canary.port}/" for host in ("127.0.0.1", "internal.test", "127.1", "0x7f.1")]
    for number, target in enumerate(targets):
        outside.reply(f"/{number}", status=302, headers={"Location": target})
        with pytest.raises(ConfigError, match=r"not a public address.*http\.allow_hosts"):
            GuardedHttp().get(f"http://public.test/{number}")
        requests.get(f"http://public.test/{number}", timeout=2)
    assert len(canary.requests) == len(targets), "only the control, without the guard, follows them"
    assert all(r.headers["user-agent"].startswith("python-requests") for r in canary.requests)


def test_a_name_that_changes_its_address_is_refused_the_second_time(
    network: Network, canary: WebServer
) -> None:
    http, url = GuardedHttp(), f"http://rebind.test:{canary.port}/"
    assert http.get(url).text == "outside"
    with pytest.raises(ConfigError, match="not a public address"):
        http.get(url)
    assert canary.requests == []


def test_a_name_with_one_private_address_among_public_ones_is_refused(
    network: Network, outside: WebServer
) -> None:
    with pytest.raises(ConfigError, match=r"mixed\.test is not a public address"):
        GuardedHttp().get("http://mixed.test/")
    assert outside.requests == []


def test_a_redirect_to_itself_does_not_help_a_rebinding_name(
    network: Network, outside: WebServer, canary: WebServer
) -> None:
    outside.reply(
        "/again", status=307, headers={"Location": f"http://rebind.test:{canary.port}/?{secrets.token_hex()}"}
    )
    with pytest.raises(ConfigError):
        GuardedHttp().get("http://rebind.test/again")
    assert canary.requests == []


def test_a_redirect_to_another_kind_of_address_is_refused(network: Network, outside: WebServer) -> None:
    for number, target in enumerate(("file:///etc/passwd", "gopher://127.0.0.1/_x", "http://[::1")):
        outside.reply(f"/{number}", status=301, headers={"Location": target})
        with pytest.raises(ConfigError, match=r"Only http:// and https://"):
            GuardedHttp().get(f"http://public.test/{number}")


def test_an_address_the_administrator_entered_may_be_private(canary: WebServer) -> None:
    for entered in ("127.0.0.1", f"127.0.0.1:{canary.port}"):
        assert GuardedHttp(entered=[entered]).get(canary.url).text == "internal"
    with pytest.raises(ConfigError):
        GuardedHttp(entered=["127.0.0.1:1"]).get(canary.url)


def test_a_redirect_away_from_an_entered_host_is_judged_like_any_other(canary: WebServer) -> None:
    with WebServer() as entered:
        entered.reply("/same", status=302, headers={"Location": "/landed"})
        entered.reply("/landed", "landed")
        entered.reply("/away", status=302, headers={"Location": f"http://localhost:{canary.port}/"})
        http = GuardedHttp(entered=[f"127.0.0.1:{entered.port}", "localhost"])
        assert http.get(entered.url + "/same").text == "landed"
        with pytest.raises(ConfigError, match="localhost is not a public address"):
            http.get(entered.url + "/away")
    assert canary.requests == []


def test_a_public_server_cannot_lead_to_an_entered_host(
    network: Network, outside: WebServer, canary: WebServer
) -> None:
    outside.reply("/", status=302, headers={"Location": canary.url})
    with pytest.raises(ConfigError):
        GuardedHttp(entered=["127.0.0.1"]).get("http://public.test/")
    assert canary.requests == []


def test_the_metadata_service_of_a_cloud_cannot_even_be_entered() -> None:
    with pytest.raises(ConfigError):
        GuardedHttp(entered=["169.254.169.254"]).get("http://169.254.169.254/latest/")


def test_secret_headers_are_not_sent_on_to_another_origin(network: Network, outside: WebServer) -> None:
    token = secrets.token_urlsafe()
    outside.reply("/from", status=302, headers={"Location": f"http://public.test:{outside.port}/to"})
    outside.reply("/to", "there")
    GuardedHttp().get("http://public.test/from", headers={"Authorization": token, "Accept": "text/plain"})
    assert outside.requests[0].headers["authorization"] == token
    assert "authorization" not in outside.requests[1].headers
    assert outside.requests[1].headers["accept"] == "text/plain"


def test_redirects_on_the_way_are_kept_in_the_history(web_server: WebServer) -> None:
    web_server.reply("/old", status=301, headers={"Location": "/new"})
    web_server.reply("/new", "here")
    answer = GuardedHttp(entered=["127.0.0.1"]).get(web_server.url + "/old")
    assert [(r.status_code, r.url) for r in answer.history] == [(301, web_server.url + "/old")]
    assert answer.url == web_server.url + "/new"


def test_a_redirect_loop_ends(web_server: WebServer) -> None:
    web_server.reply("/", status=302, headers={"Location": "/"})
    http = GuardedHttp(entered=["127.0.0.1"])
    with pytest.raises(BadInput, match="more than 5 times"):
        http.get(web_server.url + "/")
    assert http.sent == 6


def test_a_form_is_sent_and_not_sent_on(web_server: WebServer) -> None:
    web_server.reply("/form", "taken")
    web_server.reply("/moved", status=307, headers={"Location": "https://elsewhere.test/?key=1"})
    http = GuardedHttp(entered=["127.0.0.1"])
    assert http.post(web_server.url + "/form", data={"a": "ü"}).text == "taken"
    assert web_server.requests[0].body == b"a=%C3%BC"
    with pytest.raises(ConfigError, match=r"Enter https://elsewhere\.test:443\.$"):
        http.post(web_server.url + "/moved", data={"a": "b"})


@pytest.mark.parametrize("status", [304, 401, 404, 410, 429, 500, 503])
def test_every_status_is_given_back_to_the_caller(web_server: WebServer, status: int) -> None:
    web_server.reply("/", status=status, headers={"Retry-After": "7"})
    answer = GuardedHttp(entered=["127.0.0.1"]).get(web_server.url + "/")
    assert (answer.status_code, answer.headers["Retry-After"], answer.content) == (status, "7", b"")


def test_an_endless_body_is_stopped_at_the_cap() -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not stop.is_set():
            connection.sendall(b"x" * 65536)

    with RawServer(talk) as server, pytest.raises(BadInput, match=r"1,000,000 bytes.*http\.max_bytes"):
        GuardedHttp(entered=["127.0.0.1"], max_bytes=1_000_000).get(server.url)


def test_a_packed_bomb_is_stopped_at_the_cap(web_server: WebServer) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    assert len(bomb) < 60_000
    web_server.reply("/", bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(BadInput, match=r"http\.max_bytes"):
        GuardedHttp(entered=["127.0.0.1"]).get(web_server.url + "/")


def test_a_packed_body_is_unpacked_and_a_broken_one_is_named(web_server: WebServer) -> None:
    web_server.reply("/good", gzip.compress(b"words"), headers={"Content-Encoding": "gzip"})
    web_server.reply("/bad", b"not packed", headers={"Content-Encoding": "gzip"})
    http = GuardedHttp(entered=["127.0.0.1"])
    assert http.get(web_server.url + "/good").text == "words"
    with pytest.raises(BadInput, match="cannot be unpacked"):
        http.get(web_server.url + "/bad")


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_is_cut_off_in_its_head_and_in_its_body(start: bytes) -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        read_head(connection)
        connection.sendall(start)
        while not stop.wait(0.02):
            connection.sendall(b"H")

    began = monotonic()
    with RawServer(talk) as server, pytest.raises(Unreachable, match=r"longer than 0\.4 s.*total_seconds"):
        GuardedHttp(entered=["127.0.0.1"], total_seconds=0.4).get(server.url)
    assert monotonic() - began < 3


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        stop.wait(10)

    with RawServer(talk) as server, pytest.raises(Unreachable, match=r"within 0\.2 s.*http\.timeout_seconds"):
        GuardedHttp(entered=["127.0.0.1"], timeout=0.2).get(server.url)


def test_a_connection_broken_in_the_middle_is_unreachable_not_a_short_answer() -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")

    with RawServer(talk) as server, pytest.raises(Unreachable, match="broke off"):
        GuardedHttp(entered=["127.0.0.1"]).get(server.url)


def test_an_unknown_name_and_a_closed_port_are_unreachable(network: Network, canary: WebServer) -> None:
    with pytest.raises(Unreachable, match=r"nowhere\.test is not known"):
        GuardedHttp().get("http://nowhere.test/")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unreachable, match="takes no connection"):
        GuardedHttp(entered=["127.0.0.1"]).get(f"http://127.0.0.1:{port}/")


def test_no_error_shows_a_query_a_password_or_a_header(network: Network, canary: WebServer) -> None:
    secret = secrets.token_urlsafe()
    urls = [
        f"http://me:{secret}@127.0.0.1:{canary.port}/?key={secret}",
        f"http://me:{secret}@nowhere.test/{secret}?key={secret}",
        f"http://me:{secret}@127.0.0.1:1/?key={secret}",
        f"http://[::1/{secret}",
        f"mailto:{secret}",
        secret,
    ]
    for url in urls:
        with pytest.raises(GleaneryError) as caught:
            GuardedHttp(entered=["127.0.0.1:1"]).get(url, headers={"Authorization": secret})
        assert secret not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_company_authority_is_trusted_when_entered(network: Network, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with TlsServer(authority.certificate("public.test")) as server:
        network._outside = server.port
        with pytest.raises(ConfigError, match=r"certificate of public\.test is not trusted.*http\.ca_file"):
            GuardedHttp().get("https://public.test/")
        answer = GuardedHttp(ca_file=str(authority.file)).get("https://public.test/x")
        assert answer.text == "over TLS"
        assert server.names[-1] == "public.test", "the name goes into the TLS greeting"
        assert b"Host: public.test\r\n" in server.heads[-1]


def test_the_environment_may_name_the_company_authority(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.file))
    with TlsServer(authority.certificate("public.test")) as server:
        network._outside = server.port
        assert GuardedHttp().get("https://public.test/").text == "over TLS"


def test_a_certificate_for_another_name_is_refused(network: Network, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with TlsServer(authority.certificate("other.test")) as server:
        network._outside = server.port
        with pytest.raises(ConfigError, match="not trusted"):
            GuardedHttp(ca_file=str(authority.file)).get("https://public.test/")


def test_a_wrong_authority_file_is_named(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("")
    for path in (empty, tmp_path / "absent.pem"):
        with pytest.raises(ConfigError, match=r"http\.ca_file: no certificates in .*PEM"):
            GuardedHttp(ca_file=str(path)).get("https://127.0.0.1/")


def test_a_proxy_carries_tls_to_the_target(
    network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    with (
        TlsServer(authority.certificate("behind.test")) as server,
        ConnectProxy(server.port) as proxy,
    ):
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        http = GuardedHttp(ca_file=str(authority.file))
        assert http.get("https://behind.test/").text == "over TLS"
        (asked,) = proxy.asked
        assert asked.startswith("CONNECT behind.test:443 "), "the proxy knows names that we do not"
        for refused in ("https://internal.test/", "https://127.0.0.1./", "https://10.0.0.1/"):
            with pytest.raises(ConfigError):
                http.get(refused)
        assert len(proxy.asked) == 1


def test_no_proxy_is_honoured_and_plain_requests_go_through_the_other_proxy(
    web_server: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def whole_address(received: Received) -> Reply:
        return Reply(200, received.path.encode())

    web_server.answer("/direct", whole_address)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    http = GuardedHttp(entered=["127.0.0.1"])
    assert http.get(web_server.url + "/direct").text == "/direct"
    monkeypatch.delenv("NO_PROXY")
    with pytest.raises(Unreachable, match="HTTPS_PROXY"):
        http.get(web_server.url + "/direct")


def test_a_refusing_proxy_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    def talk(connection: socket.socket, stop: threading.Event) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    secret = secrets.token_urlsafe()
    with RawServer(talk) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:{secret}@127.0.0.1:{proxy.port}")
        with pytest.raises(Unreachable, match=r"the proxy 127\.0\.0\.1 did not let .* through") as caught:
            GuardedHttp().get("https://behind.test/")
    assert secret not in str(caught.value)


def test_a_proxy_that_would_resolve_names_unseen_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5h://127.0.0.1:1")
    with pytest.raises(ConfigError, match="SOCKS proxy is not supported"):
        GuardedHttp().get("https://behind.test/")


def test_a_connection_opened_after_the_deadline_is_cut_at_once() -> None:
    first, cut = socket.socketpair()
    one, other = socket.socketpair()
    with first, cut, one, other, Deadline(0.001) as deadline:
        deadline.watch(first)
        assert cut.recv(1) == b""  # waits for the deadline
        deadline.watch(one)
        assert (deadline.passed, other.recv(1)) == (True, b"")


def test_another_resolver_can_be_given(web_server: WebServer) -> None:
    http = GuardedHttp(entered=["moodle.test"], resolver=lambda host, port: ["127.0.0.1"])
    web_server.reply("/", "ours")
    assert http.get(f"http://moodle.test:{web_server.port}/").text == "ours"


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111", "64:ff9b::5db8:d822", "::ffff:93.184.216.34"])
def test_addresses_of_the_open_internet_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.0.0.8",
        "198.18.0.1",
        "203.0.113.5",
        "192.88.99.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "2001:db8::1",
        "2001::1",
        "2002:5db8:d822::1",
        "64:ff9b:1::1",
        "64:ff9b::a00:1",
        "::ffff:10.0.0.1",
        "3fff::1",
        "5f00::1",
    ],
)
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


def test_a_kept_open_session_uses_its_connection_again_and_cuts_each_request_at_its_own_deadline() -> None:
    seen: list[int] = []

    def talk(connection: socket.socket, stop: threading.Event) -> None:
        while head := read_head(connection):
            seen.append(id(connection))
            if b"/slow" in head:
                stop.wait(5)
                return
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with RawServer(talk) as server:
        http = GuardedHttp(entered=["127.0.0.1"], total_seconds=0.3).kept_open()
        for _ in range(3):
            assert http.get(f"http://127.0.0.1:{server.port}/").text == "ok"
        assert len(set(seen)) == 1
        with pytest.raises(Unreachable, match="took longer than"):
            http.get(f"http://127.0.0.1:{server.port}/slow")
        assert http.get(f"http://127.0.0.1:{server.port}/").text == "ok"
        assert len(seen) == 5
        http.close()
