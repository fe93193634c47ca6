"""The choice of method, evaluations and overrides."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE method_choice (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            profile TEXT NOT NULL,
            consultation_held_on DATE,
            consultation_parties TEXT[] NOT NULL,
            consultation_note TEXT,
            CONSTRAINT pk_method_choice PRIMARY KEY (tenant_id, id),
            CONSTRAINT fk_method_choice_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
        )
        """
    )
    op.execute("CREATE INDEX ix_method_choice_created_at_id ON method_choice (tenant_id, created_at desc, id desc)")
    protect("method_choice", append_only=True)
    op.execute(
        """
        CREATE TABLE rule_evaluation (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            meeting_id UUID NOT NULL,
            point TEXT NOT NULL,
            profile TEXT NOT NULL,
            calendar TEXT NOT NULL,
            consultation_held BOOLEAN NOT NULL,
            decision TEXT NOT NULL,
            results JSONB NOT NULL,
            CONSTRAINT pk_rule_evaluation PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_rule_evaluation_decision CHECK (decision in ('allowed', 'refused')),
            CONSTRAINT fk_rule_evaluation_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_rule_evaluation_meeting_id FOREIGN KEY(tenant_id, meeting_id) REFERENCES meeting (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_rule_evaluation_meeting_id_created_at_id ON rule_evaluation (tenant_id, meeting_id, created_at desc, id desc)")
    protect("rule_evaluation", append_only=True)
    op.execute(
        """
        CREATE TABLE rule_override (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            meeting_id UUID NOT NULL,
            evaluation_id UUID NOT NULL,
            person_id UUID NOT NULL,
            rule_code TEXT NOT NULL,
            rule_version INTEGER NOT NULL,
            item_id UUID,
            reason_code TEXT NOT NULL,
            reason_text TEXT,
            CONSTRAINT pk_rule_override PRIMARY KEY (tenant_id, id),
            CONSTRAINT fk_rule_override_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_rule_override_meeting_id FOREIGN KEY(tenant_id, meeting_id) REFERENCES meeting (tenant_id, id),
            CONSTRAINT fk_rule_override_evaluation_id FOREIGN KEY(tenant_id, evaluation_id) REFERENCES rule_evaluation (tenant_id, id),
            CONSTRAINT fk_rule_override_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_rule_override_meeting_id_created_at_id ON rule_override (tenant_id, meeting_id, created_at desc, id desc)")
    protect("rule_override", append_only=True)
