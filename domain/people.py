"""People: what sort of actor somebody is, and whether they may sign in."""

from enum import StrEnum


class PersonKind(StrEnum):
    """A human being, or a machine client that holds roles of its own."""

    PERSON = "person"
    CLIENT = "client"


class PersonStatus(StrEnum):
    """Whether the person may sign in; pseudonymised people stay as authors without a name."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    PSEUDONYMISED = "pseudonymised"
