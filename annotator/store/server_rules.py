"""What a study's database on a server has beyond its tables: numbering, notices, receipts, and rights by role.

Everything here may be run again at any time, so that tables which a later format adds get their rights by themselves:
a table that is not named below is the supervisors' alone. What a coder's login can do by SQL of its own is no more than
the program does for it: what is of another coder is neither read nor named, nothing changes without its step in the
journal. `RULES` is raised with every change here; whoever owns the database brings it up to date by opening the study.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text

from annotator.store.tables import metadata

RULES = 3
CODERS, SUPERVISORS = "annotator_coder", "annotator_supervisor"
LOCK = 0x414E4E54
"""What whoever changes tables and rules holds."""
IDLE, LONG = 10, 900
"""Seconds after which a coder's connection that keeps others from writing is ended: doing nothing, or at all."""
CHANNEL = "annotator"

_ME = "coder_id = (SELECT annotator_me())"
_OF_LABEL = "EXISTS (SELECT FROM annotation a WHERE a.id = annotation_id)"
_TIED = (
    "filler_annotation IS NULL OR EXISTS (SELECT FROM annotation a JOIN annotation b ON a.document_id = b.document_id "
    "WHERE a.id = annotation_id AND b.id = filler_annotation)"
)
"""A role holds a label that the coder sees, which is an own one, of the same article."""
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
    **dict.fromkeys(("annotation", "document_state", "assignment", "verdict"), _ME),
    "suggestion_source": _ALL,
    "suggestion": f"({_ME} OR coder_id IS NULL AND {_ALL}) AND NOT annotator_codes_blind(document_id)",
    **dict.fromkeys(("fragment", "filler", "review"), _OF_LABEL),
    "coder": f"id = (SELECT annotator_me()) OR role = 'supervisor' AND {_ALL}",
    "note": f"{_ME} OR annotator_is_mine(reply_to)",
    "change": f"{_ME} OR kind = 'entity' AND {_ALL}",
}
"""What a coder sees of each table."""

_WRITE = {
    **dict.fromkeys(("annotation", "document_state", "note", "verdict"), _ME),
    **dict.fromkeys(("fragment", "filler"), _OF_LABEL),
    "entity": _ALL,
}
"""What a coder may add, change and remove."""

_KEPT = {
    "filler": f"{_OF_LABEL} AND ({_TIED})",
    "note": f"{_ME} AND (reply_to IS NULL OR annotator_is_mine(reply_to))",
    "verdict": f"{_ME} AND EXISTS (SELECT FROM suggestion s WHERE s.id = suggestion_id "
    "AND s.document_id = verdict.document_id) AND (annotation_id IS NULL OR EXISTS (SELECT FROM annotation a "
    "WHERE a.id = annotation_id AND a.document_id = verdict.document_id))",
}
"""What must hold of a row that a coder adds or changes, where it is more than for taking it in hand."""

_STEPPED = ("entity", "annotation", "note", "document_state", "verdict")
"""Tables whose rows change with a step of the journal or not at all."""

_ADD = {"change": _ME}
"""What a coder may only add."""

