"""How a command finds its settings and the database: the one that is named, the running service's, or its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.postgres.databases import Dsns
    from api.settings import Settings


class Refused(Exception):
    """Why a command does not go on; str() is one sentence that says what to do."""


def settings() -> "Settings":
    """The settings from the environment. Raises Refused with the one that can't be read."""
    from pydantic import ValidationError

    from api.serving import settings_fault
    from api.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        raise Refused(settings_fault(error)) from None


def real_time() -> datetime:
    """Now, of this machine."""
    return datetime.now(UTC)


@contextmanager
def database(given: "Settings") -> Iterator["Dsns"]:
    """The named database, or the embedded one: of the service that runs, else started for this command.

    Raises Refused or DatabaseUnavailable.
    """
    from api.postgres.databases import DatabaseUnavailable, attach
    from api.serving import CannotStart, in_plain_words
    from api.serving import database as own

    try:
        with in_plain_words():
            if given.database_url is None:
                try:
                    dsns = attach(given.data_dir / "postgres")
                except DatabaseUnavailable:
                    pass
                else:
                    yield dsns
                    return
            with own(given) as dsns:
                yield dsns
    except CannotStart as problem:
        raise Refused(str(problem)) from None


@contextmanager
def prepared(given: "Settings") -> Iterator["Dsns"]:
    """The same, with every migration. Raises Refused where one is missing."""
    import asyncio

    from api.postgres.pool import connect
    from api.postgres.schema_version import expected, found

    async def version(dsn: str) -> str | None:
        connection = await connect(dsn)
        try:
            return await found(connection)
        finally:
            await connection.close()

    with database(given) as dsns:
        has = asyncio.run(version(dsns.app))
        if has != expected():
            raise Refused(
                f"The database is at migration {has or 'none'}, this code needs {expected()}: run `plf migrate`."
            )
        yield dsns


@contextmanager
def stopping_quietly() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block in order, and are no failure."""
    import signal

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        return
