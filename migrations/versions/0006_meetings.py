"""Meetings, participants, agendas and preparation."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE meeting (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            team_id UUID NOT NULL,
            organisation_id UUID NOT NULL,
            title TEXT NOT NULL,
            lang TEXT NOT NULL,
            purpose TEXT NOT NULL,
            recurrence TEXT NOT NULL,
            state TEXT NOT NULL,
            starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
            ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
            zone TEXT NOT NULL,
            place TEXT,
            profile TEXT,
            published_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_meeting PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_meeting_purpose CHECK (purpose in ('development', 'operations', 'mixed', 'statutory', 'conversation')),
            CONSTRAINT ck_meeting_recurrence CHECK (recurrence in ('once', 'daily', 'weekly', 'fortnightly', 'monthly', 'termly')),
            CONSTRAINT ck_meeting_state CHECK (state in ('draft', 'agenda_draft', 'published', 'cancelled')),
            CONSTRAINT ck_meeting_times CHECK (ends_at > starts_at),
            CONSTRAINT fk_meeting_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_meeting_team_id FOREIGN KEY(tenant_id, team_id) REFERENCES team (tenant_id, id),
            CONSTRAINT fk_meeting_organisation_id FOREIGN KEY(tenant_id, organisation_id) REFERENCES organisation (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_meeting_organisation_id_starts_at_id ON meeting (tenant_id, organisation_id, starts_at desc, id desc)")
    op.execute("CREATE INDEX ix_meeting_starts_at_id ON meeting (tenant_id, starts_at desc, id desc)")
    op.execute("CREATE INDEX ix_meeting_team_id_starts_at_id ON meeting (tenant_id, team_id, starts_at desc, id desc)")
    protect("meeting")
    op.execute(
        """
        CREATE TABLE meeting_participant (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            meeting_id UUID NOT NULL,
            person_id UUID NOT NULL,
            duty TEXT NOT NULL,
            starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
            CONSTRAINT pk_meeting_participant PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_meeting_participant_duty CHECK (duty in ('participant', 'facilitator')),
            CONSTRAINT uq_meeting_participant_meeting_id_person_id UNIQUE (tenant_id, meeting_id, person_id),
            CONSTRAINT fk_meeting_participant_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_meeting_participant_meeting_id FOREIGN KEY(tenant_id, meeting_id) REFERENCES meeting (tenant_id, id),
            CONSTRAINT fk_meeting_participant_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_meeting_participant_person_id_starts_at_meeting_id ON meeting_participant (tenant_id, person_id, starts_at desc, meeting_id desc)")
    protect("meeting_participant")
    op.execute(
        """
        CREATE TABLE agenda_item (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            meeting_id UUID NOT NULL,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            track TEXT NOT NULL,
            title TEXT,
            lang TEXT NOT NULL,
            question TEXT,
            background TEXT,
            proposal_text TEXT,
            mandate TEXT,
            decided_by TEXT,
            minutes INTEGER NOT NULL,
            dialogue_structure TEXT NOT NULL,
            CONSTRAINT pk_agenda_item PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_agenda_item_kind CHECK (kind in ('explore', 'decide', 'inform', 'follow_up', 'data_talk', 'child_talk')),
            CONSTRAINT ck_agenda_item_track CHECK (track in ('development', 'operations', 'none')),
            CONSTRAINT ck_agenda_item_mandate CHECK (mandate in ('open', 'partly_decided', 'already_decided')),
            CONSTRAINT ck_agenda_item_dialogue_structure CHECK (dialogue_structure in ('igp', 'round', 'pairs', 'cafe', 'fishbowl', 'free')),
            CONSTRAINT fk_agenda_item_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_agenda_item_meeting_id FOREIGN KEY(tenant_id, meeting_id) REFERENCES meeting (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_agenda_item_meeting_id_position ON agenda_item (tenant_id, meeting_id, position)")
    protect("agenda_item")
    op.execute(
        """
        CREATE TABLE preparation_task (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            meeting_id UUID NOT NULL,
            position INTEGER NOT NULL,
            text TEXT NOT NULL,
            lang TEXT NOT NULL,
            est_minutes INTEGER NOT NULL,
            due_at TIMESTAMP WITH TIME ZONE NOT NULL,
            CONSTRAINT pk_preparation_task PRIMARY KEY (tenant_id, id),
            CONSTRAINT fk_preparation_task_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_preparation_task_meeting_id FOREIGN KEY(tenant_id, meeting_id) REFERENCES meeting (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_preparation_task_meeting_id_position ON preparation_task (tenant_id, meeting_id, position)")
    protect("preparation_task")
