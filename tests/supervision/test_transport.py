"""Where the hall does not send, whatever somebody writes into a subscription (SSRF), and how far it goes."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from supervision.services import transport
from supervision.services.transport import ANSWER_BYTES, Answer, is_public
from tests.supervision.conftest import listening

HEADERS = {"Content-Type": "application/json"}


def post(url: str, body: bytes, headers: dict[str, str], **more: Any) -> Answer:
    """In a thread, as the porter sends: a browser's loop may run in this one."""
    with ThreadPoolExecutor(1) as lane:
        return lane.submit(transport.post, url, body, headers, **more).result()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::7f00:1",
        "ff02::1",
    ],
)
def test_an_address_that_is_not_public(address):
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_that_is(address):
    assert is_public(ipaddress.ip_address(address))


class TestTheGuard:
    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "[::1]", "[::ffff:127.0.0.1]"])
    def test_nothing_leaves_for_this_machine_or_its_network(self, settings, host):
        settings.HALL_WEBHOOK_HOSTS = []
        with listening() as system:
            port = system.url.rpartition(":")[2]
            answer = post(f"https://{host}:{port}", b"{}", HEADERS)
        assert answer.status is None and "不在公网" in answer.error
        assert not system.got

    def test_a_listed_host_is_an_exception_of_its_own(self, settings):
        settings.HALL_WEBHOOK_HOSTS = ["127.0.0.1"]
        with listening() as system:
            assert post(system.url, b"{}", HEADERS).ok
            other = post(system.url.replace("127.0.0.1", "127.0.0.2"), b"{}", HEADERS)
        assert "HTTPS" in other.error

    def test_the_name_is_asked_once_and_what_was_checked_is_connected_to(self, settings, monkeypatch):
        settings.HALL_WEBHOOK_HOSTS = ["rebinds.example"]
        asked = []
        with listening() as system:
            port = int(system.url.rpartition(":")[2].partition("/")[0])

            async def getaddrinfo(_loop, host, _port, **_kwargs):
                asked.append(host)
                return [(2, 1, 6, "", ("127.0.0.1", port))]

            import asyncio

            monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
            assert post(f"http://rebinds.example:{port}/x", b"{}", HEADERS).ok
        assert asked == ["rebinds.example"]
        assert system.got[0]["headers"]["Host"] == f"rebinds.example:{port}"


class TestHowFarItGoes:
    @pytest.fixture(autouse=True)
    def _here(self, settings):
        settings.HALL_WEBHOOK_HOSTS = ["127.0.0.1", "localhost"]

    def test_a_redirect_is_not_followed(self):
        with listening() as there, listening() as here:
            here.answers = [(307, {"Location": there.url}, b"")]
            answer = post(here.url, b"{}", HEADERS)
        assert answer.status == 307 and not answer.ok and "没有跟随" in answer.error
        assert not there.got

    def test_all_of_it_has_a_time_limit_even_when_the_answer_drips(self, settings):
        settings.HALL_WEBHOOK_SECONDS = 0.5
        server = _dripping()
        began = time.monotonic()
        answer = post(f"http://127.0.0.1:{server.server_port}/", b"{}", HEADERS)
        assert time.monotonic() - began < 2
        assert answer.status is None and "0.5秒" in answer.error
        server.shutdown()
        server.server_close()

    def test_a_long_answer_is_cut(self):
        with listening() as system:
            system.answers = [(200, {}, b"x" * (ANSWER_BYTES * 4))]
            answer = post(system.url, b"{}", HEADERS)
        assert answer.ok and len(answer.body) == ANSWER_BYTES

    def test_nobody_there(self):
        with listening() as system:
            url = system.url
        answer = post(url, b"{}", HEADERS)
        assert answer.status is None and "连接失败" in answer.error

    def test_tls_is_verified(self, settings, tmp_path):
        certificate = _certificate(tmp_path)
        server = _tls_server(certificate)
        url = f"https://localhost:{server.server_port}/"
        refused = post(url, b"{}", HEADERS)
        assert refused.status is None and "TLS" in refused.error
        settings.HALL_WEBHOOK_CA = str(certificate)
        assert post(url, b"{}", HEADERS).ok
        wrong_name = post(url.replace("localhost", "127.0.0.1"), b"{}", HEADERS)
        assert "TLS" in wrong_name.error
        server.shutdown()
        server.server_close()


def test_the_module_uses_no_proxy_of_the_environment(settings, monkeypatch):
    settings.HALL_WEBHOOK_HOSTS = ["127.0.0.1"]
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with listening() as system:
        assert post(system.url, b"{}", HEADERS).ok


def _serve(handler: type[BaseHTTPRequestHandler]) -> HTTPServer:
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_args) -> None:
        """Be quiet."""


def _dripping() -> HTTPServer:
    class Handler(_Quiet):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                for _n in range(20):
                    self.wfile.write(b"x")
                    time.sleep(0.1)
            except OSError:
                pass

    return _serve(Handler)


def _tls_server(certificate) -> HTTPServer:
    class Handler(_Quiet):
        def do_POST(self) -> None:
            self.send_response(204)
            self.end_headers()

    class Forgiving(HTTPServer):
        def handle_error(self, *_args) -> None:
            """A client that does not trust us hangs up."""

    server = Forgiving(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server


def _certificate(folder):
    """A certificate for `localhost` that only those trust who were given it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file
