"""What an agenda item is talked through in: its phases."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    patiently()
    op.execute(
        """
        CREATE TABLE item_phase (
            tenant_id UUID NOT NULL,
            id UUID NOT NULL,
            created_at TIMESTAMP WITH TIME ZONE NOT NULL,
            created_by UUID,
            updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
            revision INTEGER NOT NULL,
            item_id UUID NOT NULL,
            position INTEGER NOT NULL,
            kind TEXT NOT NULL,
            wanted TEXT,
            minutes INTEGER,
            CONSTRAINT pk_item_phase PRIMARY KEY (tenant_id, id),
            CONSTRAINT ck_item_phase_kind CHECK (kind in ('frame', 'experience_positive', 'experience_negative', 'idea', 'assess', 'prioritise', 'agree')),
            CONSTRAINT uq_item_phase_item_id_position UNIQUE (tenant_id, item_id, position),
            CONSTRAINT fk_item_phase_tenant_id FOREIGN KEY(tenant_id) REFERENCES tenant (id),
            CONSTRAINT fk_item_phase_item_id FOREIGN KEY(tenant_id, item_id) REFERENCES agenda_item (tenant_id, id)
        )
        """
    )
    protect("item_phase")
