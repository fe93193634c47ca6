"""GraphiQL at /graphql for browsers: a page from files on this machine, under a content security policy.

The files in `assets/vendor` come from npm as docs/decisions/0009 says; the page, its style and its scripts are ours.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from api.web.answers import Answer, Handler, Header, Receive, Scope
from api.web.docs import AN_HOUR, FRESH, HTML, SCRIPT, STYLE, SignIn
from api.web.headers import headers
from api.web.negotiation import weighed
from domain.errors import NotFound

PREFIX = "/graphql"
ASSETS = f"{PREFIX}/assets"
SIGNED_IN = f"{PREFIX}/signed-in"
HERE = Path(__file__).parent
FOLDER = HERE / "assets"
EXAMPLES = HERE / "examples"
TEXT: Header = (b"content-type", b"text/plain; charset=utf-8")
FILES = MappingProxyType(
    {
        "graphiql.js": ("vendor/graphiql.js", SCRIPT, AN_HOUR),
        "graphiql.css": ("vendor/graphiql.css", STYLE, AN_HOUR),
        "react.js": ("vendor/react.js", SCRIPT, AN_HOUR),
        "react-dom.js": ("vendor/react-dom.js", SCRIPT, AN_HOUR),
        "licenses.txt": ("vendor/LICENSES.txt", TEXT, AN_HOUR),
        "page.css": ("page.css", STYLE, FRESH),
        "start.js": ("start.js", SCRIPT, FRESH),
        "sign-in.js": ("sign-in.js", SCRIPT, FRESH),
        "signed-in.js": ("signed-in.js", SCRIPT, FRESH),
    }
)
"""What is served below /graphql/assets: where it lies, its type, and how long a browser keeps it."""


def wants_page(scope: Scope) -> bool:
    """Whether a browser wants to see the page: a GET that asks nothing and names text/html among what it takes."""
    if scope["query_string"]:
        return False
    return any(name == "text/html" and liking > 0 for name, liking in weighed(headers(scope, b"accept") or b""))


@cache
def page(sign_in: SignIn | None) -> Answer:
    """GraphiQL itself; with `sign_in` it has a button for it, and always a place for a token."""
    oauth = None
    if sign_in is not None and sign_in.provider:
        oauth = {"client_id": sign_in.client_id, "scope": " ".join(sign_in.scopes), "provider": sign_in.provider}
    text = (
        (FOLDER / "page.html")
        .read_text("utf-8")
        .format(assets=ASSETS, oauth=_attribute(oauth), examples=_attribute(list(examples())))
    )
    origins = () if sign_in is None else sign_in.token_origins
    vary = (b"vary", b"Accept")
    return Answer(200, text.encode(), (HTML, FRESH, vary, _policy(origins)))


def page_routes() -> list[tuple[str, str, Handler]]:
    """(method, path, page) of what the page loads, and of where a sign-in returns to."""

    async def graphiql_file(scope: Scope, _: Receive) -> Answer:
        found = asset(scope["path_values"]["file"])
        if found is None:
            raise NotFound
        return found

    async def graphiql_signed_in(_: Scope, __: Receive) -> Answer:
        return signed_in()

    return [("GET", f"{ASSETS}/{{file}}", graphiql_file), ("GET", SIGNED_IN, graphiql_signed_in)]


@cache
def signed_in() -> Answer:
    """Where a sign-in returns to: hands what came with it to the page that opened it."""
    text = (FOLDER / "signed-in.html").read_text("utf-8").format(assets=ASSETS)
    return Answer(200, text.encode(), (HTML, FRESH, _policy(())))


@cache
def asset(name: str) -> Answer | None:
    """A file of the page; None where there is none of that name."""
    if name not in FILES:
        return None
    place, kind, kept = FILES[name]
    return Answer(200, (FOLDER / place).read_bytes(), (kind, kept))


def examples() -> Iterator[dict[str, str]]:
    """The operations to begin with, by name; the first line of each is a comment that says what it is."""
    for file in sorted(EXAMPLES.glob("*.graphql")):
        text = file.read_text("utf-8")
        yield {"title": text.partition("\n")[0].lstrip("# "), "query": text}


def _attribute(value: Any) -> str:
    return escape(orjson.dumps(value).decode())


def _policy(origins: tuple[str, ...]) -> Header:
    """Our own files only; the pictures are those that GraphiQL carries in its style sheet.

    No style element is let in: what GraphiQL sets on elements by script is not held against the policy.
    """
    reached = " ".join(("'self'", *origins))
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        f"connect-src {reached}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return (b"content-security-policy", policy.encode("ascii"))
