"""`/docs`: a service's doors for people who read.

It carries no script and loads nothing from anywhere, so it needs no network, shows nobody else who reads it,
and cannot post: the usual page of this kind would fetch its script from somebody else's server.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from shared.pages.render import Pages

HERE = Path(__file__).parent


def router() -> APIRouter:
    """The page that describes the application it belongs to."""
    pages = Pages(HERE)
    routes = APIRouter(include_in_schema=False)

    @routes.get("/docs")
    async def docs(request: Request) -> HTMLResponse:
        described = request.app.openapi()
        values = {"title": described["info"]["title"], "doors": doors_in(described)}
        return pages.page("docs.html", values, language="en")

    return routes


def doors_in(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every door of an OpenAPI document, as the page shows it."""
    return [
        {
            "method": method.upper(),
            "path": path,
            "about": door.get("description", ""),
            "inputs": [_input(each) for each in door.get("parameters", [])],
            "bodies": _bodies(door),
            "answers": [_answer(status, said) for status, said in door["responses"].items()],
        }
        for path, methods in described["paths"].items()
        for method, door in methods.items()
    ]


def _input(said: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": said["name"],
        "place": said["in"],
        "needed": said.get("required", False),
        "about": said.get("description", ""),
    }


def _bodies(door: Mapping[str, Any]) -> list[dict[str, Any]]:
    content = door.get("requestBody", {}).get("content", {})
    return [{"media_type": name, "shape": said.get("schema", {})} for name, said in content.items()]


def _answer(status: str, said: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": status, "about": said["description"], "media_types": list(said.get("content", {}))}
