"""${message}."""

from alembic import op

from migrations.tenancy import patiently, protect

revision = "${up_revision}"
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    patiently()
