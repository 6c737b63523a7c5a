"""Settings: read once from the environment, typed, complete; the only place that reads it.

A secret may come from a file: `INTAKE_VAULT_KEYS_FILE=/run/secrets/vault` stands for `INTAKE_VAULT_KEYS`.
Every service subclasses `ServiceSettings` and adds what only it needs, under its own prefix.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from shared.errors import Misconfigured
from shared.language import speak_also

Folder = Annotated[Path | None, BeforeValidator(lambda written: written or None)]  # nothing written: none
Written = Annotated[str | None, BeforeValidator(lambda written: written or None)]
READ_BY_OTHERS = 0o007


class ServiceSettings(BaseModel):
    """What every service is told. A field's variable is its alias, or `<SERVICE>_<FIELD>` in capitals."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True)

    service: str
    database_url: str
    host: str = "127.0.0.1"
    port: int = Field(ge=0, le=65535)
    nats_url: str = Field(default="nats://127.0.0.1:4222", alias="PRACTICE_NATS_URL")
    nats_user: str | None = Field(default=None, alias="PRACTICE_NATS_USER")
    nats_password: str | None = Field(default=None, alias="PRACTICE_NATS_PASSWORD", repr=False)
    nats_seed: Written = Field(default=None, alias="PRACTICE_NATS_SEED", repr=False)  # of an nkey user
    ca: Folder = Field(default=None, alias="PRACTICE_CA")  # whom NATS and PostgreSQL are believed by, alone
    config_dir: Path = Field(default=Path("deploy/practice/los_angeles"), alias="PRACTICE_CONFIG_DIR")
    locale_dir: Folder = Field(default=None, alias="PRACTICE_LOCALE_DIR")  # of further languages
    log_format: str = Field(default="json", alias="PRACTICE_LOG_FORMAT", pattern="^(json|console)$")

    @classmethod
    def read(cls, environ: Mapping[str, str] | None = None) -> Self:
        """The settings in the environment; the house speaks from now on the further languages they name.

        Raises Misconfigured, naming every variable that is wrong.
        """
        environ = os.environ if environ is None else environ
        found: dict[str, Any] = {}
        for name in cls.model_fields:
            value = value_of(environ, cls.variable(name), may_be_empty=cls.model_fields[name].default == "")
            if value is not None and name != "service":
                found[name] = value
        try:
            settings = cls(**found)
        except ValidationError as error:
            raise Misconfigured("; ".join(_sentence(cls, problem) for problem in error.errors())) from None
        speak_also(settings.locale_dir)
        return settings

    @classmethod
    def variable(cls, field: str) -> str:
        """The environment variable of a field, such as `INTAKE_PORT` for `port`."""
        info = cls.model_fields[field]
        return info.alias or f"{cls.model_fields['service'].default}_{field}".upper()


def value_of(environ: Mapping[str, str], variable: str, *, may_be_empty: bool = False) -> str | None:
    """What a variable says, or the file that `<variable>_FILE` names; None when neither is set.

    Raises Misconfigured when that file is not there, is empty, or may be read by everybody on the machine.
    """
    name = environ.get(f"{variable}_FILE")
    if name is None:
        return environ.get(variable)
    file = Path(name)
    try:
        mode, value = file.stat().st_mode, file.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise Misconfigured(
            f"{variable}_FILE names {name}, which cannot be read ({why}): "
            "make it, or give it to the user who runs this"
        ) from None
    if mode & READ_BY_OTHERS:
        raise Misconfigured(
            f"{variable}_FILE names {name}, which others on this machine may use: run `chmod 600 {name}`"
        )
    if not value and not may_be_empty:
        raise Misconfigured(f"{variable}_FILE names {name}, which is empty: write the value into it")
    return value


def _sentence(settings: type[ServiceSettings], problem: Any) -> str:
    field = str(problem["loc"][0]) if problem["loc"] else ""
    variable = settings.variable(field) if field in settings.model_fields else field
    said = "is not set" if problem["type"] == "missing" else problem["msg"]
    return f"{variable} {said}"
