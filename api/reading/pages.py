"""From a view to the SQL of one page: every access path gives its own first rows, and the page is their union."""

from api.reading.compiler import ASKER, Compiler
from api.reading.paths import Everyone, Keyed, Linked, Path, Wide, Within
from api.reading.views import VIEWS, Selection, View


def page_sql(view: type[View], selection: Selection, filters: tuple[str, ...], *, after: bool) -> str:
    """(asker_status, next, body): a JSON array of at most :limit rows, and the keys of the last row if more follow.

    `filters` names entries of the view's filters; with `after`, :after_1 … hold the keys of the last row seen.
    A view within a parent answers body null when the asker can't see that parent.
    """
    c = Compiler()
    row = c.row()
    direction = "desc" if view.order.descending else "asc"
    by = ", ".join(f"k{i} {direction}" for i in range(1, len(view.order.columns) + 1))
    last = ", ".join(f"k{i}::text" for i in range(1, len(view.order.columns) + 1))
    branches = " union ".join(_branch(c, view, path, filters, after=after) for path in view.seen_by)
    return (
        f"select asker.status as asker_status, r.next, r.body from {ASKER} left join lateral ("
        f"select coalesce(json_agg(page.body order by n) filter (where n <= :limit::int), '[]'::json) as body, "
        f"case when count(*) > :limit::int then min(page.last) filter (where n = :limit::int) end as next "
        f"from (select keys.n, json_build_array({last})::text as last, document.body "
        f"from (select *, row_number() over (order by {by}) as n from ("
        f"select * from ({branches}) every order by {by} limit :limit::int + 1) first) keys "
        # Row by row: planned for any :limit, a join would rather read the whole table than a page of it.
        f"cross join lateral (select case when keys.n <= :limit::int then {c.body(view, selection, row)} end as body "
        f"from {view.source.format(row=row)} where {row}.id = keys.id offset 0) document) page) r "
        f"on asker.status = 'active'{_gate(c, view)}"
    )


def _gate(c: Compiler, view: type[View]) -> str:
    """Rows within a parent are listed only to those who see the parent."""
    for path in view.seen_by:
        if isinstance(path, Within):
            parent = VIEWS[path.view]
            return (
                f" and exists (select from {parent.source.format(row='parent')} "
                f"where parent.id = :parent::uuid and {c.seen(parent.seen_by, 'parent')})"
            )
    return ""


def _branch(c: Compiler, view: type[View], path: Path, filters: tuple[str, ...], *, after: bool) -> str:
    row = c.row()
    id = f"{row}.id"
    orders = [sql.format(row=row) for sql, _ in view.order.columns]
    source = view.source.format(row=row)
    conditions = [view.filters[name].format(row=row) for name in filters]
    match path:
        case Everyone():
            conditions.append("asker.id is not null")
        case Wide():
            conditions.append(path.condition)
        case Within():
            conditions.append(f"{path.column.format(row=row)} = :parent::uuid")
        case Linked():
            orders = [f"l.{column}" for column in path.order_columns]
            if filters or view.narrows:
                source = f"{path.table} l join {source} on {id} = l.{path.row_column}"
            else:  # the link's foreign key says that the row is there, and its copies of the order are enough
                source, id = f"{path.table} l", f"l.{path.row_column}"
            conditions.append(f"l.{path.person_column} = asker.id")
        case Keyed():
            inner = [*conditions, f"{path.column.format(row=row)} = d.key"]
            lateral = _first(id, orders, source, inner, view, after=after)
            return f"(select k.* from ({path.drive}) d cross join lateral {lateral} k)"
    return _first(id, orders, source, conditions, view, after=after)


def _first(id: str, orders: list[str], source: str, conditions: list[str], view: type[View], *, after: bool) -> str:
    direction = "desc" if view.order.descending else "asc"
    if after:
        given = ", ".join(f":after_{i}::text::{kind}" for i, (_, kind) in enumerate(view.order.columns, 1))
        conditions = [*conditions, f"({', '.join(orders)}) {'<' if view.order.descending else '>'} ({given})"]
    keys = ", ".join(f"{sql} as k{i}" for i, sql in enumerate(orders, 1))
    where = f" where {' and '.join(conditions)}" if conditions else ""
    by = ", ".join(f"{sql} {direction}" for sql in orders)
    return f"(select {id} as id, {keys} from {source}{where} order by {by} limit :limit::int + 1)"
