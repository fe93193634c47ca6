"""From a view to the SQL of one connection: the rows of a list or a link, paged, with their edges and cursors."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from api.reading.branches import Span, bounded, direction, union_of
from api.reading.paths import everybody
from api.reading.selections import Constant, Edges, Nodes, Paged, PageInfo, Part, Related, Scalar, Selection
from api.reading.views import VIEWS, Link, View

if TYPE_CHECKING:
    from api.reading.compiler import Compiler


def listed(c: "Compiler", part: Paged) -> str:
    """One JSON object: a page of all the rows of a view that the asker may see."""
    view = VIEWS[part.view]
    if everybody(view.seen_by):
        return _straight(c, part, c.row(), "true")
    span = _span(part)
    branches = union_of(view, list(_filters(view, part)), span, c.row())
    by = _by(view, span)
    row = c.row()
    keys = [f"keys.k{i}" for i in range(1, len(view.order.columns) + 1)]
    document = f"select {', '.join(_pieces(c, part, view, row, keys))} from {view.source.format(row=row)}"
    rows = (
        "select keys.n, document.* from "
        f"(select *, row_number() over (order by {by}) as n from "
        f"(select * from ({branches}) every order by {by} limit {span.limit}) first) keys "
        f"cross join lateral ({document} where {row}.id = keys.id offset 0) document"
    )
    return _page(part, rows)


def nested(c: "Compiler", part: Paged, link: Link, row: str) -> str:
    """The same of the rows that a link of `row` leads to."""
    other = c.row()
    return _straight(c, part, other, link.condition(row, other))


def _straight(c: "Compiler", part: Paged, row: str, condition: str) -> str:
    """A page of the rows that fulfil a condition, with one way to them: PostgreSQL sorts and limits before it builds
    what is shown.
    """
    view, span = VIEWS[part.view], _span(part)
    orders = [sql.format(row=row) for sql, _ in view.order.columns]
    conditions = [condition, c.seen(view.seen_by, row), *bounded(orders, view, span)]
    conditions += [each.format(row=row) for each in _filters(view, part)]
    columns = [*(f"{sql} as k{i}" for i, sql in enumerate(orders, 1)), *_pieces(c, part, view, row, orders)]
    by = ", ".join(f"{sql} {direction(view, span)}" for sql in orders)
    first = (
        f"select {', '.join(columns)} from {view.source.format(row=row)} "
        f"where {' and '.join(conditions)} order by {by} limit {span.limit}"
    )
    return _page(part, f"select *, row_number() over (order by {_by(view, span)}) as n from ({first}) first")


def cursor_sql(view: type[View], keys: Sequence[str]) -> str:
    """The cursor of a row by SQL of its keys: base64url of a JSON array of texts, whose first is the view's name, so
    that it is good for its lists alone (api/schema/arguments.py reads it).
    """
    texts = ", ".join((f"'{view.published}'", *(f"({key})::text" for key in keys)))
    text = f"convert_to(json_build_array({texts})::text, 'UTF8')"
    return f"translate(encode({text}, 'base64'), E'+/=\\n', '-_')"


def _by(view: type[View], span: Span) -> str:
    return ", ".join(f"k{i} {direction(view, span)}" for i in range(1, len(view.order.columns) + 1))


def _filters(view: type[View], part: Paged) -> Iterator[str]:
    for name, parameter in part.filters:
        yield view.filters[name].replace(f":{name}::", f":{parameter}::")


def _span(part: Paged) -> Span:
    window = part.window
    more = " + 1" if _wants(part, "hasPreviousPage" if window.backward else "hasNextPage") else ""
    return Span(f":{window.size}::int{more}", window.after, window.before, window.backward)


def _wants(part: Paged, name: str) -> bool:
    """Whether something is asked of the page's own state."""
    infos = [each for each in part.wanted if isinstance(each, PageInfo)]
    return any(isinstance(each, Scalar) and each.name == name for info in infos for each in info.wanted.parts)


def _pieces(c: "Compiler", part: Paged, view: type[View], row: str, keys: Sequence[str]) -> list[str]:
    """Columns b0, b1 … of a row: what each thing that is wanted of the page shows of it; and its cursor if need be."""
    pieces = [f"{_piece(c, each, view, row, keys)} as b{i}" for i, each in enumerate(part.wanted)]
    if _needs_cursor(part):
        pieces.append(f"{cursor_sql(view, keys)} as cursor")
    return pieces


def _page(part: Paged, rows: str) -> str:
    """The page, from rows of pieces with their numbers `n`."""
    size = f":{part.window.size}::int"
    kept = f"filter (where p.n <= {size})"
    order = "desc" if part.window.backward else "asc"
    gathered = [
        f"coalesce(json_agg(p.b{i} order by p.n {order}) {kept}, '[]'::json) as b{i}"
        for i, each in enumerate(part.wanted)
        if isinstance(each, Edges | Nodes)
    ]
    gathered.append(f"count(*) > {size} as more")
    if _needs_cursor(part):
        gathered.append(f"(array_agg(p.cursor order by p.n {order}) {kept}) as cursors")
    answered = ", ".join(f'{_answered(each, i, part)} as "{each.key}"' for i, each in enumerate(part.wanted))
    return f"(select row_to_json(c) from (select {answered} from (select {', '.join(gathered)} from ({rows}) p) a) c)"


def _needs_cursor(part: Paged) -> bool:
    return _wants(part, "startCursor") or _wants(part, "endCursor")


def _piece(
    c: "Compiler", each: Constant | Edges | Nodes | PageInfo, view: type[View], row: str, keys: Sequence[str]
) -> str:
    match each:
        case Nodes():
            return c.body(view, each.wanted, row)
        case Edges():
            columns = ", ".join(
                f'{_of_edge(c, inner, view, row, keys)} as "{inner.key}"' for inner in each.wanted.parts
            )
            return f"(select row_to_json(e) from (select {columns}) e)"
        case _:
            return "null"


def _of_edge(c: "Compiler", part: object, view: type[View], row: str, keys: Sequence[str]) -> str:
    match part:
        case Constant():
            return part.sql
        case Related():
            return c.body(view, part.wanted, row)
    return cursor_sql(view, keys)


def _answered(each: Constant | Edges | Nodes | PageInfo, number: int, part: Paged) -> str:
    match each:
        case Constant():
            return each.sql
        case PageInfo():
            return _page_info(each.wanted, part)
    return f"a.b{number}"


def _page_info(wanted: Selection, part: Paged) -> str:
    window = part.window
    states = {
        "hasNextPage": str(bool(window.before)).lower() if window.backward else "a.more",
        "hasPreviousPage": "a.more" if window.backward else str(bool(window.after)).lower(),
        "startCursor": "a.cursors[1]",
        "endCursor": "a.cursors[array_length(a.cursors, 1)]",
    }
    columns = ", ".join(f'{_state(each, states)} as "{each.key}"' for each in wanted.parts)
    return f"(select row_to_json(i) from (select {columns}) i)"


def _state(part: Part, states: Mapping[str, str]) -> str:
    match part:
        case Constant():
            return part.sql
        case Scalar():
            return states[part.name]
    raise TypeError(f"{part.key}: not the state of a page")
