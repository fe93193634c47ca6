"""The one way in which the database part says no, in words for the person at the keyboard."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# What PostgreSQL writes into its log then; the last when a file could be made longer only in part.
FULL_IN_A_LOG = re.compile(r"No space left on device|Disk quota exceeded|wrote only \d+ of \d+ bytes")


@contextmanager
def in_plain_words(place: Path) -> Iterator[None]:
    """Turns what the operating system refuses below `place` into DatabaseUnavailable."""
    try:
        yield
    except OSError as problem:
        raise DatabaseUnavailable(sentence(problem, place)) from problem


def sentence(problem: OSError, place: Path) -> str:
    where = problem.filename or place
    if problem.errno in FULL:
        return full_disk(place)
    if isinstance(problem, PermissionError) or problem.errno == errno.EROFS:
        return f"This account may not use {where}: give it the folder, or choose another one for the database."
    return f"The database in {place} could not be used: {problem.strerror or problem} ({where})."


def full_disk(place: Path) -> str:
    return f"The disk that holds {place} is full: free some space and start again."


class DatabaseUnavailable(Exception):
    """There is no database to work with; str() is one sentence saying why and what to do."""
