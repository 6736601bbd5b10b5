"""Values of entities: what the codebook asks of whoever is in the register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give entities, who had none, a place for values."""
    op.add_column("entity", sa.Column("value_map", sa.Text(), nullable=False, server_default="{}"))
