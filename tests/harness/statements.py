"""What the service asks PostgreSQL, seen by the driver's own logger."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.app import Application


@contextmanager
def watched(application: Application) -> Iterator[list[str]]:
    """Every statement that the service's connections send meanwhile."""
    said: list[str] = []
    connections = list(application.service.pool._idle)
    assert connections

    def listen(record) -> None:
        said.append(record.query)

    for connection in connections:
        connection.add_query_logger(listen)
    try:
        yield said
    finally:
        for connection in connections:
            connection.remove_query_logger(listen)
