"""Queries that people keep under a name, and labels found by layer.

The public views (`store/views.py`) are no migration's own: they are made anew after the last one.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No study has a query yet."""
    op.create_table(
        "saved_query",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_saved_query")),
    )
    op.create_index("ix_annotation_layer", "annotation", ["layer", "document_id"], unique=False)
