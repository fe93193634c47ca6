"""From what is asked of figures to SQL: one JSON object for whomever it is about, computed from one pass over its base.

Thresholds stand in the statement: a number that may not be told never leaves the database.
"""

import re
from dataclasses import replace

from api.postgres.validity import below, in_force
from api.reading.figure_sums import FRESH, sums
from api.reading.figures import COMPARING, FIGURES, SEEN_BY, TOP, Figure, FigurePart, Whose
from api.reading.paths import Path
from domain.figures import FEWEST_FOR_BAND, FEWEST_FOR_MEAN, Level, Measure, Withheld

_KEY = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,62}", re.ASCII)
"""A name as GraphQL has it, no longer than PostgreSQL keeps."""


def figures_sql(whose: Whose, wanted: tuple[FigurePart, ...]) -> str:
    """SQL for one JSON object, as a scalar sub-select within a statement that has `asker` in it.

    Null where the asker may not see figures of that level there. Parameters: `figure_values` with its suffix,
    `:now` and `:today`. Raises ValueError for a name that isn't there at that level, or a key that can't name a column.
    """
    figures = [(_figure(whose, each), each.parts) for each in wanted if each.name not in TOP]
    whose.once("fresh", FRESH)
    ahead: list[str] = []
    source = ""
    if figures:
        series = any(part.name == "series" for _, parts in figures for part in parts)
        names = frozenset[str]().union(*(figure.needs(whose.level) for figure, _ in figures))
        compared = {f.name: f for f, parts in figures if COMPARING & {part.name for part in parts}}
        if compared and whose.level is Level.UNIT:
            ahead += _compared(whose, list(compared.values()))
        if whose.level is Level.UNIT:
            ahead.append(below("below", f"select {whose.id}"))
        ahead.append(f"a as materialized ({sums(whose, names, series=series)})")
        source = " from a where a.n = 0"
    columns = ", ".join(_named(_top(whose, each), each.key) for each in wanted)
    before = f"with recursive {', '.join(ahead)} " if ahead else ""
    body = f"{before}select row_to_json(j) from (select {columns}{source}) j"
    return f"(case when {_seen(whose, SEEN_BY[whose.level])} then ({body}) end)"


def _top(whose: Whose, wanted: FigurePart) -> str:
    if wanted.name in TOP:
        return _common(whose, wanted, "1", f"cardinality({whose.days})")
    figure = _figure(whose, wanted)
    columns = ", ".join(_named(_of_figure(whose, figure, part), part.key) for part in wanted.parts)
    return f"(select row_to_json(j) from (select {columns}) j)"


def _figure(whose: Whose, wanted: FigurePart) -> Figure:
    figure = FIGURES.get(wanted.name)
    if figure is None or whose.level not in figure.levels:
        raise ValueError(f"there is no figure {wanted.name} of a {whose.level}")
    return figure


def _of_figure(whose: Whose, figure: Figure, part: FigurePart) -> str:
    match part.name:
        case "measure":
            return f"'{figure.measure.value}'::text"
        case "series":
            return _series(whose, figure, part)
        case "tenant_mean" | "quartile_band":
            return _comparison(whose, figure, part.name) if whose.level is Level.UNIT else "null::float8"
        case "value" | "base" | "withheld":
            return _told(whose, figure, part.name)
    return _common(whose, part, "1", f"cardinality({whose.days})")


def _series(whose: Whose, figure: Figure, wanted: FigurePart) -> str:
    """Every bucket in order, also those in which nothing was published."""
    columns = []
    for part in wanted.parts:
        told = part.name in {"value", "base", "withheld"}
        sql = _told(whose, figure, part.name) if told else _common(whose, part, "b.n", "b.n + 1")
        columns.append(_named(sql, part.key))
    return (
        f"(select json_agg(p.j order by b.n) from generate_series(1, cardinality({whose.days}) - 1) b(n) "
        "left join a on a.n = b.n cross join lateral "
        f"(select row_to_json(x) as j from (select {', '.join(columns)}) x) p)"
    )


