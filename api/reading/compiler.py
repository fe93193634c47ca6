"""From a view and a selection to SQL text: bodies, visibility and links at every level.

Everything here is text from declarations in this code base; what comes from a client is always a parameter.
"""

from itertools import count

from api.reading.paths import Everyone, Keyed, Linked, Path, Wide, Within
from api.reading.views import VIEWS, Link, Selection, Shown, View

ASKER = """
  (select set_config('app.tenant', :tenant::text, true) as tenant offset 0) s
  left join lateral (
    select i.person_id as id, p.status, p.locale
    from person_identity i join person p on p.id = i.person_id
    where s.tenant is not null and i.issuer = :issuer::text and i.subject = :subject::text
    offset 0) asker on true"""
"""Sets the tenant, then finds who asks: the join makes PostgreSQL do the one before the other. If that order
ever broke, row security would find no tenant and give nothing (tests/api/test_reading_order.py)."""


class Compiler:
    """Compiles one statement: hands out row names that no other level uses."""

    def __init__(self) -> None:
        self._numbers = count()

    def row(self) -> str:
        """A fresh name for a row."""
        return f"r{next(self._numbers)}"

    def body(self, view: type[View], selection: Selection, row: str) -> str:
        """One JSON object for the row called `row`."""
        return f"(select row_to_json(j) from (select {self.columns(view, selection, row)}) j)"

    def columns(self, view: type[View], selection: Selection, row: str) -> str:
        """What stands in the object, in the order of the selection."""
        parts = [f'{self._field(view.fields[name], row)} as "{key}"' for key, name in selection.fields]
        for key, name, wanted in selection.links:
            parts.append(f'{self._link(view.links[name], wanted, row)} as "{key}"')
        return ", ".join(parts)

    def _field(self, shown: Shown, row: str) -> str:
        sql = shown.sql.format(row=row)
        if not shown.seen_by:
            return sql
        return f"case when {self.seen(shown.seen_by, row)} then {sql} end"

    def _link(self, link: Link, selection: Selection, row: str) -> str:
        view, other = VIEWS[link.view], self.row()
        if link.kind == "one":
            condition = f"{other}.id = {link.column.format(row=row)}"
        else:
            condition = f"{link.column.format(row=other)} = {row}.id"
        if link.where:
            condition += f" and {link.where.format(row=other)}"
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

    def seen(self, paths: tuple[Path, ...], row: str) -> str:
        """Whether the asker may see the row called `row`, by any of the paths."""
        return "(" + " or ".join(self._test(path, row) for path in paths) + ")"

    def _test(self, path: Path, row: str) -> str:
        match path:
            case Everyone():
                return "asker.id is not null"
            case Wide():
                return path.condition
            case Keyed():
                return path.test.format(key=path.column.format(row=row))
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
