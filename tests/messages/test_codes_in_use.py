"""Codes and facts as the source raises them: each has its text, and each text finds the facts it asks for."""

import ast
import string
from importlib.resources import files
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]


def english():
    with (files("api.messages") / "en.po").open("rb") as source:
        return {message.id: message.string for message in read_po(source, locale="en")}


def faults():
    """(where, code, names of its facts or None where they are computed) of every Fault("…") in the source."""
    for path in sorted([*ROOT.glob("domain/**/*.py"), *ROOT.glob("api/**/*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault" and node.args:
                yield from fault(f"{path.relative_to(ROOT)}:{node.lineno}", node)


def fault(where, call):
    facts = call.args[2] if len(call.args) > 2 else ast.Dict([], [])
    names = None
    if isinstance(facts, ast.Dict):
        names = {key.value for key in facts.keys if isinstance(key, ast.Constant)}
    for code in ast.walk(call.args[0]):
        if isinstance(code, ast.Constant) and isinstance(code.value, str):
            yield where, code.value, names


FAULTS = list(faults())


def test_the_source_is_really_searched():
    assert {"ends_before_start", "not_a_zone"} <= {code for _, code, _ in FAULTS}


@pytest.mark.parametrize(("where", "code", "names"), FAULTS, ids=[where for where, _, _ in FAULTS])
def test_every_fault_in_the_source_has_its_text_and_its_facts(where, code, names):
    template = english().get(f"{code}.detail")
    assert template, f"{code} has no text: add {code}.detail in all five languages"
    asked = {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    assert names is None or asked <= names, f"the text of {code} asks for {sorted(asked)}"
