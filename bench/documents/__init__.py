"""The GraphQL operations, in the dialect of each server: the same fields under the same names."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import orjson

HERE = Path(__file__).parent
SCHOOL_YEAR = {"since": date(2015, 8, 1).isoformat(), "until": date(2016, 8, 1).isoformat()}
"""The first of the data set's: every team met in it, whatever the size."""


def body(server: str, operation: str, variables: dict[str, Any]) -> bytes:
    """What a client posts to the server."""
    return orjson.dumps({"query": text(server, operation), "variables": variables})


def renamed(sent: bytes, number: int) -> bytes:
    """The same question as another document: its operation has a name of its own."""
    return re.sub(rb"query (\w+)", rb"query \1_%d" % number, sent, count=1)


def text(server: str, operation: str) -> str:
    """The operation as the server's schema has it."""
    return (HERE / dialect(server) / f"{operation}.graphql").read_text()


def has(server: str, operation: str) -> bool:
    """Whether there is a document for it; where there is none, the server takes no part."""
    return (HERE / dialect(server) / f"{operation}.graphql").exists()


def dialect(server: str) -> str:
    """Ours and bare speak one, the peers whose schema we wrote another, PostGraphile its own."""
    base = server.partition("-")[0]
    return {"ours": "ours", "bare": "ours", "pgbench": "ours", "postgraphile": "postgraphile"}.get(base, "peers")
