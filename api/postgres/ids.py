"""Ids: UUIDv7, made here because neither Python 3.11 nor PostgreSQL 15 has it."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A time-ordered id for everything whose moment of creation is no secret."""
    return uuid7()
