"""The roles of PostgreSQL: who may do what in which database.

A database per service. Its owner, `<service>_owner`, makes and changes tables, in migrations alone. The
run-time role, `<service>`, enters its own database and no other, reads and writes rows, and makes nothing: no
table, no temporary table, no large object.
"""

from collections.abc import Mapping

SERVICES = ("intake", "matching", "notifications", "resources")
ROLES = tuple(f"{service}{kind}" for service in SERVICES for kind in ("", "_owner"))
NO_MORE = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"
LARGE_OBJECTS = "lo_create(oid), lo_creat(integer), lo_from_bytea(oid, bytea)"


def roles_sql(passwords: Mapping[str, str]) -> str:
    """What psql runs as superuser in an empty cluster; `passwords` by role, such as `intake_owner`.

    A statement that fails is written into no log: it would hold a password.
    """
    return _FIRST + "".join(
        _database(service, passwords[service], passwords[f"{service}_owner"]) for service in SERVICES
    )


_FIRST = """\\set ON_ERROR_STOP on
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
REVOKE ALL ON DATABASE postgres FROM PUBLIC;
REVOKE ALL ON DATABASE template1 FROM PUBLIC;
"""


def _database(service: str, password: str, owner_password: str) -> str:
    owner = f"{service}_owner"
    return f"""
SET log_statement = 'none';
SET log_min_error_statement = 'panic';
CREATE ROLE {owner} {NO_MORE} PASSWORD {_quoted(owner_password)};
CREATE ROLE {service} {NO_MORE} PASSWORD {_quoted(password)};
CREATE DATABASE {service} OWNER {owner};
REVOKE ALL ON DATABASE {service} FROM PUBLIC;
GRANT CONNECT ON DATABASE {service} TO {service};
\\connect {service}
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO {owner};
GRANT USAGE ON SCHEMA public TO {service};
REVOKE EXECUTE ON FUNCTION {LARGE_OBJECTS} FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {service};
"""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
