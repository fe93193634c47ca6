"""Where an issuer keeps its keys: OpenID Connect Discovery, then RFC 8414 (AUTH-02)."""

from urllib.parse import urlsplit

from api.identity.bindings import KeySource
from api.identity.fetching import Fetch, FetchFailed


def document_urls(base: str) -> tuple[str, str]:
    """Both places of the metadata; only there does a terminating slash of the issuer fall away."""
    parts = urlsplit(base)
    path = parts.path.rstrip("/")
    origin = f"{parts.scheme}://{parts.netloc}"
    return (
        f"{origin}{path}/.well-known/openid-configuration",
        f"{origin}/.well-known/oauth-authorization-server{path}",
    )


async def jwks_uri(fetch: Fetch, source: KeySource) -> str:
    """The address of the key set; raises FetchFailed, also when the document names any other issuer.

    The comparison is exact, slash included: a document that speaks for somebody else is not a
    reason to look further but a reason to stop.
    """
    if source.jwks_uri is not None:
        return source.jwks_uri
    first, second = document_urls(source.base)
    try:
        document = await fetch(first)
    except FetchFailed:
        document = await fetch(second)
    if not isinstance(document, dict) or document.get("issuer") != source.issuer:
        raise FetchFailed("the discovery document names another issuer")
    found = document.get("jwks_uri")
    if not isinstance(found, str):
        raise FetchFailed("the discovery document names no key set")
    return found
