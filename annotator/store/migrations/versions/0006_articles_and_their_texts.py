"""Where articles come from, the texts that they had before a correction, and which of these a label counts in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every text is the first one that its article had; where articles came from is what their facts say."""
    op.add_column("document", sa.Column("origin", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("document", sa.Column("text_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("document", sa.Column("revised", sa.String(length=32), nullable=True))
    for table in ("annotation", "note"):
        op.add_column(table, sa.Column("text_version", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "former_text",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("zones", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_former_text_document_id")),
        sa.PrimaryKeyConstraint("document_id", "text_version", name=op.f("pk_former_text")),
    )
    op.create_index("ix_former_text_sha256", "former_text", ["sha256"], unique=False)
