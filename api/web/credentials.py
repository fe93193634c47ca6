"""How a request proves who asks, as the document declares it: the same ways on every operation."""

from typing import Any

BEARER = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "An access token of an OpenID provider that the municipality has enrolled.",
}
SCOPES = {
    "openid": "Sign in.",
    "profile": "Name and language.",
    "plf": "An access token for this service.",
}


def declare_credentials(document: dict[str, Any], demo_url: str | None) -> None:
    """Declare every way, and name each on every operation: a page sends a token only where its way is named."""
    schemes: dict[str, dict[str, Any]] = {"bearer": dict(BEARER)}
    if demo_url is not None:
        schemes["oidc"] = _demo_sign_in(demo_url)
    document["components"]["securitySchemes"] = schemes
    for methods in document["paths"].values():
        for operation in methods.values():
            operation["security"] = [{name: _scopes(scheme)} for name, scheme in schemes.items()]


def _scopes(scheme: dict[str, Any]) -> list[str]:
    return [*SCOPES] if scheme["type"] == "oauth2" else []


def _demo_sign_in(base_url: str) -> dict[str, Any]:
    """The demo's own provider. Declared as OAuth 2, because Swagger UI reads no discovery documents."""
    flow = {
        "authorizationUrl": f"{base_url}/demo/op/authorize",
        "tokenUrl": f"{base_url}/demo/op/token",
        "scopes": dict(SCOPES),
    }
    description = "The demo's sign-in: choose whom to be."
    return {"type": "oauth2", "description": description, "flows": {"authorizationCode": flow}}
