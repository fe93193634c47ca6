"""The figures that there are: how agendas go out, what planned time is for, and how much is met.

What is protected. A figure that says how people do their work (the lead, overrides) is shown above the team only
where at least five different people published what it is computed from, in the period as in every bucket of a series;
agendas of which nobody knows who published them count for nobody. Overrides, the only such figure that adds up, are
told above the team in steps of five: taking a unit, a period or a bucket from another that contains it leaves a
number that may be five off, which doesn't tell what one person did. The lead is a median of whole hours and does not
add up. Means and quartiles of units are made of shown values only, from three and from five units of a kind on, and
name no unit; nothing that is withheld can be computed from them.

What is not. Meeting counts and planned minutes are activity of teams and units, not of persons, and have no
threshold. Whoever watches a figure while single agendas go out sees that it moved; who knows the numbers of four of
five publishers knows something about the fifth; and steps of five can be narrowed down by very many periods that
overlap. Those who may see a meeting see its overrides and who decided on them: these figures add nothing to that.
"""

from api.queries.access import everyone, holds, leads_unit, works_in_team
from api.reading.figures import SEEN_BY, Figure, Rule, declare
from domain.figures import FEWEST_PEOPLE, Level, Measure
from domain.meetings import Purpose

EVERYWHERE = {level: Rule() for level in Level}
SEVERAL = Rule(people=FEWEST_PEOPLE)
SEVERAL_IN_STEPS = Rule(people=FEWEST_PEOPLE, step=5)
OWN = Rule(seen_by=(works_in_team("id"),))

SEEN_BY.update(
    {
        Level.TENANT: (everyone,),
        Level.UNIT: (everyone,),
        Level.TEAM: (works_in_team("id"), leads_unit("organisation_id"), holds("unit_leader")),
    }
)

AGENDA_LEAD = Figure(
    name="agenda_lead",
    doc="How long before its meeting an agenda goes out: the median of whole working hours, by the calendar that the "
    "agenda was judged by; between two meetings, the shorter. Base: agendas whose lead is known. Source: figure F2, "
    "agenda lead.",
    measure=Measure.WORKING_HOURS,
    value="a.lead",
    base="a.led",
    sums=("lead", "led"),
    levels={Level.UNIT: SEVERAL, Level.TENANT: SEVERAL},
)

DEVELOPMENT_SHARE = Figure(
    name="development_share",
    doc="How much of the planned time is for development: planned minutes of items on the development track, as a "
    "share of all planned minutes of agendas that have gone out. Base: those minutes. Source: figure F3, development "
    "share, planned.",
    measure=Measure.SHARE,
    value="round(a.development_minutes::numeric / nullif(a.minutes, 0), 4)::float8",
    base="a.minutes",
    sums=("development_minutes", "minutes"),
    levels=EVERYWHERE,
)

OVERRIDES = Figure(
    name="overrides",
    doc="How often somebody published in spite of a rule, with a reason; above the team in steps of five. The team's "
    "own number is for the team alone. Base: agendas that have gone out. Source: figure F4, rule compliance with its "
    "overrides.",
    measure=Measure.COUNT,
    value="a.overrides",
    base="a.meetings",
    sums=("meetings", "overrides"),
    levels={Level.TEAM: OWN, Level.UNIT: SEVERAL_IN_STEPS, Level.TENANT: SEVERAL_IN_STEPS},
)

MEETINGS = Figure(
    name="meetings",
    doc="How many meetings there are whose agenda has gone out and that were not called off. Activity, not content.",
    measure=Measure.COUNT,
    value="a.meetings",
    base="a.meetings",
    sums=("meetings",),
    levels=EVERYWHERE,
)


def _of_purpose(purpose: Purpose) -> Figure:
    name = f"{purpose}_meetings"
    return Figure(
        name=name,
        doc=f"How many of these meetings are for the purpose «{purpose}». Base: all of them. Activity, not content.",
        measure=Measure.COUNT,
        value=f"a.{name}",
        base="a.meetings",
        sums=(name, "meetings"),
        levels=EVERYWHERE,
    )


declare(AGENDA_LEAD, DEVELOPMENT_SHARE, OVERRIDES, MEETINGS, *(_of_purpose(purpose) for purpose in Purpose))
