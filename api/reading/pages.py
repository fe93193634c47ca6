"""From a view to the SQL of one page of REST: every access path gives its own first rows, the page is their union."""

from api.reading.branches import Span, direction, union_of
from api.reading.compiler import ASKER, Compiler
from api.reading.paths import Within
from api.reading.selections import Selection
from api.reading.views import VIEWS, View


def page_sql(view: type[View], selection: Selection, filters: tuple[str, ...], *, after: bool) -> str:
    """(asker_status, next, body): a JSON array of at most :limit rows, and the keys of the last row if more follow.

    `filters` names entries of the view's filters; with `after`, :after_1 … hold the keys of the last row seen.
    A view within a parent answers body null when the asker can't see that parent.
    """
    c = Compiler()
    row = c.row()
    numbers = range(1, len(view.order.columns) + 1)
    span = Span(":limit::int + 1", [f"after_{i}" for i in numbers] if after else ())
    by = ", ".join(f"k{i} {direction(view, span)}" for i in numbers)
    last = ", ".join(f"k{i}::text" for i in numbers)
    branches = union_of(view, [view.filters[name] for name in filters], span, c.row())
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
