"""Each service's identities, tried from inside its own container against what they must not do."""

from deploy.verifying.machine import SERVICES, Failed, Machine

LET_IN = ("let ", "only ", "odd:")

# What a service tries as itself, with its own seed; each line it prints is something that it was let do.
ON_NATS = """
import asyncio, os
from pathlib import Path
import nats
from shared.messaging.entrance import BusSettings, options_of
from shared.messaging.rights import inbox_prefix

ME, OTHER = {me!r}, {other!r}
SEED = Path("/run/secrets/nats_" + ME).read_text().strip()
SETTINGS = BusSettings(os.environ["PRACTICE_NATS_URL"], seed=SEED, ca=Path(os.environ["PRACTICE_CA"]))
TRIES = (
    ("$JS.API.STREAM.PURGE." + ME.upper(), b""),
    ("$JS.API.STREAM.DELETE." + ME.upper(), b""),
    ("$JS.API.STREAM.MSG.GET." + OTHER.upper(), b'{{"seq": 1}}'),
    ("$JS.API.STREAM.CREATE.MINE", b'{{"name": "MINE", "subjects": ["mine"]}}'),
    ("$JS.API.CONSUMER.CREATE." + OTHER.upper() + ".mine", b'{{"stream_name": "' + OTHER.upper().encode()
        + b'", "config": {{"durable_name": "mine", "ack_policy": "explicit"}}}}'),
    (OTHER + ".consultation.requested.v1", b"{{}}"),
)

async def main():
    refused = []
    async def hear(error):
        refused.append(str(error).lower())
    line = await nats.connect(**options_of(SETTINGS), error_cb=hear, allow_reconnect=False,
                              inbox_prefix=inbox_prefix(ME).encode())
    for subject, payload in TRIES:
        try:
            await line.request(subject, payload, timeout=0.4)
            print("let do:", subject)
        except nats.errors.Error:
            pass
    for subject in (">", OTHER + ".>", inbox_prefix(OTHER) + ".>"):
        await line.subscribe(subject)
    await line.flush()
    await asyncio.sleep(0.3)
    if sum("permissions violation" in each for each in refused) < len(TRIES) + 3:
        print("only", len(refused), "refusals")
    await line.close()

asyncio.run(main())
print("tried")
"""

# The same on PostgreSQL: as the run-time role, and without TLS.
ON_POSTGRES = """
import asyncio, ssl
from pathlib import Path
from urllib.parse import urlsplit
import asyncpg
from shared.trust import trusting

ME, OTHER = {me!r}, {other!r}
at = urlsplit(Path("/run/secrets/" + ME + "_database_url").read_text().strip())
TLS = trusting(Path("/etc/practice-tls/ca.pem"))
DDL = (
    "CREATE TABLE mine (id int)", "CREATE TEMP TABLE mine (id int)", "DROP TABLE outbox",
    "ALTER TABLE outbox ADD mine int", "TRUNCATE outbox", "CREATE SCHEMA mine", "CREATE ROLE mine",
    "SET ROLE " + ME + "_owner",
    "COPY outbox TO PROGRAM 'cat'", "SELECT pg_read_file('/etc/passwd')",
)

async def enter(database, tls):
    return await asyncpg.connect(host=at.hostname, port=at.port, user=at.username, password=at.password,
                                 database=database, ssl=tls, timeout=5)

async def main():
    line = await enter(ME, TLS)
    for statement in DDL:
        try:
            await line.execute("BEGIN")
            await line.execute(statement)
            print("let do:", statement)
        except asyncpg.PostgresError as refused:
            if not isinstance(refused, asyncpg.InsufficientPrivilegeError):
                print("odd:", statement, type(refused).__name__)
        finally:
            await line.execute("ROLLBACK")
    for database, tls in ((OTHER, TLS), ("postgres", TLS), (ME, False)):
        try:
            await enter(database, tls)
            print("let into", database, "with TLS" if tls else "without TLS")
        except (asyncpg.PostgresError, OSError):
            pass

asyncio.run(main())
print("tried")
"""


def refused_by_nats(machine: Machine) -> str:
    """No service may read, make, empty or write what is another's, nor change its own stream."""
    return _tried(machine, ON_NATS, "9 things refused")


def refused_by_postgres(machine: Machine) -> str:
    """No run-time role may change a table's shape, enter another database, or come without TLS."""
    return _tried(machine, ON_POSTGRES, "13 things refused")


def _tried(machine: Machine, program: str, said: str) -> str:
    for me, other in zip(SERVICES, (*SERVICES[1:], SERVICES[0]), strict=True):
        [name] = machine.containers(me)
        told = machine.python(name, program.format(me=me, other=other)).splitlines()
        wrong = [line for line in told if line.startswith(LET_IN)]
        if wrong or "tried" not in told:
            raise Failed(f"{me}: {'; '.join((wrong or told)[:5])}")
    return f"{len(SERVICES)} identities, {said} to each"
