"""The issuer of a run: signs one token a person, and shows its keys on loopback as issuers do."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from joserfc import jwt
from joserfc.jwk import RSAKey

from bench.data.people import AUDIENCE, ISSUER, subject_of
from bench.data.rows import id_of

HOURS = 20


@dataclass(frozen=True)
class Issuer:
    """Its key, and where services find the public half."""

    key: RSAKey
    jwks_uri: str

    def token(self, tenant: int, person: int) -> str:
        """An access token (RFC 9068) for the person with this number."""
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": subject_of(person),
            "aud": AUDIENCE,
            "client_id": "bench",
            "tenant": str(id_of("tenant", tenant, tenant)),
            "iat": now,
            "exp": now + HOURS * 3600,
            "jti": f"{tenant}-{person}",
        }
        return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": "bench"}, claims, self.key)


@contextmanager
def issuing() -> Iterator[Issuer]:
    """An issuer for as long as the block lasts."""
    key = RSAKey.generate_key(2048, parameters={"kid": "bench", "alg": "RS256", "use": "sig"})
    document = json.dumps({"keys": [key.as_dict(private=False)]}).encode()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _showing(document))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Issuer(key, f"http://127.0.0.1:{server.server_port}/jwks")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _showing(document: bytes) -> type[BaseHTTPRequestHandler]:
    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: Any) -> None:
            """Nothing: only the services ask."""

    return Keys
