"""The owner's choice of method, with the consultation behind it."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from api.actions.commands import Command, Day, Line, Text
from api.actions.places import TENANT
from api.postgres.wanted import Wanted, rows
from api.postgres.work import UnitOfWork
from api.tables import MethodChoice
from domain import library
from domain.errors import Fault, Invalid
from domain.permissions import Permission
from domain.rule_sets import MethodProfile

DEFAULT_PROFILE = "none@1"
"""Nobody is bound by a method that their owner has not chosen."""


class Consultation(Command):
    """When and with whom the owner talked about the method before choosing it, and what came of it."""

    held_on: Day
    parties: Annotated[list[Line], Field(min_length=1, max_length=20)]
    note: Text | None = None


class ChooseMethod(Command):
    """The method profile that holds from now on. Without a consultation, what it requires is only advised."""

    profile: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    consultation: Consultation | None = None


async def choose_method(work: UnitOfWork, command: ChooseMethod) -> UUID:
    """Choose the tenant's method profile. Raises Invalid for one that isn't published."""
    await work.fetch()
    work.require(Permission.METHOD_PROFILE_CHOOSE, TENANT)
    published(command.profile)
    held = command.consultation
    if held is not None and held.held_on > work.today:
        raise Invalid([Fault("not_in_the_past", ("consultation", "held_on"))])
    choice = MethodChoice(
        **work.stamp(),
        profile=command.profile,
        consultation_held_on=held.held_on if held else None,
        consultation_parties=held.parties if held else [],
        consultation_note=held.note if held else None,
    )
    work.create(choice)
    work.announce("method.chosen", choice.id)
    return choice.id


def latest_choice() -> Wanted[list[MethodChoice]]:
    """The owner's choice that holds now, if any has been made."""
    return rows(MethodChoice, order="created_at desc, id desc limit 1")


def in_force(choices: Sequence[MethodChoice]) -> tuple[MethodProfile, bool]:
    """The profile that holds, and whether staff representatives were consulted about it."""
    if not choices:
        return library.method_profiles()[DEFAULT_PROFILE], False
    choice = choices[0]
    return library.method_profiles()[choice.profile], choice.consultation_held_on is not None


def published(reference: str) -> MethodProfile:
    """The profile of that reference. Raises Invalid for one that isn't published."""
    profile = library.method_profiles().get(reference)
    if profile is None:
        allowed = sorted(library.method_profiles())
        raise Invalid([Fault("not_one_of", ("profile",), {"expected": allowed})])
    return profile
