"""The command `practice`: its commands by name, each imported when it is used."""

import logging
from importlib import import_module
from typing import Any

import structlog
import typer
from typer.main import get_group

from deploy.cli.frame import Sentences

MODULES = {
    "up": "stack",
    "demo": "demo",
    "init": "init",
    "doctor": "doctor",
    "migrate": "upkeep",
    "provision": "upkeep",
    "roster": "roster",
    "resources": "resources",
    "show": "request",
    "explain": "explain",
    "trail": "request",
    "silence": "request",
    "allow": "request",
    "acknowledge": "safety",
    "clear": "safety",
    "erase": "erase",
    "hold": "hold",
    "export": "export",
    "affected": "affected",
    "reseal": "reseal",
    "open": "work",
    "calendar": "calendar",
    "audit": "audit",
    "backup": "backup",
    "verify": "backup",
    "restore": "backup",
    "restored": "restored",
    "keep": "keep",
    "retention": "retention",
    "quarantine": "quarantine",
    "returned": "returned",
    "dead-letters": "dead_letters",
    "test-request": "website",
    "snippet": "website",
    "contracts": "contracts",
    "rights": "rights",
    "gallery": "gallery",
    "language": "language",
}


class Commands(Sentences):
    """The commands of `MODULES`; `practice up` need not wait for what only `practice show` uses."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(MODULES)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in MODULES:
            return None
        group = get_group(import_module(f"deploy.cli.{MODULES[cmd_name]}").app)
        group.name = cmd_name
        return group.get_command(ctx, cmd_name) or group


app = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback(help="Run a practice's intake, matching, mail and reading lists, and look into them.")
def practice() -> None:
    """Whatever a command's libraries have to say, an operator reads our sentence alone."""
    logging.getLogger().addHandler(logging.NullHandler())
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
