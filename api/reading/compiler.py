"""From a view and a selection to SQL text: bodies, visibility and links at every level.

Everything here is text from declarations in this code base; what comes from a client is always a parameter.
"""

from itertools import count

from api.reading import connections, values
from api.reading.figure_sql import figures_sql
from api.reading.figures import Whose
from api.reading.paths import Everyone, Keyed, Linked, Path, Wide, Within, everybody
from api.reading.selections import (
    Alternative,
    Constant,
    Figured,
    Inside,
    Paged,
    Part,
    Related,
    Scalar,
    Selection,
    Single,
    SingleAnywhere,
)
from api.reading.views import VIEWS, Link, Shown, View

ASKER = """
  (select set_config('app.tenant', :tenant::text, true) as tenant offset 0) s
  left join lateral (
    select i.person_id as id, p.status, p.locale
    from person_identity i join person p on p.id = i.person_id
    where s.tenant is not null and i.issuer = :issuer::text and i.subject = :subject::text
    offset 0) asker on true"""
"""Sets the tenant, then finds who asks: the join makes PostgreSQL do the one before the other. If that order
ever broke, row security would find no tenant and give nothing (tests/tenancy/test_reading_order.py)."""


class Compiler:
    """Compiles one statement: hands out row names that no other level uses.

    With `sets`, the keys of an access path are listed once a statement and looked up, which pays as soon as
    many rows are tested; without, each row is tested by itself.
    """

    def __init__(self, *, sets: bool = False) -> None:
        self._numbers = count()
        self._with_sets = sets
        self._sets: dict[str, str] = {}

    def row(self) -> str:
        """A fresh name for a row."""
        return f"r{next(self._numbers)}"

    def once(self, name: str, sql: str) -> None:
        """Have what this SQL selects at hand as a table of that name, computed once for the whole statement."""
        self._sets[name] = sql

    def sets(self) -> str:
        """The WITH clause of all that is computed once; empty when there is nothing."""
        named = ", ".join(f"{name} as materialized ({keys})" for name, keys in self._sets.items())
        return f"with {named} " if named else ""

    def body(self, view: type[View], selection: Selection, row: str) -> str:
        """One JSON object for the row called `row`."""
        return f"(select row_to_json(j) from (select {self.columns(view, selection, row)}) j)"

    def columns(self, view: type[View], selection: Selection, row: str) -> str:
        """What stands in the object, in the order of the selection."""
        return ", ".join(f'{self._part(view, part, row)} as "{part.key}"' for part in selection.parts)

    def roots(self, selection: Selection) -> str:
        """The object of an operation, whose parts belong to no row."""
        parts = ", ".join(f'{self._root(part)} as "{part.key}"' for part in selection.parts)
        return f"(select row_to_json(j) from (select {parts}) j)"

    def _root(self, part: Part) -> str:
        match part:
            case Constant():
                return part.sql
            case Paged():
                return as_of(part.as_of, connections.listed(self, part))
            case Single():
                return as_of(part.as_of, self._single(part))
            case SingleAnywhere():
                ways = [self._single(Single(part.key, view, wanted, part.id)) for view, wanted in part.wanted]
                return f"coalesce({', '.join(ways)})"
        raise TypeError(f"{part.key}: {type(part).__name__} is no root")

    def _single(self, part: Single) -> str:
        view, row = VIEWS[part.view], self.row()
        key = view.key.format(row=row).replace(":id::", f":{part.id}::")
        return (
            f"(select row_to_json(j) from (select {self.columns(view, part.wanted, row)} "
            f"from {view.source.format(row=row)} where {key} and {self.seen(view.seen_by, row)}) j)"
        )

    def _part(self, view: type[View], part: Part, row: str) -> str:  # noqa: PLR0911 - one for each kind
        match part:
            case Scalar():
                return self._field(view.fields[part.name], row)
            case Constant():
                return part.sql
            case Inside():
                return values.inside(self._field(view.fields[part.name], row), part)
            case Related():
                return self._link(view.links[part.link], part.wanted, row)
            case Alternative():
                return self._either(view.links[part.link], part, row)
            case Figured() if view.figures_at:
                whose = Whose(view.figures_at, f"{row}.id", self.seen, self.once, part.suffix)
                return figures_sql(whose, part.wanted)
            case Paged():
                return connections.nested(self, part, view.links[part.link or ""], row)
        raise TypeError(f"{part.key}: {type(part).__name__} is no part of a row")

    def _field(self, shown: Shown, row: str) -> str:
        sql = shown.sql.format(row=row)
        if not shown.seen_by:
            return sql
        return f"case when {self.seen(shown.seen_by, row)} then {sql} end"

    def _link(self, link: Link, selection: Selection, row: str) -> str:
        view, other = VIEWS[link.view], self.row()
        condition = link.condition(row, other)
        inherited = any(isinstance(path, Within) for path in view.seen_by) and link.kind == "many"
        if not inherited:
            condition += f" and {self.seen(view.seen_by, other)}"
        inner = f"select {self.columns(view, selection, other)} from {view.source.format(row=other)} where {condition}"
        if link.kind == "one":
            return f"(select row_to_json(j) from ({inner}) j)"
        return (
            "(select coalesce(json_agg(row_to_json(j)), '[]'::json) "
            f"from ({inner} order by {link.order.format(row=other)}) j)"
        )

    def _either(self, link: Link, part: Alternative, row: str) -> str:
        wanted = dict(part.wanted)
        cases = []
        for way in link.ways:
            if way.view in wanted:
                to_one = Link("", way.view, "one", way.column)
                cases.append(f"when {way.condition.format(row=row)} then {self._link(to_one, wanted[way.view], row)}")
        return f"case {' '.join(cases)} end" if cases else "null::json"

    def seen(self, paths: tuple[Path, ...], row: str) -> str:
        """Whether the asker may see the row called `row`, by any of the paths."""
        if everybody(paths):
            return "asker.id is not null"
        widest_first = sorted(paths, key=lambda path: not isinstance(path, Wide)) if self._with_sets else paths
        return "(" + " or ".join(self._test(path, row) for path in widest_first) + ")"

    def _test(self, path: Path, row: str) -> str:
        match path:
            case Everyone():
                return "asker.id is not null"
            case Wide():
                return path.condition
            case Keyed():
                column = path.column.format(row=row)
                if self._with_sets and not path.narrow:
                    self.once(path.name, path.drive)
                    return f"{column} in (select key from {path.name})"
                return path.test.format(key=column)
            case Linked():
                return (
                    f"exists (select from {path.table} l where l.{path.row_column} = {row}.id "
                    f"and l.{path.person_column} = asker.id)"
                )
            case Within():
                view, parent = VIEWS[path.view], self.row()
                return (
                    f"exists (select from {view.source.format(row=parent)} "
                    f"where {parent}.id = {path.column.format(row=row)} and {self.seen(view.seen_by, parent)})"
                )


