"""What compose reads in the folder: where everything is and as whom it runs; nothing secret."""

from collections.abc import Mapping

from deploy.local.places import REPOSITORY
from deploy.setup.folder import Folder


def compose_variables(folder: Folder) -> Mapping[str, str]:
    """The variables that `deploy/compose.yaml` needs."""
    asked, owner = folder.mark.asked, folder.owner
    said = {
        "COMPOSE_FILE": str(REPOSITORY / "deploy" / "compose.yaml"),
        "COMPOSE_PROJECT_NAME": "practice",
        "PRACTICE_FOLDER": str(folder.root),
        "PRACTICE_UID": str(owner.uid),
        "PRACTICE_GID": str(owner.gid),
        "PRACTICE_HOST": asked.host,
        "PRACTICE_HTTPS_PORT": str(asked.https_port),
        "PRACTICE_HTTP_PORT": str(asked.http_port),
        "PRACTICE_URL": asked.url,
        "PRACTICE_VERSION": "local",
    }
    if asked.dev:
        said |= {"COMPOSE_PROFILES": "dev", "NOTIFICATIONS_SMTP_PLAIN_HOST": "mailpit"}
    return said


def written(variables: Mapping[str, str]) -> str:
    """The lines of the file."""
    return "".join(f"{name}={value}\n" for name, value in variables.items())
