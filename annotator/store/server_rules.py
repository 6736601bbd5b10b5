"""What a study's database on a server has beyond its tables: numbering, notices, receipts, and rights by role.

Everything here may be run again at any time, so that tables which a later format adds get their rights by themselves:
a table that is not named below is the supervisors' alone.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from annotator.store.tables import metadata

CODERS, SUPERVISORS = "annotator_coder", "annotator_supervisor"
LOCK = 0x414E4E54
CHANNEL = "annotator"

_ME = "coder_id = (SELECT annotator_me())"
_OF_LABEL = "EXISTS (SELECT FROM annotation a WHERE a.id = annotation_id)"
_ALL = "(SELECT annotator_me()) IS NOT NULL"
"""Everybody who was invited, and was not dismissed since."""

_READ = {
    **dict.fromkeys(
        (
            "study",
            "codebook",
            "codebook_change",
            "document",
            "document_text",
            "former_text",
            "document_source",
            "entity",
        ),
        _ALL,
    ),
    **dict.fromkeys(("annotation", "document_state", "assignment"), _ME),
    **dict.fromkeys(("fragment", "filler", "review"), _OF_LABEL),
    "coder": f"id = (SELECT annotator_me()) OR role = 'supervisor' AND {_ALL}",
    "note": f"{_ME} OR annotator_is_mine(reply_to)",
    "change": f"{_ME} OR kind = 'entity' AND {_ALL}",
}
"""What a coder sees of each table."""

_WRITE = {
    **dict.fromkeys(("annotation", "document_state", "note"), _ME),
    **dict.fromkeys(("fragment", "filler"), _OF_LABEL),
    "entity": _ALL,
}
"""What a coder may add, change and remove."""

_ADD = {"change": _ME}
"""What a coder may only add."""

_BOOKS = """
CREATE TABLE IF NOT EXISTS annotator_format (version integer NOT NULL);
CREATE TABLE IF NOT EXISTS annotator_counter (last integer NOT NULL);
INSERT INTO annotator_counter SELECT 0 WHERE NOT EXISTS (SELECT FROM annotator_counter);
CREATE TABLE IF NOT EXISTS annotator_login (
    login name PRIMARY KEY, coder_id text NOT NULL REFERENCES coder (id), role text NOT NULL);
CREATE TABLE IF NOT EXISTS annotator_receipt (
    session text PRIMARY KEY, epoch integer NOT NULL, token text, at timestamptz NOT NULL DEFAULT now());
"""

_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION annotator_me() RETURNS text LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT coder_id FROM annotator_login WHERE login = session_user $$;

CREATE OR REPLACE FUNCTION annotator_supervises() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM annotator_login WHERE login = session_user AND role = 'supervisor') $$;

CREATE OR REPLACE FUNCTION annotator_is_mine(note_id text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM note WHERE id = note_id AND coder_id = annotator_me()) $$;

CREATE OR REPLACE FUNCTION annotator_names_entity(entity_id text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT count(*) FROM annotation
   WHERE (entity_id ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'  -- nothing else can be asked of others
          AND (strpos(value_map, entity_id) > 0 OR strpos(empty_roles, entity_id) > 0))
   OR id IN (SELECT annotation_id FROM filler WHERE filler_entity = entity_id) $$;

CREATE OR REPLACE FUNCTION annotator_last_number() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT last FROM annotator_counter $$;

-- journal steps are numbered without gaps, in the order in which they are confirmed
CREATE OR REPLACE FUNCTION annotator_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.seq IS NULL OR annotator_me() IS NOT NULL THEN
        UPDATE annotator_counter SET last = last + 1 RETURNING last INTO NEW.seq;
    ELSE
        UPDATE annotator_counter SET last = greatest(last, NEW.seq);
    END IF;
    RETURN NEW;
END $$;

-- other numbered tables go on from their last row, as in a file
CREATE OR REPLACE FUNCTION annotator_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS NULL THEN
        EXECUTE format('SELECT coalesce(max(seq), 0) + 1 FROM %I', TG_TABLE_NAME) INTO NEW.seq;
    END IF;
    RETURN NEW;
END $$;

-- who listens is told which unit touched which document, never what is in it
CREATE OR REPLACE FUNCTION annotator_tell_steps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', json_build_object('unit', unit, 'document', document_id)::text)
    FROM (SELECT DISTINCT unit, document_id FROM added) AS one;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION annotator_tell_table() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{CHANNEL}', json_build_object('table', TG_TABLE_NAME)::text);
    RETURN NULL;
END $$;

-- a write begins: one at a time, with a receipt that says after a lost connection whether it was confirmed.
-- A connection that was given up has an old epoch: whatever of it still arrives is refused.
CREATE OR REPLACE FUNCTION annotator_begin(one text, number integer, mark text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    INSERT INTO annotator_receipt AS r (session, epoch, token) VALUES (one, number, mark)
    ON CONFLICT (session) DO UPDATE SET token = mark, at = now() WHERE r.epoch = number;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'this connection was given up';
    END IF;
END $$;

CREATE OR REPLACE FUNCTION annotator_resume(one text, number integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE mark text;
BEGIN
    PERFORM pg_advisory_xact_lock({LOCK});
    INSERT INTO annotator_receipt AS r (session, epoch) VALUES (one, number)
    ON CONFLICT (session) DO UPDATE SET epoch = number, at = now() RETURNING token INTO mark;
    RETURN mark;
END $$;

CREATE OR REPLACE FUNCTION annotator_leave(one text) RETURNS void LANGUAGE sql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ DELETE FROM annotator_receipt WHERE session = one OR at < now() - interval '30 days' $$;
"""

