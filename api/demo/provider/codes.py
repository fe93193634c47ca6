"""Authorization codes: good once, for a minute, kept in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

from api.demo.provider.people import DemoPerson

SECONDS = 60.0
MOST = 1000
"""Codes that may wait at a time; beyond that the oldest is forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """What a code stands for, in the words that Authlib asks for."""

    client_id: str
    redirect_uri: str
    scope: str
    person: DemoPerson
    nonce: str | None
    code_challenge: str
    code_challenge_method: str
    signed_in: int

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str | None:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.signed_in

    def get_acr(self) -> None:
        """None: choosing a name from a list is no level of assurance."""

    def get_amr(self) -> None:
        """None: nothing was proved."""


@dataclass(slots=True)
class Codes:
    """The codes that wait for their token request; `now` gives seconds."""

    now: Callable[[], float]
    _waiting: dict[str, tuple[IssuedCode, float]] = field(default_factory=dict, repr=False)

    def put(self, code: str, issued: IssuedCode) -> None:
        if len(self._waiting) >= MOST:
            del self._waiting[next(iter(self._waiting))]
        self._waiting[code] = (issued, self.now() + SECONDS)

    def take(self, code: str, client_id: str) -> IssuedCode | None:
        """What the code stood for; any attempt uses it up, so that a verifier can't be guessed at."""
        issued, ends = self._waiting.pop(code, (None, 0.0))
        if issued is None or issued.client_id != client_id or ends <= self.now():
            return None
        return issued
