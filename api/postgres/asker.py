"""Who asks: symbols that a statement resolves itself, so that roles are always fresh."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from api.messages import text
from domain.localisation import LOCALES, supported

CHILD_TALK = {locale: text(locale, "label.child_talk") for locale in LOCALES}
"""The one title that talk about a child has, by language."""

CHILD_TALK_JSON = orjson.dumps(CHILD_TALK)


@dataclass(frozen=True, slots=True)
class Asker:
    """One request's view of its sender: tenant and identity from the token, one now, and the languages wanted.

    `country` (two letters), `zone` and `home` are where the tenant is, its time zone and its language, `today` is
    the date there; `locales` is the fallback chain, best first, and `chosen` whether the request itself named a
    language. `client` is the program that the token was given to, where it says so.
    """

    tenant: str
    issuer: str
    subject: str
    now: datetime
    today: date
    country: str
    zone: str
    home: str
    locales: tuple[str, ...]
    chosen: bool = False
    client: str | None = None

    def values(self) -> dict[str, Any]:
        """The parameters that any statement may use."""
        return {
            "tenant": self.tenant,
            "issuer": self.issuer,
            "subject": self.subject,
            "now": self.now,
            "today": self.today,
            "as_of": self.today,
            "locales": list(self.locales),
            "chosen": self.chosen,
            "child_talk": CHILD_TALK_JSON,
        }

    def locale_for(self, person: str | None) -> str:
        """The language to answer in: what the request wished, else the person, else the tenant."""
        return self.locales[0] if self.chosen or person is None else supported(person) or self.locales[0]