def _common(whose: Whose, part: FigurePart, first: str, after: str) -> str:
    """What doesn't come from sums; `first` and `after` number the days that the stretch begins with and ends before."""
    match part.name:
        case "typename":
            return "'" + part.text.replace("'", "''") + "'::text"
        case "since":
            return f"({whose.days})[{first}]"
        case "until":
            return f"({whose.days})[{after}]"
        case "as_of":
            return "(select case when f.rolled then f.since else :now::timestamptz end from fresh f)"
    raise ValueError(f"there is no {part.name} here")


def _told(whose: Whose, figure: Figure, what: str) -> str:
    """The value, its base, or the reason why there is no value; over `a`, a row of sums or nothing."""
    rule, base = figure.levels[whose.level], f"coalesce({figure.base}, 0)"
    if what == "base":
        return f"case when {_seen(whose, rule.seen_by)} then {base} end" if rule.seen_by else base
    reasons = []
    if rule.seen_by:
        reasons.append(f"when not {_seen(whose, rule.seen_by)} then '{Withheld.ONLY_THE_TEAM}'")
    if figure.measure is not Measure.COUNT or rule.people:
        reasons.append(f"when {base} = 0 then '{Withheld.NOTHING_YET}'")
    if rule.people:
        reasons.append(f"when coalesce(a.people, 0) < {rule.people} then '{Withheld.TOO_FEW_PEOPLE}'")
    if what == "withheld":
        return f"case {' '.join(reasons)} end" if reasons else "null::text"
    value = f"coalesce({figure.value}, 0)" if figure.measure is Measure.COUNT else figure.value
    if rule.step > 1:
        value = f"(round({value} / {rule.step}.0) * {rule.step})::bigint"
    silent = " ".join(reason[: reason.rindex(" then ")] + " then null" for reason in reasons)
    return f"case {silent} else {value} end" if reasons else value


def _compared(whose: Whose, figures: list[Figure]) -> list[str]:
    """`compared`: for each kind of unit, what the units of today have in common; computed once a statement.

    Kinds with too few units for any comparison are left alone. Nothing here tells one unit from another.
    """
    each = replace(whose, id="u.id")
    names = frozenset[str]().union(*(figure.needs(Level.UNIT) for figure in figures))
    values, columns = [], ["u.kind"]
    for figure in figures:
        name = figure.name
        values.append(f"({_told(each, figure, 'value')})::float8 as {name}")
        columns += [
            f"count(v.{name}) as {name}_units",
            f"round(avg(v.{name})::numeric, 4)::float8 as {name}_mean",
            f"percentile_cont(array[0.25, 0.5, 0.75]) within group (order by v.{name}) as {name}_quarters",
        ]
    units = (
        "units as materialized (select o.id, o.kind, count(*) over (partition by o.kind) as alike from organisation o "
        f"where exists (select from organisation_period p where p.organisation_id = o.id and {in_force('p')}))"
    )
    compared = (
        f"compared as materialized (select {', '.join(columns)} from units u cross join lateral ("
        f"with recursive {below('below', f'select {each.id}')}, a as ({sums(each, names, series=False)}) "
        f"select {', '.join(values)} from a) v where u.alike >= {FEWEST_FOR_MEAN} group by u.kind)"
    )
    return [units, compared]


def _comparison(whose: Whose, figure: Figure, what: str) -> str:
    kind = f"c.kind = (select o.kind from organisation o where o.id = {whose.id})"
    name = figure.name
    if what == "tenant_mean":
        enough = f"c.{name}_units >= {FEWEST_FOR_MEAN}"
        return f"(select case when {enough} then c.{name}_mean end from compared c where {kind})"
    value = f"({_told(whose, figure, 'value')})"
    band = " + ".join(f"({value} > c.{name}_quarters[{quarter}])::int" for quarter in (1, 2, 3))
    enough = f"c.{name}_units >= {FEWEST_FOR_BAND}"
    return f"(select case when {enough} then 1 + {band} end from compared c where {kind})"


def _seen(whose: Whose, paths: tuple[Path, ...]) -> str:
    """Whether the asker is one of those, there."""
    test = whose.seen(paths, "t")
    return f"exists (select from team t where t.id = {whose.id} and {test})" if whose.level is Level.TEAM else test


def _named(sql: str, key: str) -> str:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} can't name a column")
    return f'{sql} as "{key}"'
