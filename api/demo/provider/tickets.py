"""Proof that a sign-in form came from our own page in the same browser (no cross-site sign-in)."""

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac

from starlette.requests import Request

COOKIE = "plf_demo_op"


@dataclass(frozen=True, slots=True)
class Tickets:
    """A ticket binds a form to the browser that got it, by a cookie, and to its authorization request."""

    path: str
    secure: bool
    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def browser(self, request: Request) -> str:
        """The browser's cookie, or a new value for one: other tabs keep working."""
        held = request.cookies.get(COOKIE, "")
        return held if len(held) == 64 and held.isascii() and held.isalnum() else secrets.token_hex(32)

    def issue(self, browser: str, query: str) -> str:
        return hmac(self._secret, f"{browser}\n{query}".encode(), sha256).hexdigest()

    def holds(self, request: Request, query: str, ticket: str) -> bool:
        """Same browser, same request, and not from another site where the browser says so."""
        browser = request.cookies.get(COOKIE)
        ours = request.headers.get("sec-fetch-site", "same-origin") == "same-origin"
        genuine = compare_digest(self.issue(browser or "", query).encode(), ticket.encode("utf-8", "replace"))
        return browser is not None and ours and genuine

    def cookie(self, browser: str) -> str:
        """The Set-Cookie line; Lax, because the way here begins at another address."""
        secure = "; Secure" if self.secure else ""
        return f"{COOKIE}={browser}; Path={self.path}; HttpOnly; SameSite=Lax{secure}"
