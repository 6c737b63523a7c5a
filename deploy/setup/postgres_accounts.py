"""As whom PostgreSQL runs: the two files without which its container does not know its own user."""

from deploy.setup.writing import Owner


def passwd(owner: Owner) -> str:
    """/etc/passwd of that container."""
    return (
        "root:x:0:0:root:/root:/sbin/nologin\n"
        f"postgres:x:{owner.uid}:{owner.gid}:PostgreSQL:/var/lib/postgresql:/bin/sh\n"
    )


def group(owner: Owner) -> str:
    """/etc/group of that container."""
    return f"root:x:0:\npostgres:x:{owner.gid}:\n"
