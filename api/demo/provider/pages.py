"""The provider's few pages: plain HTML that needs no script, no font and no other address."""

import base64
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from urllib.parse import urlsplit

from api.demo.provider.people import DemoPerson, grouped

STYLE = """
:root { color-scheme: light dark; font: 1.05rem/1.5 system-ui, sans-serif }
body { margin: 0 auto; padding: 1.5rem; max-width: 60rem }
ul { display: flex; flex-wrap: wrap; gap: .5rem; padding: 0; list-style: none }
button { font: inherit; padding: .6rem 1rem; min-height: 2.75rem; border: 1px solid; border-radius: .4rem }
button:focus-visible { outline: 3px solid; outline-offset: 2px }
"""

STYLE_HASH = base64.b64encode(sha256(STYLE.encode()).digest()).decode("ascii")


def headers(redirect_uri: str | None = None) -> dict[str, str]:
    """Nothing is loaded and nobody frames the page.

    The form may lead to ourselves and then back to the client: browsers hold a redirect that follows
    a form against `form-action` too.
    """
    back = urlsplit(redirect_uri) if redirect_uri else None
    targets = f"'self' {back.scheme}://{back.netloc}" if back else "'self'"
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; form-action {targets}; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }


def sign_in(people: Sequence[DemoPerson], *, query: str, ticket: str, client_id: str) -> str:
    """The page that asks whom to be; `query` is the authorization request, which the form sends along."""
    sections = "\n".join(_municipality(name, roles) for name, roles in grouped(people).items())
    return _page(
        "Sign in to the demo",
        f"""<p>Choose whom to be. Everybody here is fictional, so no password is asked for.
The program <strong>{escape(client_id)}</strong> will learn the name you choose.</p>
<form method="post" action="?{escape(query)}">
<input type="hidden" name="ticket" value="{escape(ticket)}">
{sections or "<p>There is nobody here yet: load the demo first.</p>"}
<p><button name="person" value="">Cancel</button></p>
</form>""",
    )


def message(title: str, sentence: str) -> str:
    """A page that says one thing."""
    return _page(title, f"<p>{escape(sentence)}</p>")


def _municipality(name: str, roles: dict[str, list[DemoPerson]]) -> str:
    groups = "\n".join(
        f"<h3>{escape(role)}</h3>\n<ul>{''.join(_choice(person) for person in people)}</ul>"
        for role, people in roles.items()
    )
    return f"<section>\n<h2>{escape(name)}</h2>\n{groups}\n</section>"


def _choice(person: DemoPerson) -> str:
    return f'<li><button name="person" value="{escape(person.subject)}">{escape(person.name)}</button></li>'


def _page(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{STYLE}</style>
</head>
<body>
<main>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""
