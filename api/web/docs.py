"""The interactive API documentation: Swagger UI from files on this machine, under a content security policy.

The files of Swagger UI come with the package `fastapi-offline`; nothing of it is imported, only its folder
read. The page that a sign-in returns to is FastAPI's own, let through by the digest of its script.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import orjson
from fastapi.openapi.docs import get_swagger_ui_oauth2_redirect_html

from api.web.answers import Answer, Header, Headers

PREFIX = "/docs"
REDIRECT = f"{PREFIX}/oauth2-redirect"

HTML: Header = (b"content-type", b"text/html; charset=utf-8")
SCRIPT: Header = (b"content-type", b"text/javascript; charset=utf-8")
STYLE: Header = (b"content-type", b"text/css; charset=utf-8")
AN_HOUR: Header = (b"cache-control", b"public, max-age=3600")
FRESH: Header = (b"cache-control", b"no-cache")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API documentation</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{prefix}/swagger-ui.css">
</head>
<body>
<div id="swagger-ui" data-openapi="{openapi}" data-oauth="{oauth}"></div>
<noscript>This page needs JavaScript. The contract itself: <a href="{openapi}">{openapi}</a>.</noscript>
<script src="{prefix}/swagger-ui-bundle.js"></script>
<script src="{prefix}/start.js"></script>
</body>
</html>
"""

START = b"""\
"use strict";
const place = document.getElementById("swagger-ui");
const ui = SwaggerUIBundle({
  url: place.dataset.openapi,
  domNode: place,
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
  queryConfigEnabled: false,
  persistAuthorization: false,
  presets: [SwaggerUIBundle.presets.apis],
  oauth2RedirectUrl: new URL("/docs/oauth2-redirect", window.location.href).href,
});
const oauth = JSON.parse(place.dataset.oauth);
if (oauth) {
  ui.initOAuth({
    clientId: oauth.client_id,
    scopes: oauth.scopes,
    usePkceWithAuthorizationCodeGrant: true,
  });
}
"""


@dataclass(frozen=True, slots=True)
class SignIn:
    """How the page signs in (authorization code with PKCE): a public client, and where its tokens come from.

    `token_origins` are origins beside our own that the page may call; a sign-in provider of ours needs none,
    and stands below the path `provider`.
    """

    client_id: str
    scopes: tuple[str, ...] = ("openid",)
    token_origins: tuple[str, ...] = ()
    provider: str = ""


def docs_answer(path: str, openapi_url: str, oauth: SignIn | None = None) -> Answer | None:
    """The answer to GET for a path under /docs, or None when there is nothing of that name."""
    if path in {PREFIX, f"{PREFIX}/"}:
        return _page(openapi_url, oauth)
    make = FILES.get(path)
    return make() if make else None


def _page(openapi_url: str, oauth: SignIn | None) -> Answer:
    sign_in = None if oauth is None else {"client_id": oauth.client_id, "scopes": " ".join(oauth.scopes)}
    page = PAGE.format(prefix=PREFIX, openapi=escape(openapi_url), oauth=escape(orjson.dumps(sign_in).decode()))
    origins = () if oauth is None else oauth.token_origins
    return Answer(200, page.encode(), (HTML, FRESH, _policy("'self'", origins)))


def _policy(scripts: str, origins: tuple[str, ...] = ()) -> Header:
    """What the page may load: our own files, and the pictures that Swagger UI carries in its style sheet."""
    reached = " ".join(("'self'", *origins))
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; "
        f"connect-src {reached}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return (b"content-security-policy", policy.encode("ascii"))


@cache
def _redirect() -> Answer:
    """Hands the code from the sign-in to the page that opened it."""
    page = bytes(get_swagger_ui_oauth2_redirect_html().body)
    digests = (hashlib.sha256(script).digest() for script in re.findall(rb"<script>(.*?)</script>", page, re.DOTALL))
    scripts = " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)
    return Answer(200, page, (HTML, FRESH, _policy(scripts)))


@cache
def _start() -> Answer:
    return Answer(200, START, (SCRIPT, FRESH))


@cache
def _bundle() -> Answer:
    return _file("swagger-ui-bundle.js", (SCRIPT, AN_HOUR))


@cache
def _style() -> Answer:
    return _file("swagger-ui.css", (STYLE, AN_HOUR))


def _file(name: str, headers: Headers) -> Answer:
    package = find_spec("fastapi_offline")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("the documentation page needs the package fastapi-offline: install the locked packages")
    folder = Path(package.submodule_search_locations[0]) / "static"
    return Answer(200, (folder / name).read_bytes(), headers)


FILES: Mapping[str, Callable[[], Answer]] = MappingProxyType(
    {
        REDIRECT: _redirect,
        f"{PREFIX}/start.js": _start,
        f"{PREFIX}/swagger-ui-bundle.js": _bundle,
        f"{PREFIX}/swagger-ui.css": _style,
    }
)
