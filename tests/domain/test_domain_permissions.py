"""Who may do what: every line of the table is asked from every side."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.actors import Actor, HeldRole, Membership, Place, Role, Scope
from domain.permissions import GRANTS, Permission, allows
from domain.teams import Duty

ME, OTHER, TEAM, OTHER_TEAM, UNIT, PARENT, STRANGE = (UUID(int=number) for number in range(1, 8))

EVERYBODY = {
    *("me:read", "person:read", "organisation:read", "team:read"),
    *("agenda_check:run", "rule_set:read", "method_profile:read"),
    *("code_list:read", "permission:read", "school_calendar:read"),
}
SEES_MEETING = {"meeting:read", "rule_evaluation:read"}
RUNS_MEETING = {"meeting:change", "meeting:publish", "meeting:override_rule", "meeting:cancel"}
RUNS_TEAM = {"team:change", "team_membership:add", "team_membership:change", "team_membership:end"}
ORGANISES = {
    f"organisation:{verb}" for verb in ("create", "change", "rename", "move", "close", "merge", "split", "import")
}
KEEPS_CALENDARS = {f"school_calendar:{verb}" for verb in ("create", "change", "adopt", "remove")}
KEEPS_PEOPLE = {
    "person:create",
    "person:change",
    "person:leave",
    "person:import",
    "role_assignment:grant",
    "role_assignment:revoke",
}

PLACE = Place(person_id=OTHER, team_id=TEAM, units=(UNIT, PARENT))


def member(duty=Duty.MEMBER, team=TEAM):
    return Actor(ME, memberships=(Membership(team, duty),))


def holding(role, scope=Scope.TENANT, unit=None, team=None):
    return Actor(ME, roles=(HeldRole(role, scope, unit, team),))


def may(actor, place=PLACE):
    return {permission.value for permission in Permission if allows(actor, permission, place)}


def test_every_permission_has_its_line():
    assert set(GRANTS) == set(Permission)
    assert all(paths and all(paths) for paths in GRANTS.values())


def test_somebody_without_any_tie_sees_only_what_everybody_sees():
    assert may(Actor(ME)) == EVERYBODY


def test_about_oneself():
    assert may(Actor(ME), Place(person_id=ME)) == EVERYBODY | {"person:read_contact", "role_assignment:read"}


@pytest.mark.parametrize("duty", [Duty.MEMBER, Duty.OBSERVER])
def test_members_and_observers_see_their_teams_meetings(duty):
    assert may(member(duty)) == EVERYBODY | SEES_MEETING


@pytest.mark.parametrize("duty", [Duty.FACILITATOR, Duty.LEADER])
def test_facilitators_and_leaders_run_their_team(duty):
    assert may(member(duty)) == EVERYBODY | SEES_MEETING | RUNS_MEETING | RUNS_TEAM | {"meeting:create"}
    assert may(member(duty, OTHER_TEAM)) == EVERYBODY


def test_participants_see_the_meeting_and_its_facilitator_runs_it():
    invited = Place(team_id=TEAM, participants=frozenset({ME}))
    facilitating = Place(team_id=TEAM, facilitators=frozenset({ME}))
    assert may(Actor(ME), invited) == EVERYBODY | SEES_MEETING
    assert may(Actor(ME), facilitating) == EVERYBODY | SEES_MEETING | RUNS_MEETING
    assert may(Actor(OTHER), facilitating) == EVERYBODY


@pytest.mark.parametrize(
    "leader",
    [
        holding(Role.UNIT_LEADER, Scope.UNIT, UNIT),
        holding(Role.UNIT_LEADER, Scope.UNIT, PARENT),
        holding(Role.UNIT_LEADER),
    ],
)
def test_unit_leaders_reach_their_unit_and_what_lies_below(leader):
    assert may(leader) == (
        EVERYBODY
        | SEES_MEETING
        | RUNS_MEETING
        | RUNS_TEAM
        | KEEPS_CALENDARS
        | {"meeting:create", "team:create", "team:archive", "person:read_contact", "role_assignment:read"}
    )


@pytest.mark.parametrize(
    "leader",
    [
        holding(Role.UNIT_LEADER, Scope.UNIT, STRANGE),
        holding(Role.UNIT_LEADER, Scope.UNIT, None),
        holding(Role.UNIT_LEADER, Scope.TEAM, team=TEAM),
    ],
)
def test_leaders_reach_no_other_unit_and_no_unit_through_a_team(leader):
    assert may(leader) == EVERYBODY


def test_the_administrator_keeps_people_and_units_and_sees_no_meeting():
    admin = may(holding(Role.ADMIN))
    assert admin == (
        EVERYBODY
        | ORGANISES
        | KEEPS_PEOPLE
        | RUNS_TEAM
        | KEEPS_CALENDARS
        | {"team:create", "team:archive", "team:import", "person:read_contact", "role_assignment:read"}
    )
    assert not any(each.startswith(("meeting:", "rule_evaluation:")) for each in admin)
    assert may(holding(Role.ADMIN, Scope.UNIT, UNIT)) == EVERYBODY


def test_the_owner_chooses_the_method_for_the_whole_tenant_only():
    assert may(holding(Role.OWNER), Place()) == EVERYBODY | KEEPS_CALENDARS | {"method_profile:choose"}
    assert may(holding(Role.OWNER, Scope.UNIT, UNIT), Place()) == EVERYBODY


def test_representatives_auditors_and_advisors():
    assert may(holding(Role.REPRESENTATIVE)) == EVERYBODY | {"role_assignment:read"}
    assert may(holding(Role.REPRESENTATIVE, Scope.TEAM, team=TEAM)) == EVERYBODY | {"role_assignment:read"}
    assert may(holding(Role.REPRESENTATIVE, Scope.TEAM, team=OTHER_TEAM)) == EVERYBODY
    assert may(holding(Role.AUDITOR)) == EVERYBODY | {"role_assignment:read", "audit:read"}
    assert may(holding(Role.AUDITOR, Scope.UNIT, UNIT), Place()) == EVERYBODY
    assert may(holding(Role.ADVISOR)) == EVERYBODY


ids = st.sampled_from([ME, OTHER, TEAM, UNIT, PARENT])
maybe = st.none() | ids
actors = st.builds(
    Actor,
    st.just(ME),
    st.lists(st.builds(HeldRole, st.sampled_from(Role), st.sampled_from(Scope), maybe, maybe), max_size=3).map(tuple),
    st.lists(st.builds(Membership, ids, st.sampled_from(Duty)), max_size=2).map(tuple),
)
places = st.builds(Place, maybe, maybe, st.lists(ids, max_size=3).map(tuple), st.frozensets(ids), st.frozensets(ids))


@given(actors, places)
def test_who_may_change_a_meeting_may_read_it(actor, place):
    granted = may(actor, place)
    assert granted >= EVERYBODY
    if granted & RUNS_MEETING:
        assert granted >= SEES_MEETING | RUNS_MEETING


@given(actors, places)
def test_another_role_or_membership_never_takes_anything_away(actor, place):
    bare = Actor(actor.person_id, actor.roles[:1], actor.memberships[:1])
    assert may(bare, place) <= may(actor, place)


@given(actors)
def test_a_place_without_facts_is_reached_by_tenant_wide_roles_alone(actor):
    narrow = Actor(actor.person_id, tuple(each for each in actor.roles if each.scope is not Scope.TENANT))
    assert may(narrow, Place()) == EVERYBODY
