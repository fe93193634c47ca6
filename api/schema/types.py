"""Types of the schema by name: made once from fields, and noted down with what each field means."""

import types
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, NewType, Union, get_args, get_origin
from uuid import UUID

import strawberry
from pydantic import BaseModel
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from api.schema.meanings import SHORT_LIST, Argument, Kind, Meaning

JSON = NewType("JSON", object)
LocalisedText = NewType("LocalisedText", object)
SCALARS: dict[object, Any] = {
    JSON: strawberry.scalar(name="JSON", description="Any JSON value; what it holds differs from rule to rule."),
    LocalisedText: strawberry.scalar(
        name="LocalisedText", description="A text in several languages: an object from language tags to texts."
    ),
}

_NAMES: Mapping[Any, str] = {
    UUID: "ID",
    str: "str",
    int: "int",
    float: "float",
    bool: "bool",
    datetime: "datetime",
    date: "date",
}


class Types:
    """The types made so far, and what their fields mean."""

    def __init__(self) -> None:
        self.named: dict[str, Any] = {
            "ID": strawberry.ID,
            "datetime": datetime,
            "date": date,
            "JSON": JSON,
            "LocalisedText": LocalisedText,
        }
        self.meanings: dict[str, dict[str, Meaning]] = {}

    def make(
        self,
        name: str,
        doc: str | None,
        fields: Mapping[str, StrawberryField],
        bases: tuple[type, ...] = (),
        decorate: Any = strawberry.type,
    ) -> Any:
        """An object type, or whatever else `decorate` makes, with these fields."""
        wanted = {key: field.type_annotation for key, field in fields.items()}
        # Strawberry looks at annotations before the types that they name are there: it gets them afterwards.
        body = {"__annotations__": dict.fromkeys(fields, str), "__module__": __name__, **fields}
        made = decorate(type(name, bases, body), name=name, description=first_paragraph(doc))
        for field in made.__strawberry_definition__.fields:
            if field.python_name in wanted:
                field.type_annotation = wanted[field.python_name]
        self.named[name] = made
        return made

    def field(
        self, owner: str, name: str, annotation: str, doc: str, meaning: Meaning, deprecated: str | None = None
    ) -> StrawberryField:
        """A field whose type is named, and what it means."""
        made = StrawberryField(
            python_name=name,
            type_annotation=self._annotation(annotation),
            description=doc or None,
            deprecation_reason=deprecated,
        )
        made.arguments = [self._argument(each) for each in meaning.arguments]
        self.meanings.setdefault(owner, {})[camel(name)] = meaning
        return made

    def named_type(self, hint: Any) -> str:  # noqa: PLR0911 - one for each kind
        """The name of a Python type in the schema, made now if it isn't there yet."""
        if get_origin(hint) is Annotated:
            return self.named_type(get_args(hint)[0])
        if get_origin(hint) in {Union, types.UnionType}:
            return f"{self.named_type(without_none(hint))} | None"
        if get_origin(hint) is list:
            return f"list[{self.named_type(get_args(hint)[0])}]"
        if get_origin(hint) is dict:
            return "LocalisedText" if get_args(hint) == (str, str) else "JSON"
        if issubclass(hint, Enum):
            if hint.__name__ not in self.named:
                doc = first_paragraph(hint.__doc__)
                self.named[hint.__name__] = strawberry.enum(hint, description=doc, graphql_name_from="value")
            return str(hint.__name__)
        if issubclass(hint, BaseModel):
            return self._value(hint)
        return _NAMES[hint]

    def _value(self, model: type[BaseModel]) -> str:
        """The type of a document inside a row."""
        name = model.__name__
        if name not in self.named:
            fields = {
                key: self.field(
                    name,
                    key,
                    self.named_type(info.annotation),
                    info.description or "",
                    meaning_of(key, info.annotation),
                )
                for key, info in model.model_fields.items()
            }
            self.make(name, model.__doc__, fields)
        return name

    def _argument(self, argument: Argument) -> StrawberryArgument:
        annotation = argument.annotation if argument.required else f"{argument.annotation} | None"
        more: dict[str, Any] = {} if argument.required else {"default": strawberry.UNSET}
        return StrawberryArgument(argument.name, None, self._annotation(annotation), description=argument.doc, **more)

    def _annotation(self, text: str) -> StrawberryAnnotation:
        return StrawberryAnnotation(text, namespace=self.named)


def meaning_of(name: str, hint: Any) -> Meaning:
    """What a field of a view or value means by its Python type."""
    inner = without_none(hint)
    listed = get_origin(inner) is list
    if listed:
        inner = get_args(inner)[0]
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        return Meaning(Kind.INSIDE, name, inner.__name__, listed=listed, size=SHORT_LIST if listed else 1)
    return Meaning(Kind.SCALAR, name)


def without_none(hint: Any) -> Any:
    """The type itself of one that may be null."""
    if get_origin(hint) in {Union, types.UnionType}:
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


def first_paragraph(doc: str | None) -> str | None:
    """What a docstring says first, on one line."""
    return " ".join((doc or "").split("\n\n")[0].split()) or None


def camel(name: str) -> str:
    """The word as GraphQL writes it."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)
