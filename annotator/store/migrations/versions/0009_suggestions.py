"""Suggestions of models and rules, where they came from, and what coders said to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """No study has any yet."""
    op.create_table(
        "suggestion_source",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=True),
        sa.Column("format", sa.String(length=64), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("imported", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_source")),
    )
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("source_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("coder_id", sa.String(length=36), nullable=True),
        sa.Column("layer", sa.String(length=128), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("codebook_version", sa.Integer(), nullable=False),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["suggestion_source.id"], name=op.f("fk_suggestion_source_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_suggestion_document_id")),
        sa.ForeignKeyConstraint(["coder_id"], ["coder.id"], name=op.f("fk_suggestion_coder_id")),
        sa.ForeignKeyConstraint(
            ["codebook_version"], ["codebook.version"], name=op.f("fk_suggestion_codebook_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion")),
    )
    op.create_index("ix_suggestion_document", "suggestion", ["document_id"], unique=False)
    op.create_index("ix_suggestion_source", "suggestion", ["source_id"], unique=False)
    op.create_table(
        "verdict",
        sa.Column("suggestion_id", sa.String(length=36), nullable=False),
        sa.Column("coder_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("said", sa.String(length=16), nullable=False),
        sa.Column("annotation_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["suggestion_id"], ["suggestion.id"], name=op.f("fk_verdict_suggestion_id")),
        sa.ForeignKeyConstraint(["coder_id"], ["coder.id"], name=op.f("fk_verdict_coder_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_verdict_document_id")),
        sa.PrimaryKeyConstraint("suggestion_id", "coder_id", name=op.f("pk_verdict")),
    )
    op.create_index("ix_verdict_document", "verdict", ["document_id"], unique=False)
    op.create_index("ix_verdict_annotation", "verdict", ["annotation_id"], unique=False)