_TRIGGERS = """
CREATE OR REPLACE TRIGGER annotator_number BEFORE INSERT ON change
    FOR EACH ROW EXECUTE FUNCTION annotator_number();
CREATE OR REPLACE TRIGGER annotator_tell AFTER INSERT ON change REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION annotator_tell_steps();
"""
_TOLD = ("document", "assignment", "codebook", "coder")

_ROLES = f"""
DO $$ DECLARE one text; BEGIN
    FOREACH one IN ARRAY ARRAY['{CODERS}', '{SUPERVISORS}'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = one) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', one);
        END IF;
    END LOOP;
END $$
"""

# As in a file: text of any length, sorted by code point; references may be checked at the end of a transaction.
_COLUMNS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = ANY (ARRAY[:tables])
        AND data_type IN ('character varying', 'text') AND collation_name IS DISTINCT FROM 'C'
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE text COLLATE "C"', one.table_name, one.column_name);
    END LOOP;
    FOR one IN SELECT conrelid::regclass AS place, conname FROM pg_constraint
        WHERE contype = 'f' AND NOT condeferrable AND connamespace = 'public'::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE', one.place, one.conname);
    END LOOP;
END $$
"""


def prepare(connection: Connection) -> None:
    """Before the tables change: take the policies off, which hold their columns fast."""
    found = connection.execute(text("SELECT policyname, tablename FROM pg_policies WHERE schemaname = 'public'")).all()
    for policy, table in found:
        _run(connection, f'DROP POLICY "{policy}" ON "{table}"')


def install(connection: Connection) -> None:
    """After the tables are there: all that this page is about."""
    prepare(connection)
    tables = [t.name for t in metadata.sorted_tables]
    _run(connection, _ROLES)
    _run(connection, _COLUMNS.replace(":tables", ", ".join(f"'{t}'" for t in tables)))
    _run(connection, _BOOKS)
    _run(connection, _FUNCTIONS)
    _run(connection, _TRIGGERS)
    for table in metadata.sorted_tables:
        if "seq" in table.c:
            _run(connection, f"ALTER TABLE {table.name} ALTER COLUMN seq DROP DEFAULT")
        if "seq" in table.c and table.name != "change":
            _run(
                connection,
                f"CREATE OR REPLACE TRIGGER annotator_next BEFORE INSERT ON {table.name} "
                "FOR EACH ROW EXECUTE FUNCTION annotator_next()",
            )
    for name in _TOLD:
        _run(
            connection,
            f"CREATE OR REPLACE TRIGGER annotator_tell AFTER INSERT OR UPDATE OR DELETE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION annotator_tell_table()",
        )
    for name in tables:
        for statement in _rights(name):
            _run(connection, statement)
    _run(connection, f"GRANT SELECT ON annotator_format TO {CODERS}, {SUPERVISORS}")
    _run(connection, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    _run(connection, f"GRANT USAGE ON SCHEMA public TO {CODERS}, {SUPERVISORS}")
    _run(
        connection,
        "DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$",
    )


def _rights(name: str) -> list[str]:
    table = f'"{name}"'
    kept = "SELECT, INSERT" if name == "change" else "SELECT, INSERT, UPDATE, DELETE"
    told = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"REVOKE ALL ON {table} FROM PUBLIC, {CODERS}, {SUPERVISORS}",
        f"GRANT {kept} ON {table} TO {SUPERVISORS}",
        f"CREATE POLICY supervisors ON {table} USING ((SELECT annotator_supervises()))",
    ]
    told.append(f"GRANT SELECT ON {table} TO {CODERS}")  # and no row of it without a policy
    if name in _READ:
        told.append(f"CREATE POLICY coders_read ON {table} FOR SELECT TO {CODERS} USING ({_READ[name]})")
    if name in _WRITE:
        told.append(f"GRANT INSERT, UPDATE, DELETE ON {table} TO {CODERS}")
        told.append(f"CREATE POLICY coders_write ON {table} TO {CODERS} USING ({_WRITE[name]})")
    if name in _ADD:
        told.append(f"GRANT INSERT ON {table} TO {CODERS}")
        told.append(f"CREATE POLICY coders_add ON {table} FOR INSERT TO {CODERS} WITH CHECK ({_ADD[name]})")
    return told


def _run(connection: Connection, statement: str) -> None:
    """Several statements at once, as they stand: the driver then reads nothing into a per cent sign."""
    raw: Any = connection.connection.driver_connection
    raw.execute(statement)


def open_tables(connection: Connection) -> list[str]:
    """The tables whose rows anybody may read who may read the table."""
    rows = connection.execute(
        text("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity")
    )
    closed = {r[0] for r in rows}
    return [t.name for t in metadata.sorted_tables if t.name not in closed]
