"""The tables of a study, in portable types; migrations bring older files to this form."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

study = Table(
    "study",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)

codebook = Table(
    "codebook",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("key", String(128), nullable=False),
    Column("content", Text, nullable=False),
    Column("created", String(32), nullable=False),
)

coder = Table(
    "coder",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", String(16), nullable=False),
    Column("created", String(32), nullable=False),
)

document = Table(
    "document",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("title", Text),
    Column("published", String(32)),
    Column("publisher", Text),
    Column("author", Text),
    Column("url", Text),
    Column("language", String(35)),
    Column("tags", Text, nullable=False),
    Column("characters", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("source", Text, nullable=False),
    Column("zones", Text, nullable=False),
    Column("extra", Text, nullable=False),
    Column("created", String(32), nullable=False),
    Column("origin", Text, nullable=False, server_default="{}"),
    Column("text_version", Integer, nullable=False, server_default="1"),
    Column("revised", String(32)),
    UniqueConstraint("number"),
    Index("ix_document_sha256", "sha256"),
)

document_text = Table(
    "document_text",
    metadata,
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("text", Text, nullable=False),
)

former_text = Table(
    "former_text",
    metadata,
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("text_version", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("zones", Text, nullable=False),
    Column("created", String(32), nullable=False),
    Index("ix_former_text_sha256", "sha256"),
)

document_source = Table(
    "document_source",
    metadata,
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("raw", LargeBinary, nullable=False),
    Column("format", String(32), nullable=False),
    Column("encoding", String(64), nullable=False),
    Column("cleaning", Text, nullable=False),
)

document_state = Table(
    "document_state",
    metadata,
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("coder_id", String(36), ForeignKey("coder.id"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("reason", Text),
)

note = Table(
    "note",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", String(36), ForeignKey("document.id"), nullable=False),
    Column("coder_id", String(36), ForeignKey("coder.id"), nullable=False),
    Column("reply_to", String(36), ForeignKey("note.id")),
    Column("kind", String(16), nullable=False),
    Column("start", Integer),
    Column("end", Integer),
    Column("text", Text, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("created", String(32), nullable=False),
    Column("updated", String(32), nullable=False),
    Column("text_version", Integer, nullable=False, server_default="1"),
    Index("ix_note_document", "document_id"),
)

entity = Table(
    "entity",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", String(128), nullable=False),
    Column("aliases", Text, nullable=False),
    Column("memo", Text, nullable=False),
    Column("created", String(32), nullable=False),
    Column("merged_into", String(36)),
    Column("value_map", Text, nullable=False, server_default="{}"),
)

annotation = Table(
    "annotation",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("document_id", String(36), ForeignKey("document.id"), nullable=False),
    Column("coder_id", String(36), ForeignKey("coder.id"), nullable=False),
    Column("layer", String(128), nullable=False),
    Column("value_map", Text, nullable=False),
    Column("uncertain", Text, nullable=False),
    Column("memo", Text, nullable=False),
    Column("empty_roles", Text, nullable=False),
    Column("codebook_version", Integer, ForeignKey("codebook.version"), nullable=False),
    Column("external_id", Text),
    Column("created", String(32), nullable=False),
    Column("updated", String(32), nullable=False),
    Column("text_version", Integer, nullable=False, server_default="1"),
    Index("ix_annotation_document_coder", "document_id", "coder_id"),
    Index("ix_annotation_layer", "layer", "document_id"),
)

fragment = Table(
    "fragment",
    metadata,
    Column("annotation_id", String(36), ForeignKey("annotation.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    CheckConstraint('0 <= start AND start < "end"', name="range"),
)

filler = Table(
    "filler",
    metadata,
    Column("annotation_id", String(36), ForeignKey("annotation.id"), primary_key=True),
    Column("role", String(128), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("filler_annotation", String(36), ForeignKey("annotation.id")),
    Column("filler_entity", String(36), ForeignKey("entity.id")),
    CheckConstraint("(filler_annotation IS NULL) <> (filler_entity IS NULL)", name="one"),
    Index("ix_filler_annotation", "filler_annotation"),
    Index("ix_filler_entity", "filler_entity"),
)

plan = Table(
    "plan",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("round", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("created", String(32), nullable=False),
)

assignment = Table(
    "assignment",
    metadata,
    Column("coder_id", String(36), ForeignKey("coder.id"), primary_key=True),
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("plan_id", String(36), ForeignKey("plan.id")),
    Column("round", String(64), nullable=False),
    Column("position", Integer, nullable=False),
    Index("ix_assignment_document", "document_id"),
)

hidden_repeat = Table(
    "hidden_repeat",
    metadata,
    Column("document_id", String(36), ForeignKey("document.id"), primary_key=True),
    Column("original_id", String(36), ForeignKey("document.id"), nullable=False),
)

package = Table(
    "package",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("coder_id", String(36), ForeignKey("coder.id"), nullable=False),
    Column("made", String(32), nullable=False),
    Column("merged", String(32), nullable=False),
    Column("sha256", String(64), nullable=False),
)

conflict = Table(
    "conflict",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("thing_id", String(80), nullable=False),
    Column("document_id", String(36)),
    Column("coder_id", String(36), ForeignKey("coder.id"), nullable=False),
    Column("package_id", String(36), ForeignKey("package.id"), nullable=False),
    Column("why", Text, nullable=False),
    Column("here", Text),
    Column("there", Text),
    Column("steps", Text, nullable=False),
    Column("found", String(32), nullable=False),
    Column("settled", String(16)),
    Index("ix_conflict_thing", "thing_id"),
)

decision = Table(
    "decision",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False),
    Column("case_id", String(36), nullable=False),
    Column("document_id", String(36), ForeignKey("document.id"), nullable=False),
    Column("layer", String(128), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("how", String(16), nullable=False),
    Column("content", Text, nullable=False),
    Column("blind", Integer, nullable=False),
    Column("lifted_at", String(32)),
    Column("lifted_by", String(36), ForeignKey("coder.id")),
    Column("settled_by", String(36), ForeignKey("coder.id"), nullable=False),
    Column("at", String(32), nullable=False),
    Column("undone", String(32)),
    UniqueConstraint("id"),
    Index("ix_decision_document", "document_id"),
    Index("ix_decision_case", "case_id"),
)

unblinding = Table(
    "unblinding",
    metadata,
    Column("label_id", String(36), primary_key=True),
    Column("coder_id", String(36), ForeignKey("coder.id"), primary_key=True),
    Column("at", String(32), nullable=False),
)

codebook_change = Table(
    "codebook_change",
    metadata,
    Column("version", Integer, ForeignKey("codebook.version"), primary_key=True),
    Column("unit", String(36), nullable=False),
    Column("mapping", Text, nullable=False),
    Column("undoes", Integer),
    Column("created", String(32), nullable=False),
)

saved_query = Table(
    "saved_query",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("content", Text, nullable=False),
    Column("created", String(32), nullable=False),
)

review = Table(
    "review",
    metadata,
    Column("annotation_id", String(36), primary_key=True),
    Column("codebook_version", Integer, ForeignKey("codebook.version"), primary_key=True),
    Column("why", Text, nullable=False),
    Column("created", String(32), nullable=False),
)

suggestion_source = Table(
    "suggestion_source",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", Text, nullable=False),
    Column("version", Text),
    Column("format", String(64), nullable=False),
    Column("file", Text, nullable=False),
    Column("imported", String(32), nullable=False),
)

suggestion = Table(
    "suggestion",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("source_id", String(36), ForeignKey("suggestion_source.id"), nullable=False),
    Column("document_id", String(36), ForeignKey("document.id"), nullable=False),
    Column("coder_id", String(36), ForeignKey("coder.id")),
    Column("layer", String(128), nullable=False),
    Column("content", Text, nullable=False),
    Column("codebook_version", Integer, ForeignKey("codebook.version"), nullable=False),
    Column("text_version", Integer, nullable=False),
    Index("ix_suggestion_document", "document_id"),
    Index("ix_suggestion_source", "source_id"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("suggestion_id", String(36), ForeignKey("suggestion.id"), primary_key=True),
    Column("coder_id", String(36), ForeignKey("coder.id"), primary_key=True),
    Column("document_id", String(36), ForeignKey("document.id"), nullable=False),
    Column("said", String(16), nullable=False),
    Column("annotation_id", String(36)),
    Index("ix_verdict_document", "document_id"),
    Index("ix_verdict_annotation", "annotation_id"),
)

change = Table(
    "change",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(36), nullable=False),
    Column("unit", String(36), nullable=False),
    Column("at", String(32), nullable=False),
    Column("coder_id", String(36), ForeignKey("coder.id"), nullable=False),
    Column("command", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("thing_id", String(80), nullable=False),
    Column("document_id", String(36)),
    Column("before", Text),
    Column("after", Text),
    Column("undoes", String(36)),
    UniqueConstraint("id"),
    Index("ix_change_thing", "thing_id"),
    Index("ix_change_coder", "coder_id"),
    Index("ix_change_unit", "unit"),
    sqlite_autoincrement=True,  # a removed tail of the journal then shows as a gap
)
