"""What a unit consists of besides itself: its periods, its numbers elsewhere and its sites, sent and written."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from api.actions.commands import Command, Line
from api.postgres.work import UnitOfWork
from api.tables import Organisation, OrganisationExternalId, OrganisationPeriod, OrganisationSite
from domain import organisations
from domain.errors import Fault, Invalid
from domain.localisation import fallback_chain, resolve_name, sort_key
from domain.organisations import IdScheme, Period
from domain.periods import Change

MOST_SITES = 100


class ExternalId(Command):
    """The unit's number in another register."""

    scheme: IdScheme
    value: Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Site(Command):
    """A place where the unit works; degrees in WGS 84."""

    name: Line
    address: Line | None = None
    latitude: Annotated[float | None, Field(ge=-90, le=90)] = None
    longitude: Annotated[float | None, Field(ge=-180, le=180)] = None
    main: bool = False


ExternalIds = Annotated[list[ExternalId], Field(max_length=20)]
Sites = Annotated[list[Site], Field(max_length=MOST_SITES)]


def values(rows: Sequence[OrganisationPeriod]) -> list[Period]:
    """Stored periods as the domain knows them."""
    return [Period(r.organisation_id, r.parent_id, r.names, r.valid_from, r.valid_to) for r in rows]


def apply_change(work: UnitOfWork, rows: Sequence[OrganisationPeriod], change: Change[Period]) -> None:
    """Write what the domain decided about periods."""
    stored = {(row.organisation_id, row.valid_from): row for row in rows}
    for gone in change.removed:
        work.remove(stored[gone.unit, gone.valid_from])
    for period, ends in change.ended:
        work.change(stored[period.unit, period.valid_from], valid_to=ends)
    for new in change.added:
        work.add(period_row(work, new))


def period_row(work: UnitOfWork, new: Period) -> OrganisationPeriod:
    """A period as it is stored, with its key in the order of the tenant's own alphabet."""
    home = work.asker.home
    return OrganisationPeriod(
        **work.stamp(),
        organisation_id=new.unit,
        parent_id=new.parent,
        names=dict(new.names),
        sort_name=sort_key(resolve_name(new.names, fallback_chain(home)), home),
        valid_from=new.valid_from,
        valid_to=new.valid_to,
    )


def write_external_ids(
    work: UnitOfWork,
    organisation: Organisation,
    stored: Sequence[OrganisationExternalId],
    wanted: Sequence[ExternalId],
) -> None:
    """Keep the numbers that stay, drop those that go, add the new. Raises Invalid for malformed ones."""
    faults = [
        Fault("pattern", ("external_ids", i, "value"), {"scheme": each.scheme.value})
        for i, each in enumerate(wanted)
        if not organisations.is_external_id(each.scheme, each.value)
    ]
    if faults:
        raise Invalid(faults)
    keep = {(each.scheme, each.value) for each in wanted}
    have = {(row.scheme, row.value) for row in stored}
    work.remove(*(row for row in stored if (row.scheme, row.value) not in keep))
    work.add(
        *(
            OrganisationExternalId(**work.stamp(), organisation_id=organisation.id, scheme=scheme, value=value)
            for scheme, value in sorted(keep - have)
        )
    )


def write_sites(
    work: UnitOfWork, organisation: Organisation, stored: Sequence[OrganisationSite], wanted: Sequence[Site]
) -> None:
    """Sites are known by name: change those that are named again, drop the others, add the new."""
    by_name = {row.name: row for row in stored}
    first = {site.name: i for i, site in reversed([*enumerate(wanted)])}
    faults = [Fault("duplicate", ("sites", i, "name")) for i, site in enumerate(wanted) if first[site.name] != i]
    if faults:
        raise Invalid(faults)
    work.remove(*(row for name, row in by_name.items() if name not in first))
    for site in wanted:
        if site.name in by_name:
            work.change(by_name[site.name], **vars(site))
        else:
            work.add(OrganisationSite(**work.stamp(), organisation_id=organisation.id, **vars(site)))
