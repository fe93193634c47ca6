"""Authlib's authorization server without a framework: plain requests in, plain replies out."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from api.demo.provider import grants
from api.demo.provider.clients import DemoClient
from api.demo.provider.codes import Codes
from api.demo.provider.signing import SigningKey

SECONDS = 3600
"""How long a token lasts."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What Authlib wants to answer: a document, or (status 302, a Location header) a way back."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def location(self) -> str | None:
        return self.headers.get("Location")


class Asked(OAuth2Request):  # type: ignore[misc]  # Authlib has no type hints
    """A request whose parameters all come from one place: the query of a page, or the body of a form.

    `uri` must be https or loopback, else Authlib raises InsecureTransportError.
    """

    def __init__(self, method: str, uri: str, headers: Mapping[str, str], pairs: Iterable[tuple[str, str]]) -> None:
        super().__init__(method, uri, None, headers)
        listed = list(pairs)
        self.payload = BasicOAuth2Payload(dict(listed))
        for name in self.payload.datalist:
            self.payload.datalist[name] = [value for key, value in listed if key == name]

    @property
    def args(self) -> Any:
        return self.payload.data

    @property
    def form(self) -> Any:
        return self.payload.data


class Server(AuthorizationServer):  # type: ignore[misc]  # Authlib has no type hints
    """The grants, the clients and the keys, put together."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: str,
        key: SigningKey,
        clients: Iterable[DemoClient],
        now: Callable[[], float],
    ) -> None:
        super().__init__()
        logging.getLogger("authlib").setLevel(logging.INFO)  # at DEBUG it writes whole tokens to the log
        self.keys = key.private
        self.codes = Codes(now)
        self.clients = {client.client_id: client for client in clients}
        self.register_token_generator("default", grants.AccessTokens(issuer, audience, key.private, SECONDS))
        self.register_grant(
            grants.CodeGrant, [grants.RequiredS256(required=True), grants.IdTokens(issuer, key.private)]
        )
        self.register_grant(grants.CredentialsGrant)
        self.register_endpoint(grants.EndSession)

    def query_client(self, client_id: str) -> DemoClient | None:
        return self.clients.get(client_id)

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Nothing is kept: the tokens are signed, and nobody asks for them again."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    def handle_response(self, status: int, body: Any, headers: Iterable[tuple[str, str]]) -> Reply:
        return Reply(status, body, dict(headers))
