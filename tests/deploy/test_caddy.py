"""The only door: what it lets through, to whom, and what it never does."""

import base64
import hashlib
import json
import re
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from deploy.local.places import REPOSITORY
from shared.language import common_words
from tests.deploy.caddy_door import FOLDER, HOST, INSIDE, OWN, REDIRECT, SERVICES, Door, opened, upstream

pytestmark = pytest.mark.caddy

DESCRIPTIONS = REPOSITORY / "docs" / "contracts" / "openapi"
NOBODYS = ("/healthz", "/readyz", "/metrics", "/asyncapi.json", "/openapi.json", "/docs", "/nothing")
DISGUISES = ("{}", "{}/", "/.{}", "/%2e%2e{}", "/v1/..{}", "/book/%2e%2e{}")
SECRET = "a-link-that-opens-something"


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    with opened(tmp_path_factory.mktemp("caddy")) as running:
        yield running


@pytest.fixture
def client(door: Door) -> Iterator[httpx.Client]:
    with door.client() as browser:
        yield browser


def described() -> list[tuple[str, str, str]]:
    """Every way in that the services describe: service, method, path with its parameters filled in."""
    found = []
    for service in SERVICES:
        paths = json.loads((DESCRIPTIONS / f"{service}.json").read_text("utf-8"))["paths"]
        for path, methods in paths.items():
            for method in methods:
                found.append((service, method.upper(), re.sub(r"\{\w+\}", "abc.DEF-1", path)))
    return found


def test_every_described_page_and_door_is_reached_at_the_service_it_belongs_to(client: httpx.Client) -> None:
    ways = described()
    assert {service for service, _, _ in ways} == set(SERVICES)

    for service, method, path in ways:
        answer = client.request(method, path)
        assert (answer.json()["service"], answer.json()["path"]) == (service, path), (method, path)


def test_health_numbers_and_descriptions_are_nobodys_business_outside(
    door: Door, client: httpx.Client
) -> None:
    before = [len(each.heard) for each in door.upstreams.values()]

    for path in NOBODYS:
        for disguise in DISGUISES:
            answer = client.get(disguise.format(path))
            assert answer.status_code == 404, disguise.format(path)
            assert answer.headers["content-type"].startswith("text/html")
    assert [len(each.heard) for each in door.upstreams.values()] == before


def test_who_asks_is_whom_caddy_heard_from_and_not_what_they_claim(client: httpx.Client) -> None:
    claims = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9", "X-Real-IP": "203.0.113.9"}

    heard = client.get("/", headers=claims).json()["headers"]

    assert heard["x-forwarded-for"] == "127.0.0.1"
    assert heard["x-forwarded-proto"] == "https"
    assert "203.0.113.9" not in json.dumps(heard)


def test_sixty_four_kibibytes_come_in_and_not_one_more(door: Door, client: httpx.Client) -> None:
    assert client.post("/v1/events", content=b"x" * 65536).json()["length"] == 65536
    before = len(door.upstreams["intake"].heard)

    for size in (65537, 65540, 66000, 70_000, 100_000, 1_000_000):
        assert client.post("/v1/events", content=b"x" * size).status_code == 413
    unmeasured = client.post("/v1/events", content=iter([b"x" * 40_000] * 3))

    assert unmeasured.status_code in (413, 503)
    assert len(door.upstreams["intake"].heard) == before


def test_a_head_of_a_request_is_bounded(client: httpx.Client) -> None:
    assert client.get("/", headers={"X-Long": "x" * 7000}).status_code == 200

    assert client.get("/", headers={"X-Long": "x" * 20_000}).status_code == 431


def test_a_head_that_comes_drop_by_drop_is_cut_off(door: Door) -> None:
    began = time.monotonic()
    with door.line() as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: " + HOST.encode() + b"\r\nX-Slow: ")
        line.settimeout(15)
        assert line.recv(100) in (b"", b"HTTP/1.1 408 Request Timeout"[:100])
    assert 5 < time.monotonic() - began < 14


