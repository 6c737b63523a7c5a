"""The page `docs/rights.md`: who may do what, as the code says."""

from collections.abc import Iterator, Mapping, Sequence

from shared.messaging.rights import ANSWER_WITHIN, Right, Rights

BEGINNING = """# Who may do what

Made by `practice rights`: what it says is what the servers are told. Who is not named here has no right.

## On NATS

One account, `PRACTICE`, and a user by nkey for each service and each tool. Streams and consumers are made
by the `provisioner` alone; the `operator` looks whether they are there. Nobody may delete or empty a
stream, read one past their own consumers, hear what others are answered, or enter the server's own account,
which tells its health and nothing else. Rights follow from what a service listens to
(`services/<name>/handlers`) and asks (`services/<name>/__init__.py`); a version that listens or asks anew
needs NATS told before it starts. `shared/messaging/rights.py` is what the server is told,
`tests/deploy/test_bus_rights.py` tries the rest.
"""
SPAN = f"{ANSWER_WITHIN.total_seconds():.0f} seconds"
ANSWERING = f"Answers what it was asked: one reply, within {SPAN}, to the asker alone."
DATABASES = """
## In PostgreSQL

| role | used by | may |
|---|---|---|
| `<service>` | the service, `practice` | enter its own database; read, add, change and delete rows there |
| `<service>_owner` | `practice migrate`, `practice restore` | the same, and make and change tables there |
| `postgres` | nobody, once the roles are made | everything; its password is for emergencies |

A service's role makes nothing: no table, no temporary table, no function, no large object; it reads no file
and starts no program of the server. What the owner makes is the service's to use, by default privileges.
Nobody but these two enters a service's database, and they enter no other. They come in over TLS and by
password (SCRAM) alone. `deploy/setup/roles.py` is what the server is told, `tests/deploy/test_roles.py`
tries the rest.
"""


def document(rights: Mapping[str, Rights]) -> str:
    """The whole page, in Markdown."""
    return BEGINNING + "".join(_user(user, may) for user, may in rights.items()) + DATABASES


def _user(user: str, may: Rights) -> str:
    rows = [*_rows("publish", may.publish), *_rows("subscribe", may.subscribe)]
    table = "\n".join(("| may | to | what for |", "|---|---|---|", *rows))
    return f"\n### {user}\n\n{table}\n" + (f"\n{ANSWERING}\n" if may.answers else "")


def _rows(verb: str, those: Sequence[Right]) -> Iterator[str]:
    """A row for each purpose, in the order of the rights."""
    for why in dict.fromkeys(right.why for right in those):
        subjects = "<br>".join(f"`{right.subject}`" for right in those if right.why == why)
        yield f"| {verb} | {subjects} | {why} |"
