"""How a command finds its settings and the database: the one that is named, the running service's, or its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

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
def database(given: "Settings", *, create: bool = False) -> Iterator["Dsns"]:
    """The named database, or the embedded one: of the service that runs, else started for this command.

    Only with `create` is an embedded one made where there is none. Raises Refused or DatabaseUnavailable.
    """
    from api.postgres.databases import DatabaseUnavailable, attach, is_kept
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
                if not create and not is_kept(given.data_dir / "postgres"):
                    raise Refused(
                        f"There is no database in {given.data_dir} yet: start one with `plf serve` (with --demo for "
                        "trying out), run `plf migrate`, or name another folder with PLF_DATA_DIR."
                    )
            with own(given) as dsns:
                yield dsns
    except CannotStart as problem:
        raise Refused(str(problem)) from None


@contextmanager
def prepared(given: "Settings") -> Iterator["Dsns"]:
    """The same, with every migration, for work in a tenant's data: the role is one that row security binds.

    Raises Refused where a migration is missing, DatabaseUnavailable for another role.
    """
    import asyncio

    from api.postgres.pool import connect
    from api.postgres.roles import refuse_unsafe
    from api.postgres.schema_version import expected, found

    async def version(dsn: str) -> str | None:
        connection = await connect(dsn)
        try:
            await refuse_unsafe(connection)
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


def fitting(kind: Any, value: Any, otherwise: str) -> Any:
    """The value as the API itself would take it for a field of this kind. Raises Refused with `otherwise`."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError:
        raise Refused(otherwise) from None


@contextmanager
def stopping_quietly() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the block in order, and are no failure."""
    import signal

    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    except KeyboardInterrupt:
        return
