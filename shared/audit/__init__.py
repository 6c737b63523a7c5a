"""Who did what, and who read what, in each service's own database: a chain that only grows.

entries.py    what one entry says, in codes, and the bytes that its hash is over
tables.py     the table, and what keeps the database itself from changing it
chain.py      appending as the last of a transaction, reading, and forgetting what is old enough
verifying.py  whether every entry is as it was written

Every entry has the next number and the hash of the one before it. Nothing that anybody wrote stands in it: no
name, no address, no word. See docs/adr/0064.
"""

from shared.audit.chain import actor, append_at_once, forget_before, head_of, load, record
from shared.audit.entries import FORGOTTEN, START, Entry, Head, Kept, kept_of
from shared.audit.tables import audit, audit_table, create, drop
from shared.audit.verifying import Broken, Verified, verify

__all__ = [
    "FORGOTTEN",
    "START",
    "Broken",
    "Entry",
    "Head",
    "Kept",
    "Verified",
    "actor",
    "append_at_once",
    "audit",
    "audit_table",
    "create",
    "drop",
    "forget_before",
    "head_of",
    "kept_of",
    "load",
    "record",
    "verify",
]
