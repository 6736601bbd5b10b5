"""Checksums of all that a study file holds, and its seal; a study on a server has neither."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The tables alone: the checksums are made when the last migration is done."""
    if op.get_bind().dialect.name != "sqlite":
        return
    op.create_table(
        "checksum",
        sa.Column("table_name", sa.String(length=64), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("sum", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "part", name=op.f("pk_checksum")),
    )
    op.create_table(
        "seal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
    )
    op.execute(f"INSERT INTO seal VALUES (1, x'{bytes(44).hex()}')")
