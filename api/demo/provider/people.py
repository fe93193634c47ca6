"""Whom one can sign in as: the demo's people, asked for anew each time, so that no database is known here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """A fictional person: `subject` is their unique name in tokens, `roles_text` is for the page."""

    subject: str
    name: str
    municipality: str
    roles_text: str
    tenant_id: UUID

    def get_user_id(self) -> str:
        """What Authlib puts into `sub`."""
        return self.subject


People: TypeAlias = Callable[[], Sequence[DemoPerson]]


def grouped(people: Sequence[DemoPerson]) -> dict[str, dict[str, list[DemoPerson]]]:
    """Municipality → roles → people, each in the order in which the demo tells of them."""
    found: dict[str, dict[str, list[DemoPerson]]] = {}
    for person in people:
        found.setdefault(person.municipality, {}).setdefault(person.roles_text, []).append(person)
    return found


def named(people: Sequence[DemoPerson], subject: str) -> DemoPerson | None:
    """The person with this subject."""
    return next((person for person in people if person.subject == subject), None)
