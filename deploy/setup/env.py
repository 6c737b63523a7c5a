"""What compose reads in the folder: where everything is and as whom it runs; nothing secret."""

from collections.abc import Mapping

from deploy.local.places import REPOSITORY
from deploy.setup.folder import Folder

FOR_TRYING_OUT: Mapping[str, str] = {
    "COMPOSE_PROFILES": "dev",
    "NOTIFICATIONS_SMTP_PLAIN_HOST": "mailpit",
}


def needed_variables(folder: Folder) -> Mapping[str, str]:
    """What `deploy/compose.yaml` does not work without."""
    asked, owner = folder.mark.asked, folder.owner
    names = ("compose.yaml", "compose.cluster.yaml") if asked.cluster else ("compose.yaml",)
    return {
        "COMPOSE_FILE": ":".join(str(REPOSITORY / "deploy" / name) for name in names),
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


def new_variables(folder: Folder) -> Mapping[str, str]:
    """What a new folder begins with."""
    return {**needed_variables(folder), **(FOR_TRYING_OUT if folder.mark.asked.dev else {})}


def plain_host(folder: Folder) -> str:
    """The mail sink that may be spoken to without TLS; empty where there is none."""
    path = folder.path(".env")
    said = path.read_text(encoding="utf-8") if path.exists() else written(new_variables(folder))
    lines = dict(line.partition("=")[::2] for line in said.splitlines())
    return lines.get("NOTIFICATIONS_SMTP_PLAIN_HOST", "").strip()


def written(variables: Mapping[str, str]) -> str:
    """The lines of the file."""
    return "".join(f"{name}={value}\n" for name, value in variables.items())


def completed(text: str, variables: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with a line for each variable it lacks, and which those are."""
    said = {line.partition("=")[0].strip() for line in text.splitlines()}
    lacking = {name: value for name, value in variables.items() if name not in said}
    end = "" if not text or text.endswith("\n") else "\n"
    return text + end + written(lacking), list(lacking)
