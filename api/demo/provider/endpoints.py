"""The demo provider's addresses: what comes over HTTP, handed to Authlib, and what it answers."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route, Router

from api.demo.provider import pages
from api.demo.provider.grants import person_claims
from api.demo.provider.metadata import metadata
from api.demo.provider.people import People, named
from api.demo.provider.server import Asked, Reply, Server
from api.demo.provider.tickets import Tickets
from api.identity.refusals import TokenRefused
from api.identity.tokens import Tokens

LARGEST = 64 * 1024
"""Bytes of a form."""

FIELDS = 50
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """One method an address; `router` says which."""

    issuer: str
    server: Server
    people: People
    tickets: Tickets
    tokens: Tokens
    jwks: dict[str, Any]

    def router(self) -> Router:
        # Programs in browsers read these from other ports; no cookie counts there, so any origin may.
        anybody = Middleware(
            CORSMiddleware,
            allow_origins=["*"],
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization"],
        )
        opened = [
            Route("/.well-known/openid-configuration", self.discovery),
            Route("/jwks.json", self.keys),
            Route("/token", self.token, methods=["POST"], max_body_size=LARGEST),
            Route("/userinfo", self.userinfo, methods=["GET", "POST"], max_body_size=LARGEST),
        ]
        return Router(
            [
                Route("/authorize", self.authorize, methods=["GET", "POST"], max_body_size=LARGEST),
                Route("/logout", self.logout, methods=["GET", "POST"], max_body_size=LARGEST),
                Mount("", routes=opened, middleware=[anybody]),
            ]
        )

    async def discovery(self, _: Request) -> Response:
        scopes = {scope for client in self.server.clients.values() for scope in client.scopes}
        return JSONResponse(metadata(self.issuer, sorted(scopes)))

    async def keys(self, _: Request) -> Response:
        return JSONResponse(self.jwks)

    async def authorize(self, request: Request) -> Response:
        """GET shows whom one can be, POST is the choice; both check the whole authorization request."""
        try:
            pairs = _pairs(request.url.query)
            asked = self._asked(request, pairs)
            grant = self.server.get_consent_grant(asked)
            # Written anew, so that the form's address and the ticket agree whatever the browser escapes.
            query = urlencode(pairs)
            if request.method == "POST":
                return await self._chosen(request, asked, grant, query)
            return self._choice(request, grant, query)
        except OAuth2Error as error:
            return self._back(self.server.handle_error_response(None, error))
        except ValueError:  # undecodable text, or text that Authlib may not repeat in a description
            return _page("This can't be read", "The authorization request is malformed.", 400)

    async def token(self, request: Request) -> Response:
        try:
            pairs = _pairs((await request.body()).decode("ascii"))
            reply = self.server.create_token_response(self._asked(request, pairs))
        except (OAuth2Error, ValueError):
            reply = Reply(400, {"error": "invalid_request", "error_description": "The form is malformed."})
        challenge = {"WWW-Authenticate": 'Basic realm="plf demo"'} if reply.status == 401 else {}
        return JSONResponse(reply.body, reply.status, headers=NO_STORE | challenge)

    async def userinfo(self, request: Request) -> Response:
        """Claims about the token's person, under the scopes openid and profile."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return _refused(401, "Bearer")
        try:
            identity = await self.tokens.validate(token.strip())
        except TokenRefused as refused:
            return _refused(401, f'Bearer error="invalid_token", error_description="{refused.description}"')
        person = named(self.people(), identity.subject)
        if person is None or "openid" not in identity.scopes:
            return _refused(403, 'Bearer error="insufficient_scope", scope="openid"')
        return JSONResponse(person_claims(person, " ".join(identity.scopes)), headers=NO_STORE)

    async def logout(self, request: Request) -> Response:
        """RP-initiated logout: back to the client where an ID token and a known address say so."""
        try:
            posted = (await request.body()).decode("ascii") if request.method == "POST" else request.url.query
            wanted = self.server.validate_endpoint_request("end_session", self._asked(request, _pairs(posted)))
            reply = self.server.create_endpoint_response("end_session", wanted)
        except (OAuth2Error, ValueError):
            return _page("This can't be read", "The logout request is malformed.", 400)
        if reply is not None and reply.location:
            return RedirectResponse(reply.location, 303, headers=NO_STORE)
        return _page("Signed out", "The demo keeps no session: signing in always asks anew who you are.", 200)

    def _asked(self, request: Request, pairs: list[tuple[str, str]]) -> Asked:
        # The address of the issuer, not of the request: behind a proxy the two differ.
        return Asked(request.method, self.issuer, request.headers, pairs)

    def _choice(self, request: Request, grant: Any, query: str) -> Response:
        browser = self.tickets.browser(request)
        ticket = self.tickets.issue(browser, query)
        page = pages.sign_in(self.people(), query=query, ticket=ticket, client_id=grant.client.client_id)
        headers = pages.headers(grant.redirect_uri) | {"Set-Cookie": self.tickets.cookie(browser)}
        return HTMLResponse(page, headers=headers)

    async def _chosen(self, request: Request, asked: Asked, grant: Any, query: str) -> Response:
        """The code for whoever was chosen; access_denied for nobody, as the button Cancel sends it."""
        form = dict(_pairs((await request.body()).decode("ascii")))
        if not self.tickets.holds(request, query, form.get("ticket", "")):
            return _page("Please start again", "This form did not come from this browser's own page.", 403)
        person = named(self.people(), form["person"]) if "person" in form else None
        if person is None and "person" in form:
            return _page("Please start again", "There is nobody of that name in the demo.", 400)
        reply = self.server.create_authorization_response(asked, grant_user=person, grant=grant)
        return self._back(reply)

    def _back(self, reply: Reply) -> Response:
        """To the client, with `iss` (RFC 9207) so that it knows who answers; else a page that says why."""
        if reply.location:
            target = add_params_to_uri(reply.location, {"iss": self.issuer})
            return RedirectResponse(target, 303, headers=NO_STORE)
        reason = str(reply.body.get("error_description") or reply.body.get("error"))
        return _page("You can't sign in here", reason, 400)


def _pairs(text: str) -> list[tuple[str, str]]:
    """The parameters, empty ones left out; raises when one comes twice (RFC 6749 §3.1, §3.2)."""
    pairs = parse_qsl(text, max_num_fields=FIELDS, errors="strict")
    if len({name for name, _ in pairs}) != len(pairs):
        raise InvalidRequestError("A parameter comes more than once.")
    return pairs


def _page(title: str, sentence: str, status: int) -> Response:
    return HTMLResponse(pages.message(title, sentence), status, headers=pages.headers())


def _refused(status: int, challenge: str) -> Response:
    return Response(status_code=status, headers={"WWW-Authenticate": challenge, **NO_STORE})