def as_of(parameter: str | None, sql: str) -> str:
    """The same SQL as of the day that the parameter holds; without one, as of the day that holds further out."""
    return sql if parameter is None else sql.replace(":as_of::", f":{parameter}::")


def one_sql(view: type[View], selection: Selection, *, within: bool = False) -> str:
    """(asker_status, revision, body) of the row whose id is :id; body null when there is none to be seen."""
    c = Compiler()
    row = c.row()
    parents = [path.column.format(row=row) for path in view.seen_by if isinstance(path, Within)] if within else []
    belongs = "".join(f" and {column} = :parent::uuid" for column in parents)
    revision = view.revision_sql.format(row=row)
    return (
        f"select asker.status as asker_status, r.revision, r.body from {ASKER} left join lateral ("
        f"select {revision} as revision, {c.body(view, selection, row)} as body "
        f"from {view.source.format(row=row)} where {view.key.format(row=row)} and asker.status = 'active'{belongs} "
        f"and {c.seen(view.seen_by, row)}) r on true"
    )


def operation_sql(selection: Selection) -> str:
    """(asker_status, body) of a whole operation: one JSON object of all that it asks for."""
    c = Compiler(sets=True)
    body = c.roots(selection)
    return (
        f"select asker.status as asker_status, r.body from {ASKER} left join lateral ("
        f"{c.sets()}select {body} as body offset 0) r on asker.status = 'active'"
    )
