"""What this resource server tells clients about itself: RFC 9728 metadata and RFC 6750 challenges."""

from collections.abc import Iterable
from typing import Any

from api.identity.refusals import TokenRefused

METADATA_PATH = "/.well-known/oauth-protected-resource"


def resource_metadata(
    resource: str, issuers: Iterable[str], *, scopes: Iterable[str] = (), documentation: str | None = None
) -> dict[str, Any]:
    """The metadata document (AUTH-18).

    `resource` is the identifier that tokens carry as audience, `issuers` whom we trust. Tokens come in
    the Authorization header only, and none of them is bound to a key, so no DPoP is announced.
    """
    document: dict[str, Any] = {
        "resource": resource,
        "authorization_servers": sorted(set(issuers)),
        "bearer_methods_supported": ["header"],
    }
    if wanted := sorted(set(scopes)):
        document["scopes_supported"] = wanted
    if documentation is not None:
        document["resource_documentation"] = documentation
    return document


def challenge(metadata_url: str, refused: TokenRefused | None = None, *, realm: str = "plf") -> str:
    """The value of WWW-Authenticate for a 401 (AUTH-17).

    Without a refusal no token came at all, and RFC 6750 §3.1 wants no error word then.
    """
    parts = {"realm": realm}
    if refused is not None and refused.error is not None:
        parts |= {"error": refused.error, "error_description": refused.description}
    parts["resource_metadata"] = metadata_url
    return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parts.items())