def test_nothing_older_than_tls_1_2_is_spoken(door: Door) -> None:
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = ssl.create_default_context(cafile=str(door.authority))
        context.minimum_version = context.maximum_version = version
        door.line(context).close()

    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(door.authority)
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match=r"(?i)version"):
        door.line(old)


def test_every_answer_asks_for_tls_and_says_nothing_of_the_server(client: httpx.Client) -> None:
    for answer in (client.get("/"), client.get("/nothing"), client.post("/v1/events", content=b"x" * 70_000)):
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        assert "server" not in answer.headers
        assert "via" not in answer.headers


def test_plain_http_leads_to_tls_and_carries_nothing_on(door: Door) -> None:
    plain = f"http://127.0.0.1:{door.ports[REDIRECT]}/book/{SECRET}?lang=es"

    answer = httpx.get(plain, headers={"Host": HOST})

    assert answer.status_code == 308
    assert answer.headers["location"] == f"https://{HOST}:{door.port}/book/{SECRET}?lang=es"
    assert "server" not in answer.headers


def test_another_name_than_the_practices_opens_nothing(door: Door, client: httpx.Client) -> None:
    before = len(door.upstreams["intake"].heard)

    assert client.get("/", headers={"Host": "somebody.else.example.org"}).status_code == 421
    assert len(door.upstreams["intake"].heard) == before


def test_caddy_is_healthy_to_itself_and_its_other_doors_are_not_the_practices(door: Door) -> None:
    assert httpx.get(f"http://127.0.0.1:{door.ports[OWN]}/").status_code == 200
    inside = httpx.get(f"http://127.0.0.1:{door.ports[INSIDE]}/", headers={"Host": HOST})
    assert inside.content == b""


def test_when_a_service_is_away_people_read_where_somebody_answers(tmp_path: Path) -> None:
    with opened(tmp_path) as door, door.client() as client:
        for each in door.upstreams.values():
            each.stop()
        began = time.monotonic()
        page = client.get(f"/book/{SECRET}", headers={"Accept": "text/html"})
        took = time.monotonic() - began
        told = client.post("/v1/consultation-requests", json={}, headers={"Accept": "application/json"})

        assert page.status_code == told.status_code == 503
        assert took < 10
        assert page.headers["retry-after"] == told.headers["retry-after"] == "60"
        assert "988" in page.text
        assert told.headers["content-type"] == "application/problem+json"
        assert told.json()["status"] == 503
        assert "server" not in page.headers
        assert SECRET not in door.logged()


def test_who_comes_while_a_service_starts_again_is_answered_by_it(tmp_path: Path) -> None:
    with opened(tmp_path) as door, door.client() as client:
        gone = door.upstreams["intake"]
        gone.stop()
        later = threading.Timer(1, lambda: door.upstreams.update(intake=upstream("intake", gone.port)))
        later.start()

        answer = client.get(f"/book/{SECRET}")
        later.join()

        assert answer.status_code == 200
        assert len(door.upstreams["intake"].heard) == 1


def test_the_pages_say_the_lines_in_both_languages_as_the_others_do() -> None:
    for name in ("away", "nothing"):
        page = (FOLDER / "pages" / f"{name}.html").read_text("utf-8")
        for language in ("en", "es"):
            part = page.split(f'<section lang="{language}">')[1].split("</section>")[0]
            say = common_words(language)
            assert say("crisis.heading") in part
            assert say("crisis.about") in part
            assert part.count("988") == 2
            assert part.count("911") == 2
        assert "<script" not in page
        assert "http" not in page


def test_the_pages_style_is_the_one_that_their_policy_lets_through() -> None:
    said = (FOLDER / "Caddyfile").read_text("utf-8")
    for page in (FOLDER / "pages").glob("*.html"):
        style = page.read_text("utf-8").split("<style>")[1].split("</style>")[0]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in said
