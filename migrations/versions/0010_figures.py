"""What figures need: how early and by whom an agenda was sent, and sums of published agendas kept ahead."""

from alembic import op

from migrations.tenancy import for_each_tenant, patiently, protect

revision = "0010"
down_revision = "0009"

_WORKED = "case when extract(isodow from {0}) < 6 then least(greatest({0}::time - '07:00', '0'), '10:00') else '0' end"

LEAD = f"""
update meeting m set lead_hours = greatest(0, floor(extract(epoch from
    x.days * interval '10 hours' + {_WORKED.format("x.starts")} - {_WORKED.format("x.sent")}) / 3600))
from (
    select m.id, l.sent, l.starts, (select count(*) from generate_series(l.sent::date, l.starts::date - 1, '1 day') d
        where extract(isodow from d) < 6) as days
    from meeting m join tenant t on t.id = m.tenant_id
    cross join lateral (select m.published_at at time zone t.zone as sent, m.starts_at at time zone t.zone as starts) l
) x
where x.id = m.id and m.published_at is not null and m.lead_hours is null
"""
"""Until now every agenda was judged by Monday to Friday, 7 to 17 o'clock where the owner is."""

PUBLISHER = """
update meeting m set published_by = a.person_id
from (
    select distinct on (subject_id) subject_id, person_id from audit_event
    where action = 'meeting:publish' and outcome = 'done' and subject_type = 'meeting'
    order by subject_id, created_at desc, id desc
) a
where a.subject_id = m.id and m.published_at is not null and m.published_by is null
"""

ROLLUPS = """
insert into meeting_rollup (tenant_id, id, created_at, updated_at, revision, organisation_id, team_id, grain, starts_on,
    meetings, development_meetings, operations_meetings, mixed_meetings, statutory_meetings, conversation_meetings,
    minutes, development_minutes, overrides, lead_hours, lead_meetings, publishers)
with facts as materialized (
    select m.*, x.team, g.grain, date_trunc(g.grain, m.starts_at at time zone t.zone)::date as starts_on,
        coalesce(i.minutes, 0) as minutes, coalesce(i.development, 0) as development, o.overrides
    from meeting m join tenant t on t.id = m.tenant_id
    cross join lateral (
        select sum(a.minutes) as minutes, sum(a.minutes) filter (where a.track = 'development') as development
        from agenda_item a where a.meeting_id = m.id) i
    cross join lateral (select count(*) as overrides from rule_override r where r.meeting_id = m.id) o
    cross join (values ('week'), ('month')) g(grain)
    cross join lateral (values (null::uuid), (m.team_id)) x(team)
    where m.published_at is not null and m.state <> 'cancelled')
select f.tenant_id, gen_random_uuid(), now(), now(), 1, f.organisation_id, f.team, f.grain, f.starts_on,
    count(*), count(*) filter (where f.purpose = 'development'), count(*) filter (where f.purpose = 'operations'),
    count(*) filter (where f.purpose = 'mixed'), count(*) filter (where f.purpose = 'statutory'),
    count(*) filter (where f.purpose = 'conversation'), sum(f.minutes), sum(f.development), sum(f.overrides),
    coalesce((select array_agg(x.h order by x.h) from (select distinct h from unnest(array_agg(f.lead_hours)) h
        where h is not null) x), '{}'),
    coalesce((select array_agg(x.n order by x.h) from (select h, count(*)::int as n
        from unnest(array_agg(f.lead_hours)) h where h is not null group by h) x), '{}'),
    coalesce((select array_agg(x.p order by x.p) from (select distinct p from unnest(array_agg(f.published_by)) p
        where p is not null order by 1 limit 5) x), '{}')
from facts f
group by f.tenant_id, f.organisation_id, f.team, f.grain, f.starts_on
"""


def upgrade() -> None:
    patiently()
    op.execute("ALTER TABLE meeting ADD COLUMN published_by UUID")
    op.execute("ALTER TABLE meeting ADD COLUMN lead_hours INTEGER")
    op.execute(
        "ALTER TABLE meeting ADD CONSTRAINT fk_meeting_published_by "
        "FOREIGN KEY(tenant_id, published_by) REFERENCES person (tenant_id, id)"
    )
    for_each_tenant(LEAD)
    for_each_tenant(PUBLISHER)
    op.execute(
        """
        CREATE TABLE meeting_rollup (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            organisation_id UUID NOT NULL,
            team_id UUID,
            grain TEXT NOT NULL,
            starts_on DATE NOT NULL,
            meetings INTEGER NOT NULL,
            development_meetings INTEGER NOT NULL,
            operations_meetings INTEGER NOT NULL,
            mixed_meetings INTEGER NOT NULL,
            statutory_meetings INTEGER NOT NULL,
            conversation_meetings INTEGER NOT NULL,
            minutes INTEGER NOT NULL,
            development_minutes INTEGER NOT NULL,
            overrides INTEGER NOT NULL,
            lead_hours INTEGER[] NOT NULL,
            lead_meetings INTEGER[] NOT NULL,
            publishers UUID[] NOT NULL,
            CONSTRAINT pk_meeting_rollup PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_meeting_rollup_grain CHECK (grain in ('week', 'month')),
            CONSTRAINT fk_meeting_rollup_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_meeting_rollup_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id),
            CONSTRAINT fk_meeting_rollup_team_id FOREIGN KEY(tenant_id, team_id) REFERENCES team (tenant_id, id)
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX ix_meeting_rollup_team ON meeting_rollup (tenant_id, team_id, grain, starts_on)")
    op.execute("CREATE UNIQUE INDEX ix_meeting_rollup_unit ON meeting_rollup (tenant_id, organisation_id, grain, starts_on) WHERE team_id is null")
    protect("meeting_rollup")
    for_each_tenant(ROLLUPS)
