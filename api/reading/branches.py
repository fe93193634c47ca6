"""The first rows of a list by each access path: their union is a page, whatever the length of the history."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.reading.paths import Everyone, Keyed, Linked, Path, Wide, Within, everybody
from api.reading.views import View


@dataclass(frozen=True)
class Span:
    """Which rows of a list: parameters that hold its length and the keys of the rows that it lies between.

    `limit` is SQL; `after` and `before` name one parameter for each column of the view's order.
    """

    limit: str
    after: Sequence[str] = ()
    before: Sequence[str] = ()
    backward: bool = False


def union_of(view: type[View], filters: Sequence[str], span: Span, row: str) -> str:
    """(id, k1, k2 …) by every path through which the asker sees rows; `filters` are conditions over `{row}`."""
    if everybody(view.seen_by):
        return by_path(view, Everyone(), filters, span, row)
    return " union ".join(by_path(view, path, filters, span, row) for path in view.seen_by)


def by_path(view: type[View], path: Path, filters: Sequence[str], span: Span, row: str) -> str:
    """The same by one path, in the list's order and no longer than the span."""
    id = f"{row}.id"
    orders = [sql.format(row=row) for sql, _ in view.order.columns]
    source = view.source.format(row=row)
    conditions = [each.format(row=row) for each in filters]
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
            rows = first(id, orders, source, inner, view, span)
            return f"(select k.* from ({path.drive}) d cross join lateral {rows} k)"
    return first(id, orders, source, conditions, view, span)


def first(id: str, orders: list[str], source: str, conditions: Sequence[str], view: type[View], span: Span) -> str:
    """(id, k1, k2 …) of the first rows of a source in the view's order."""
    keys = ", ".join(f"{sql} as k{i}" for i, sql in enumerate(orders, 1))
    every = [*conditions, *bounded(orders, view, span)]
    where = f" where {' and '.join(every)}" if every else ""
    by = ", ".join(f"{sql} {direction(view, span)}" for sql in orders)
    return f"(select {id} as id, {keys} from {source}{where} order by {by} limit {span.limit})"


def bounded(orders: list[str], view: type[View], span: Span) -> list[str]:
    """The conditions that keep rows between those that the span names."""
    later, earlier = ("<", ">") if view.order.descending else (">", "<")
    conditions = []
    for sign, names in ((later, span.after), (earlier, span.before)):
        if names:
            kinds = [kind for _, kind in view.order.columns]
            given = ", ".join(f":{name}::text::{kind}" for name, kind in zip(names, kinds, strict=True))
            conditions.append(f"({', '.join(orders)}) {sign} ({given})")
    return conditions


def direction(view: type[View], span: Span) -> str:
    """Which way the rows are read."""
    return "desc" if view.order.descending != span.backward else "asc"
