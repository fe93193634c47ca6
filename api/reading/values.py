"""What is wanted of the inside of a JSON value: a document within a row that is no row of its own."""

from api.reading.selections import Constant, Inside, Scalar


def inside(sql: str, part: Inside) -> str:
    """SQL for one object, or a list of them in its order, with nothing but what is wanted."""
    if not part.listed:
        return f"(select row_to_json(j) from (select {_columns(part, 'e.value')} from {_one(sql)} e) j)"
    return (
        f"(select coalesce(json_agg(row_to_json(j)), '[]'::json) from (select {_columns(part, 'e.value')} "
        f"from jsonb_array_elements({sql}::jsonb) with ordinality as e(value, n) order by n) j)"
    )


def _one(sql: str) -> str:
    return f"(select v as value from (select {sql}::jsonb as v) x where jsonb_typeof(v) = 'object')"


def _columns(part: Inside, value: str) -> str:
    return ", ".join(f'{_part(each, value)} as "{each.key}"' for each in part.wanted.parts)


def _part(part: object, value: str) -> str:
    match part:
        case Scalar():
            return f"{value} -> '{part.name}'"
        case Constant():
            return part.sql
        case Inside():
            return inside(f"({value} -> '{part.name}')", part)
    raise TypeError(f"{part}: not inside a value")
