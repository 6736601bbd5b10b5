"""Work shared out and brought together: plans, packages, conflicts, changes of the codebook."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables that the second format adds."""
    op.create_table(
        "plan",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("round", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
    )
    op.create_table(
        "assignment",
        sa.Column("coder_id", sa.String(length=36), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("plan_id", sa.String(length=36), nullable=True),
        sa.Column("round", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["coder_id"], ["coder.id"], name=op.f("fk_assignment_coder_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_assignment_document_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_assignment_plan_id")),
        sa.PrimaryKeyConstraint("coder_id", "document_id", name=op.f("pk_assignment")),
    )
    op.create_index("ix_assignment_document", "assignment", ["document_id"], unique=False)
    op.create_table(
        "hidden_repeat",
        sa.Column("document_id", sa.String(length=36), nullable=False),
        sa.Column("original_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_hidden_repeat_document_id")),
        sa.ForeignKeyConstraint(["original_id"], ["document.id"], name=op.f("fk_hidden_repeat_original_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_hidden_repeat")),
    )
    op.create_table(
        "package",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("coder_id", sa.String(length=36), nullable=False),
        sa.Column("made", sa.String(length=32), nullable=False),
        sa.Column("merged", sa.String(length=32), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["coder_id"], ["coder.id"], name=op.f("fk_package_coder_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
    )
    op.create_table(
        "conflict",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("thing_id", sa.String(length=80), nullable=False),
        sa.Column("document_id", sa.String(length=36), nullable=True),
        sa.Column("coder_id", sa.String(length=36), nullable=False),
        sa.Column("package_id", sa.String(length=36), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("here", sa.Text(), nullable=True),
        sa.Column("there", sa.Text(), nullable=True),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("found", sa.String(length=32), nullable=False),
        sa.Column("settled", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["coder_id"], ["coder.id"], name=op.f("fk_conflict_coder_id")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_conflict_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict")),
    )
    op.create_index("ix_conflict_thing", "conflict", ["thing_id"], unique=False)
    op.create_table(
        "codebook_change",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=36), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("undoes", sa.Integer(), nullable=True),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["codebook.version"], name=op.f("fk_codebook_change_version")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_codebook_change")),
    )
    op.create_table(
        "review",
        sa.Column("annotation_id", sa.String(length=36), nullable=False),
        sa.Column("codebook_version", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("created", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["codebook_version"], ["codebook.version"], name=op.f("fk_review_codebook_version")),
        sa.PrimaryKeyConstraint("annotation_id", "codebook_version", name=op.f("pk_review")),
    )
