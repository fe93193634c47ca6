"""What waits for somebody: the kinds of tasks that the product itself finds, none of which is stored."""

from enum import StrEnum


class TaskKind(StrEnum):
    """prepare: do what everybody does before a meeting; publish: send out the agenda of a meeting that one runs."""

    PREPARE = "prepare"
    PUBLISH = "publish"
