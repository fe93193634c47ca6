"""The one way a token is refused: a stable code, and what a challenge may say about it."""

from enum import StrEnum


class Refusal(StrEnum):
    """Stable codes of a refusal at the door."""

    TOKEN_INVALID = "token_invalid"  # noqa: S105 - a code, not a secret
    TOKEN_EXPIRED = "token_expired"  # noqa: S105 - a code, not a secret
    CLIENT_NOT_ENROLLED = "client_not_enrolled"
    ISSUER_UNAVAILABLE = "issuer_unavailable"


STATUS = {
    Refusal.TOKEN_INVALID: 401,
    Refusal.TOKEN_EXPIRED: 401,
    Refusal.CLIENT_NOT_ENROLLED: 403,
    Refusal.ISSUER_UNAVAILABLE: 503,
}
"""AUTH-17 and AUTH-40; 503 when the issuer's keys can't be had: then the token can't be judged."""


class TokenRefused(Exception):
    """A token that gives nobody access; never carries the token or any of its values.

    `code` is stable, `description` is a constant English sentence in the characters that RFC 6750 allows,
    `error` is the word for WWW-Authenticate where one is due, `status` the answer's status number.
    """

    def __init__(self, code: Refusal, description: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.description = description

    @property
    def status(self) -> int:
        return STATUS[self.code]

    @property
    def error(self) -> str | None:
        return "invalid_token" if self.status == 401 else None


def invalid(description: str) -> TokenRefused:
    """The usual refusal, 401 `token_invalid`."""
    return TokenRefused(Refusal.TOKEN_INVALID, description)
