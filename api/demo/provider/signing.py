"""The demo provider's secrets: its signing key and its integration's, made at the first start and then kept."""

import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from joserfc.jwk import KeySet, RSAKey

ALGORITHM = "RS256"
BITS = 2048


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private RSA key with the key id that its thumbprint gives it."""

    private: KeySet = field(repr=False)

    def jwks(self) -> dict[str, Any]:
        """The public half, as /jwks.json shows it."""
        return dict(self.private.as_dict(private=False))


def signing_key(path: Path | None = None) -> SigningKey:
    """The key in this file, made there if need be (mode 0600); without a path one that lives in memory.

    Raises PermissionError when others may read the file: then the key is no secret any more.
    """
    if path is None:
        return SigningKey(KeySet([_fresh()]))
    text = _kept(path, lambda: json.dumps(_fresh().as_dict(private=True)))
    return SigningKey(KeySet([RSAKey.import_key(json.loads(text))]))


def client_secret(path: Path) -> str:
    """The integration's secret in this file, made there if need be (mode 0600). Raises PermissionError."""
    return _kept(path, lambda: secrets.token_urlsafe(32))


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        _write_once(path, make())
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise PermissionError(f"{path} may be read by others; delete it, or give it the mode 0600")
    return path.read_text("utf-8")


def _fresh() -> RSAKey:
    return RSAKey.generate_key(BITS, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)


def _write_once(path: Path, text: str) -> None:
    """Whole or not at all; of two processes that start at once the first one's key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
