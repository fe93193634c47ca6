"""Plans of imports as pure values: any file, any order, and the same file twice changes nothing."""

import csv
import io
import itertools
import uuid
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from api.imports.national_ids import holds_national_id
from api.imports.planning import Defaults, Known, plan
from api.imports.units import read_units
from domain import organisations, periods
from domain.organisations import Kind, Sector

DAY = date(2026, 3, 2)
DEFAULTS = Defaults("nb", DAY, Kind.SCHOOL, Sector.SCHOOL)
NAMES = st.text("abcæøåÆØÅ =+-@\"';,\n", min_size=1, max_size=20).filter(str.strip)
COLUMNS = ("name", "code", "parent", "address", "main_site")


@st.composite
def worlds(draw):
    """Lines of units in a tree, some with several sites, in any order."""
    lines = []
    for unit in range(draw(st.integers(1, 8))):
        parent = draw(st.integers(-1, unit - 1))
        sites = draw(st.lists(NAMES.map(str.strip), min_size=1, max_size=3, unique=True))
        for i, name in enumerate(sites):
            above = f"code:u{parent}" if parent >= 0 and i == 0 else ""
            lines.append((name, f"u{unit}", above if len(sites) == 1 else "", draw(NAMES), str(int(i == 0))))
    return draw(st.permutations(lines))


def written(lines, delimiter=","):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows([COLUMNS, *lines])
    return file.getvalue().encode()


def known(planned, before=()):
    """What is stored once a plan is carried out."""
    stored = {each.id: each for each in before}
    for each in planned:
        old = stored.get(each.id)
        after = periods.apply(old.periods if old else (), each.change)
        sites = each.sites if each.sites is not None else (old.sites if old else ())
        stored[each.id] = Known(each.id, each.kind, each.sector, after, each.numbers, sites)
    return list(stored.values())


@given(worlds(), st.sampled_from(",;"))
def test_any_tree_is_planned_whole_and_the_second_time_nothing_changes(lines, delimiter):
    file = read_units(written(lines, delimiter))
    assert file.faults == ()
    planned, faults = plan(file, [], DEFAULTS, uuid.uuid4)
    assert faults == []
    assert len(planned) == len({code for _, code, *_ in lines})
    assert sum(len(each.unit.sites) for each in planned) == len(lines)
    stored = known(planned)
    tree = organisations.as_of([period for each in stored for period in each.periods], DAY)
    by_number = {value: each.id for each in stored for _, value in each.numbers}
    for _, code, parent, *_ in lines:
        if parent:
            assert tree[by_number[code]].parent == by_number[parent.removeprefix("code:")]
    again, faults = plan(file, stored, DEFAULTS, uuid.uuid4)
    assert faults == []
    assert not any(each.changed or each.new for each in again)


@given(worlds(), worlds())
def test_whatever_was_there_before_afterwards_it_is_as_the_file_says(first, second):
    stored = known(plan(read_units(written(first)), [], DEFAULTS, uuid.uuid4)[0])
    file = read_units(written(second))
    planned, faults = plan(file, stored, DEFAULTS, uuid.uuid4)
    if faults:
        assert {fault.code for fault in faults} == {"organisation_cycle"}
        return
    after = known(planned, stored)
    again, _ = plan(file, after, DEFAULTS, uuid.uuid4)
    assert not any(each.changed for each in again)
    assert {each.id for each in stored} <= {each.id for each in after}


@given(st.binary(max_size=300))
def test_any_bytes_are_a_file_or_a_list_of_faults(body):
    file = read_units(body)
    assert file.faults or file.lines or file.columns
    assert all(fault.pointer[0] == "lines" for fault in file.faults)


@given(st.text('name,code;\n\r"01A åæ=', max_size=200))
def test_any_text_is_a_file_or_a_list_of_faults(text):
    body = ("name,code\n" + text).encode()
    file = read_units(body)
    planned, faults = plan(file, [], DEFAULTS, uuid.uuid4)
    numbers = list(itertools.chain.from_iterable(unit.numbers for unit in file.units))
    assert len(numbers) == len(set(numbers)), "no number belongs to two units"
    assert len(planned) == len(file.units)
    assert faults == []


def test_twenty_thousand_lines_are_the_most():
    lines = [(f"S{i}", f"c{i}", "", "", "1") for i in range(20_001)]
    (fault,) = read_units(written(lines)).faults
    assert (fault.code, fault.facts) == ("too_long", {"max": 20_000})
    assert read_units(written(lines[:-1])).faults == ()


def test_a_unit_keeps_names_in_other_languages_and_numbers_in_other_registers():
    stored = known(plan(read_units(b"name,code,lang\nSkolen,A,nb\n"), [], DEFAULTS, uuid.uuid4)[0])
    more = read_units(b"name,code,orgnr,lang\nSkulen,A,974567890,nn\n")
    (planned,), faults = plan(more, stored, DEFAULTS, uuid.uuid4)
    assert faults == []
    (unit,) = known([planned], stored)
    assert unit.periods[0].names == {"nb": "Skolen", "nn": "Skulen"}
    assert {value for _, value in unit.numbers} == {"A", "974567890"}


def test_what_looks_like_a_national_id_is_recognised():
    for text in (
        "01017012345",  # fødselsnummer
        "Kari 010170 12345",
        "41017012345",  # D-number
        "01817012345",  # synthetic
        "010170-1234",  # CPR
        "0101701234",
        "811218-9876",  # personnummer
        "19811218-9876",
        "811278-9873",  # samordningsnummer
    ):
        assert holds_national_id(text), text
    for text in ("974567890", "556036-0793", "751002", "99999912345", "Høvej 10, 8520 Lystrup", "56.2532850101"):
        assert not holds_national_id(text), text
