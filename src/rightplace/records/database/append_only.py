"""Triggers by which the database itself refuses to alter or remove rows.

Statements differ between SQLite and PostgreSQL; what they refuse does not, and both report it as
a breach of integrity.
"""

from __future__ import annotations

REFUSE = "refuse_change"
AS_BREACH = "USING ERRCODE = 'restrict_violation'"


def create_refusal(dialect: str) -> tuple[str, ...]:
    """Return the statements that PostgreSQL needs once, before the first trigger."""
    if dialect == "sqlite":
        return ()
    body = f"RAISE EXCEPTION '% rows are not for %', TG_TABLE_NAME, TG_OP {AS_BREACH}"
    return (
        f"CREATE FUNCTION {REFUSE}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$",
    )


def drop_refusal(dialect: str) -> tuple[str, ...]:
    """Return the statements that take back ``create_refusal``."""
    return () if dialect == "sqlite" else (f"DROP FUNCTION {REFUSE}()",)


def no_update(dialect: str, table: str) -> tuple[str, ...]:
    """Return the statements by which rows of a table are never altered."""
    return _trigger(dialect, table, change="UPDATE", when=None)


def no_delete(dialect: str, table: str, *, unless: str | None = None) -> tuple[str, ...]:
    """Return the statements by which rows of a table are not removed.

    Parameters
    ----------
    dialect
        ``sqlite`` or ``postgresql``.
    table
        The table.
    unless
        A condition on ``OLD`` that allows the removal, such as one on a record of deletion; a
        query inside it is possible on both databases. None: never.
    """
    return (
        *_trigger(dialect, table, change="DELETE", when=unless),
        *_no_truncate(dialect, table),
    )


def _trigger(dialect: str, table: str, *, change: str, when: str | None) -> tuple[str, ...]:
    name, refusal = f"{table}_no_{change.lower()}", f"{table} rows are not for {change}"
    before = f"CREATE TRIGGER {name} BEFORE {change} ON {table}"
    if dialect == "sqlite":
        condition = f"WHEN NOT ({when}) " if when else ""
        return (f"{before} {condition}BEGIN SELECT RAISE(ABORT, '{refusal}'); END",)
    if when is None:
        return (f"{before} FOR EACH ROW EXECUTE FUNCTION {REFUSE}()",)
    # PostgreSQL allows no query in WHEN, so the condition moves into a function of its own.
    body = f"IF ({when}) THEN RETURN OLD; END IF; RAISE EXCEPTION '{refusal}' {AS_BREACH}"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; END $$",
        f"{before} FOR EACH ROW EXECUTE FUNCTION {name}()",
    )


def _no_truncate(dialect: str, table: str) -> tuple[str, ...]:
    if dialect == "sqlite":
        return ()
    before = f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
    return (f"{before} FOR EACH STATEMENT EXECUTE FUNCTION {REFUSE}()",)


def drop_functions(dialect: str, table: str) -> tuple[str, ...]:
    """Return the statements that drop what a table's own triggers left; the table goes first."""
    if dialect == "sqlite":
        return ()
    return (f"DROP FUNCTION IF EXISTS {table}_no_delete()",)
