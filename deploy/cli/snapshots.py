"""What others build against, as text that is the same whenever the code is: one JSON file each."""

import json
import tempfile
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from deploy.house import SETTINGS
from deploy.local.environment import of_the_stack
from deploy.local.keys import kept_keys, kept_website
from deploy.local.places import Places
from deploy.local.ports import Ports
from shared.contracts import ASKS, FACTS
from shared.health import describe
from shared.runtime import build


def snapshots() -> Mapping[str, str]:
    """Every snapshot by its path: facts and asks as JSON Schema, services as AsyncAPI and OpenAPI."""
    return {name: _text(document) for name, document in (*_contracts(), *_services())}


def _contracts() -> Iterator[tuple[str, Any]]:
    for fact in FACTS:
        schema = fact.model_json_schema(by_alias=True)
        yield f"facts/{fact.subject()}.json", {"type": fact.type(), "subject": fact.subject(), "data": schema}
    for ask, answer in ASKS.items():
        yield (
            f"asks/{ask.subject()}.json",
            {
                "subject": ask.subject(),
                "question": ask.model_json_schema(by_alias=True),
                "answer": answer.model_json_schema(by_alias=True, mode="serialization"),
            },
        )


def _services() -> Iterator[tuple[str, Any]]:
    """Each service is put together on an empty folder and asked for its descriptions; nothing runs."""
    with tempfile.TemporaryDirectory() as folder:
        places = Places(Path(folder))
        said = of_the_stack(places, Ports(), kept_keys(places), kept_website(places), {})
        said = {name: value for name, value in said.items() if not name.endswith("_SEED")}  # as nobody
        for service, settings in SETTINGS.items():
            module = import_module(f"services.{service}.app")
            app = build(settings.read(said), module.assemble)
            yield f"asyncapi/{service}.json", describe(service, app.state.bus)
            if app.openapi_url:
                yield f"openapi/{service}.json", app.openapi()


def _text(document: Any) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