_BOOKS = """
CREATE TABLE IF NOT EXISTS annotator_format (version integer NOT NULL);
CREATE TABLE IF NOT EXISTS annotator_counter (last integer NOT NULL);
INSERT INTO annotator_counter SELECT 0 WHERE NOT EXISTS (SELECT FROM annotator_counter);
CREATE TABLE IF NOT EXISTS annotator_door ();  -- who holds it writes; nobody else may lock it
CREATE TABLE IF NOT EXISTS annotator_rules (version integer NOT NULL);
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

-- whether this login is a coder's, who may do no more than a coder
CREATE OR REPLACE FUNCTION annotator_bound() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT annotator_me() IS NOT NULL AND NOT annotator_supervises() $$;

CREATE OR REPLACE FUNCTION annotator_is_mine(note_id text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM note WHERE id = note_id AND coder_id = annotator_me()) $$;

-- whether the coder has this article in a round without suggestions
CREATE OR REPLACE FUNCTION annotator_codes_blind(document text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT EXISTS (SELECT FROM assignment a JOIN study s ON s.key = 'blind_rounds'
                  WHERE a.coder_id = annotator_me() AND a.document_id = document
                  AND a.round IN (SELECT jsonb_array_elements_text(s.value::jsonb))) $$;

CREATE OR REPLACE FUNCTION annotator_names_entity(entity_id text) RETURNS bigint LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ -- a coder learns whether others name it, not how often
   SELECT count(*) FILTER (WHERE mine) + CASE WHEN annotator_bound() THEN least(1, count(*) FILTER (WHERE NOT mine))
                                         ELSE count(*) FILTER (WHERE NOT mine) END
   FROM (SELECT coalesce(coder_id = annotator_me(), false) AS mine FROM annotation
         WHERE (entity_id ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$'  -- nothing else is asked of others
                AND (strpos(value_map, entity_id) > 0 OR strpos(empty_roles, entity_id) > 0))
         OR id IN (SELECT annotation_id FROM filler WHERE filler_entity = entity_id)) AS naming $$;

CREATE OR REPLACE FUNCTION annotator_last_number() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS
$$ SELECT last FROM annotator_counter $$;

-- journal steps are numbered without gaps, in the order in which they are confirmed
CREATE OR REPLACE FUNCTION annotator_number() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE me text := annotator_me(); told text;
BEGIN
    IF annotator_bound() THEN
        IF NEW.coder_id IS DISTINCT FROM me
            OR NEW.kind NOT IN ('entity', 'annotation', 'note', 'document_state', 'verdict')
            OR EXISTS (SELECT FROM change WHERE unit = NEW.unit AND coder_id <> me)
            OR NEW.undoes IS NOT NULL AND NOT EXISTS (SELECT FROM change WHERE unit = NEW.undoes AND coder_id = me)
            OR EXISTS (SELECT FROM change WHERE thing_id = NEW.thing_id AND kind <> NEW.kind)
            OR NEW.kind = 'document_state' AND NEW.thing_id IS DISTINCT FROM NEW.document_id || '/' || me
            OR NEW.kind = 'verdict' AND split_part(NEW.thing_id, '/', 2) IS DISTINCT FROM me
            OR NEW.kind IN ('annotation', 'note') AND (
                EXISTS (SELECT FROM change WHERE thing_id = NEW.thing_id AND coder_id <> me)
                OR EXISTS (SELECT FROM annotation WHERE id = NEW.thing_id AND coder_id <> me)
                OR EXISTS (SELECT FROM note WHERE id = NEW.thing_id AND coder_id <> me))
        THEN
            RAISE EXCEPTION 'a step about what is not yours' USING ERRCODE = 'insufficient_privilege';
        END IF;
        FOREACH told IN ARRAY ARRAY[NEW.before, NEW.after] LOOP
            IF told IS NOT NULL AND (
                NEW.kind NOT IN ('document_state', 'verdict') AND told::json->>'id' IS DISTINCT FROM NEW.thing_id
                OR NEW.kind = 'annotation' AND told::json->>'coder' IS DISTINCT FROM me
                OR NEW.kind = 'note' AND told::json->>'coder_id' IS DISTINCT FROM me)
            THEN
                RAISE EXCEPTION 'a step that tells of another thing' USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
    END IF;
    IF NEW.seq IS NULL OR me IS NOT NULL THEN
        UPDATE annotator_counter SET last = last + 1 RETURNING last INTO NEW.seq;
    ELSE
        UPDATE annotator_counter SET last = greatest(last, NEW.seq);
    END IF;
    RETURN NEW;
END $$;

-- at the end of a coder's transaction: what changed has a step of it that says how it is now
CREATE OR REPLACE FUNCTION annotator_has_step() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE one jsonb; thing text; said text; there boolean; now_ entity%ROWTYPE;
BEGIN
    IF NOT annotator_bound() THEN
        RETURN NULL;
    END IF;
    one := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    thing := CASE WHEN TG_TABLE_NAME = 'document_state' THEN (one->>'document_id') || '/' || (one->>'coder_id')
                  WHEN TG_TABLE_NAME = 'verdict' THEN (one->>'suggestion_id') || '/' || (one->>'coder_id')
                  ELSE one->>'id' END;
    SELECT after INTO said FROM change
        WHERE thing_id = thing AND kind = TG_TABLE_NAME AND coder_id = annotator_me()
        AND xmin = pg_current_xact_id()::xid ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a change without its step in the journal' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_TABLE_NAME = 'document_state' THEN
        there := EXISTS (SELECT FROM document_state
                         WHERE document_id = one->>'document_id' AND coder_id = one->>'coder_id');
    ELSIF TG_TABLE_NAME = 'verdict' THEN
        there := EXISTS (SELECT FROM verdict
                         WHERE suggestion_id = one->>'suggestion_id' AND coder_id = one->>'coder_id');
        IF there AND said IS NOT NULL AND TG_OP <> 'DELETE' AND (said::json->>'said' IS DISTINCT FROM one->>'said'
            OR said::json->>'label' IS DISTINCT FROM one->>'annotation_id')
        THEN
            RAISE EXCEPTION 'the step says otherwise' USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSE
        EXECUTE format('SELECT EXISTS (SELECT FROM %I WHERE id = $1)', TG_TABLE_NAME) INTO there USING thing;
    END IF;
    IF there <> (said IS NOT NULL) THEN
        RAISE EXCEPTION 'the step says otherwise' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF TG_TABLE_NAME = 'entity' AND there THEN
        SELECT * INTO now_ FROM entity WHERE id = thing;
        IF now_.name IS DISTINCT FROM said::json->>'name' OR now_.type IS DISTINCT FROM said::json->>'type'
            OR now_.memo IS DISTINCT FROM said::json->>'memo'
            OR now_.merged_into IS DISTINCT FROM said::json->>'merged_into'
            OR now_.aliases::jsonb IS DISTINCT FROM (said::json->'aliases')::jsonb
            OR now_.value_map::jsonb IS DISTINCT FROM coalesce((said::json->'values')::jsonb, '{{}}')
        THEN
            RAISE EXCEPTION 'the step says otherwise' USING ERRCODE = 'insufficient_privilege';
        END IF;
    ELSIF TG_TABLE_NAME = 'entity' AND (annotator_names_entity(thing) > 0
        OR EXISTS (SELECT FROM entity WHERE merged_into = thing OR strpos(value_map, thing) > 0))
    THEN
        RAISE EXCEPTION 'somebody names this entity' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
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
    LOCK TABLE annotator_door IN EXCLUSIVE MODE;
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
    LOCK TABLE annotator_door IN EXCLUSIVE MODE;
    INSERT INTO annotator_receipt AS r (session, epoch) VALUES (one, number)
    ON CONFLICT (session) DO UPDATE SET epoch = number, at = now() RETURNING token INTO mark;
    RETURN mark;
END $$;

-- end connections that keep others from writing and do nothing, or far too long; how many. Where the owner may not, 0.
CREATE OR REPLACE FUNCTION annotator_free() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
DECLARE ended integer;
BEGIN
    IF annotator_me() IS NULL AND NOT pg_has_role(session_user, current_user, 'member') THEN
        RETURN 0;
    END IF;
    SELECT count(*) FILTER (WHERE pg_terminate_backend(a.pid)) INTO ended FROM pg_stat_activity a
    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
        AND (a.state LIKE 'idle in transaction%' AND a.state_change < now() - interval '{IDLE} seconds'
             OR a.xact_start < now() - interval '{LONG} seconds')
        AND a.usename IN (SELECT login FROM annotator_login WHERE role = 'coder')
        AND EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.locktype = 'relation'
                    AND l.mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                                   'AccessExclusiveLock')
                    AND l.relation IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace));
    RETURN ended;
EXCEPTION WHEN insufficient_privilege THEN
    RETURN 0;
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

# How much there is of what one may not see: told by the server's own figures, which only who runs it can close.
_FIGURES = f"""
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT viewname FROM pg_views
        WHERE schemaname = 'pg_catalog' AND viewname ~ '^pg_stat(io)?_.*(tables|indexes)$'
    LOOP
        EXECUTE format('REVOKE SELECT ON pg_catalog.%I FROM PUBLIC', one.viewname);
        EXECUTE format('GRANT SELECT ON pg_catalog.%I TO {SUPERVISORS}', one.viewname);
    END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
        AND (proname IN ('pg_relation_size', 'pg_table_size', 'pg_total_relation_size', 'pg_indexes_size',
                         'pg_database_size')
             OR proname ~ '^pg_stat_get_(xact_)?(live|dead|ins|mod|numscans|tuples|blocks)')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one.name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO {SUPERVISORS}', one.name);
    END LOOP;
    EXECUTE 'REVOKE SELECT ON pg_catalog.pg_class FROM PUBLIC';
    EXECUTE 'GRANT SELECT ON pg_catalog.pg_class TO {SUPERVISORS}';
    EXECUTE (SELECT format('GRANT SELECT (%s) ON pg_catalog.pg_class TO PUBLIC', string_agg(quote_ident(attname), ', '))
             FROM pg_attribute WHERE attrelid = 'pg_catalog.pg_class'::regclass AND attnum > 0 AND NOT attisdropped
             AND attname NOT IN ('reltuples', 'relpages', 'relallvisible', 'relallfrozen'));
EXCEPTION WHEN insufficient_privilege THEN NULL;
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
    for name in _STEPPED:
        _run(
            connection,
            f"DROP TRIGGER IF EXISTS annotator_has_step ON {name}; "
            f"CREATE CONSTRAINT TRIGGER annotator_has_step AFTER INSERT OR UPDATE OR DELETE ON {name} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION annotator_has_step()",
        )
    for name in tables:
        for statement in _rights(name):
            _run(connection, statement)
    _run(connection, _FIGURES)
    _run(connection, f"DELETE FROM annotator_rules; INSERT INTO annotator_rules VALUES ({RULES})")
    _run(connection, f"GRANT SELECT ON annotator_rules TO {CODERS}, {SUPERVISORS}")
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
        told.append(
            f"CREATE POLICY coders_write ON {table} TO {CODERS} USING ({_WRITE[name]})"
            f" WITH CHECK ({_KEPT.get(name, _WRITE[name])})"
        )
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
