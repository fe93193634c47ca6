"""Figures in the schema: typed fields for those of each level, generated from the registry."""

from strawberry.types.field import StrawberryField

from api.reading.figures import shown_at
from api.schema.meanings import Argument, Cast, Kind, Meaning
from api.schema.types import Types
from domain.figures import MOST_BUCKETS, Bucket, Level, Measure, Withheld

SERIES = 12
"""How many buckets a series is taken to have, where costs are counted."""

PERIOD = {
    "since": ("date", "The first day of the period; it begins with a whole bucket."),
    "until": ("date", "The first day after the period."),
}
NUMBER = {
    "value": ("float | None", "The number; null where it is withheld."),
    "base": ("int | None", "How much it was computed from, as the figure says."),
    "withheld": ("Withheld | None", "Why there is no number; null where there is one."),
}
FIGURE = {
    "measure": ("Measure", "What the number counts."),
    "as_of": ("datetime", "How fresh it is: everything that happened before is in it."),
}
COMPARISON = {
    "tenant_mean": ("float | None", "The mean of all units of the same kind; from three of them with a number."),
    "quartile_band": ("int | None", "In which quarter of these the unit is, 1 to 4; from five of them, never a rank."),
}


def figures_field(types: Types, owner: str, level: Level) -> StrawberryField:
    """The field that gives figures about a row of that level, with all that it needs."""
    bucket = types.named_type(Bucket)
    types.named_type(Measure)
    types.named_type(Withheld)
    _number_types(types)
    name = f"{level.value.capitalize()}Figures"
    number = "UnitFigure" if level is Level.UNIT else "Figure"
    fields = {key: _scalar(types, name, key, kind, doc) for key, (kind, doc) in PERIOD.items()}
    fields["as_of"] = _scalar(types, name, "as_of", *FIGURE["as_of"])
    for figure in shown_at(level):
        fields[figure.name] = types.field(
            name, figure.name, number, figure.doc, Meaning(Kind.FIGURE, figure.name, number)
        )
    types.make(name, f"Figures about a {level.value}; only those that are asked for are computed.", fields)
    arguments = (
        Argument("since", Cast.DATE, "date", "From this day; the first of the current school year when left out."),
        Argument("until", Cast.DATE, "date", "Up to but not including this day; a year of school when left out."),
        Argument(
            "by",
            Cast.BUCKET,
            bucket,
            f"What the period is divided into (at most {MOST_BUCKETS} of them) and widened to; month when left out.",
        ),
    )
    annotation = f"{name} | None" if level is Level.TEAM else name
    doc = "Figures for a period: counts and medians of activity, never about a person."
    return types.field(owner, "figures", annotation, doc, Meaning(Kind.FIGURES, view=name, arguments=arguments))


def _number_types(types: Types) -> None:
    if "Figure" in types.named:
        return
    point = {key: _scalar(types, "FigurePoint", key, kind, doc) for key, (kind, doc) in {**PERIOD, **NUMBER}.items()}
    types.make("FigurePoint", "A figure in one bucket of its period.", point)
    for name, more in (("Figure", {}), ("UnitFigure", COMPARISON)):
        fields = {
            key: _scalar(types, name, key, kind, doc) for key, (kind, doc) in {**NUMBER, **FIGURE, **more}.items()
        }
        series = Meaning(Kind.FIGURE, "series", "FigurePoint", listed=True, size=SERIES)
        doc = "The same for each bucket, in order: one's own history."
        fields["series"] = types.field(name, "series", "list[FigurePoint]", doc, series)
        types.make(name, "A number with what stands behind it.", fields)


def _scalar(types: Types, owner: str, key: str, kind: str, doc: str) -> StrawberryField:
    return types.field(owner, key, kind, doc, Meaning(Kind.SCALAR, key))
