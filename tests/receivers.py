"""Real receivers of notifications, on this machine: a mail server and a webhook over TLS."""

from __future__ import annotations

import datetime as dt
import email
import http.server
import ipaddress
import socket
import ssl
import threading
from email.message import Message
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Mailbox:
    """A mail server at `url` that keeps what it gets; `refuses` is an answer to give instead."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refuses = ""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"smtp://127.0.0.1:{port}"
        self._server = Controller(self, hostname="127.0.0.1", port=port)
        self._server.start()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Take one message."""
        if self.refuses:
            return self.refuses
        self.messages.append(email.message_from_bytes(envelope.content))
        return "250 OK"

    def close(self) -> None:
        """Stop serving."""
        self._server.stop()


class Hook:
    """A webhook over TLS that keeps what it gets; `status` is what it answers."""

    def __init__(self, folder: Path) -> None:
        self.events: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        certificate = make_certificate(folder)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.trusting = ssl.create_default_context(cafile=str(certificate))
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    @property
    def url(self) -> str:
        """The WEBHOOK_URL of this server."""
        return f"https://localhost:{self._server.server_address[1]}/clinic?key=1"

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[http.server.BaseHTTPRequestHandler]:
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                hook.events.append(({**headers, "path": self.path}, body))
                self.send_response(hook.status)
                self.send_header("Location", hook.url)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def make_certificate(folder: Path) -> Path:
    """Return a file with a key and a certificate for localhost, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "localhost.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path
