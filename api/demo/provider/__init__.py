"""A small OpenID provider for the demo and for frontend developers; never part of a real installation."""

from api.demo.provider.app import Provider
from api.demo.provider.clients import FRONTEND, INTEGRATION, DemoClient, frontend, integration
from api.demo.provider.people import DemoPerson, People
from api.demo.provider.signing import SigningKey, client_secret, signing_key

__all__ = [
    "FRONTEND",
    "INTEGRATION",
    "DemoClient",
    "DemoPerson",
    "People",
    "Provider",
    "SigningKey",
    "client_secret",
    "frontend",
    "integration",
    "signing_key",
]
