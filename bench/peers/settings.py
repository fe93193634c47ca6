"""What every server of a run is told, by its environment."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

POOL = 10


@dataclass(frozen=True)
class Known:
    """Who a token belongs to: what our service finds in its cache after the first request."""

    tenant: str
    issuer: str
    subject: str


@dataclass(frozen=True)
class Told:
    """Where the database is, where to listen, and the tokens of the run."""

    dsn: str
    port: int
    tokens: dict[str, Known]


def told() -> Told:
    """Read BENCH_DSN, BENCH_PORT and the file BENCH_TOKENS."""
    tokens = json.loads(Path(os.environ["BENCH_TOKENS"]).read_text())
    known = {token: Known(*who) for token, who in tokens.items()}
    return Told(os.environ["BENCH_DSN"], int(os.environ["BENCH_PORT"]), known)
