"""What the resource server says of itself, in metadata and in challenges."""

from api.identity.refusals import Refusal, TokenRefused, invalid
from api.identity.resource import challenge, resource_metadata

URL = "https://api.example/.well-known/oauth-protected-resource"


def test_metadata_names_the_resource_and_whom_it_trusts():
    document = resource_metadata(
        "https://api.example/",
        ["https://b.example", "https://a.example/", "https://b.example"],
        scopes=["plf"],
        documentation="https://api.example/docs",
    )
    assert document == {
        "resource": "https://api.example/",
        "authorization_servers": ["https://a.example/", "https://b.example"],
        "bearer_methods_supported": ["header"],
        "scopes_supported": ["plf"],
        "resource_documentation": "https://api.example/docs",
    }


def test_metadata_leaves_out_what_is_not_there():
    assert set(resource_metadata("https://api.example/", [])) == {
        "resource",
        "authorization_servers",
        "bearer_methods_supported",
    }


def test_a_missing_token_is_challenged_without_an_error():
    assert challenge(URL) == f'Bearer realm="plf", resource_metadata="{URL}"'


def test_a_bad_token_is_challenged_with_its_reason():
    assert challenge(URL, invalid("The token is too large.")) == (
        'Bearer realm="plf", error="invalid_token", error_description="The token is too large.", '
        f'resource_metadata="{URL}"'
    )
    assert "error" not in challenge(URL, TokenRefused(Refusal.ISSUER_UNAVAILABLE, "x"))
