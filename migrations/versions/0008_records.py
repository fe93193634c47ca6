"""Audit, outbox and idempotency."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE audit_event (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            person_id UUID,
            action TEXT NOT NULL,
            outcome TEXT NOT NULL,
            code TEXT,
            subject_type TEXT,
            subject_id UUID,
            trace_id TEXT NOT NULL,
            CONSTRAINT pk_audit_event PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_audit_event_outcome CHECK (outcome in ('done', 'refused')),
            CONSTRAINT fk_audit_event_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_audit_event_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_audit_event_created_at_id ON audit_event (tenant_id, created_at desc, id desc)")
    protect("audit_event", append_only=True)
    op.execute(
        """
        CREATE TABLE outbox_event (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            topic TEXT NOT NULL,
            subject_id UUID NOT NULL,
            payload JSONB NOT NULL,
            available_at TIMESTAMP WITH TIME ZONE NOT NULL,
            attempts INTEGER NOT NULL,
            done_at TIMESTAMP WITH TIME ZONE,
            CONSTRAINT pk_outbox_event PRIMARY KEY (tenant_id, id),
            CONSTRAINT fk_outbox_event_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id)
        )
        """
    )
    op.execute("CREATE INDEX ix_outbox_event_waiting ON outbox_event (tenant_id, available_at, id) WHERE done_at is null")
    op.execute("CREATE INDEX ix_outbox_event_done_at ON outbox_event (tenant_id, done_at)")
    protect("outbox_event")
    op.execute(
        """
        CREATE TABLE idempotency_key (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            person_id UUID NOT NULL,
            operation TEXT NOT NULL,
            key TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            status INTEGER,
            headers JSONB,
            body TEXT,
            CONSTRAINT pk_idempotency_key PRIMARY KEY (tenant_id, id),
            CONSTRAINT uq_idempotency_key_person_id_operation_key UNIQUE (tenant_id, person_id, operation, key),
            CONSTRAINT fk_idempotency_key_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_idempotency_key_person_id FOREIGN KEY(tenant_id, person_id) REFERENCES person (tenant_id, id)
        )
        """
    )
    op.execute("CREATE INDEX ix_idempotency_key_created_at ON idempotency_key (tenant_id, created_at)")
    protect("idempotency_key")
