"""Who may do what on NATS is derived from what each service hears and asks, and no service asks more."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deploy.cli import rights
from deploy.house import asked, bus_rights, listened
from deploy.nats.document import document
from shared.contracts import ASKS
from shared.errors import Misconfigured
from shared.messaging.entrance import BusSettings, new_seed, options_of, public_key, security_of
from shared.messaging.rights import OPERATOR, PROVISIONER, USERS
from shared.messaging.topology import SERVICES, durable_name, stream_name

ROOT = Path(__file__).parents[2]
QUESTIONS = {question.__name__: question for question in ASKS}


def put_by(sources: Mapping[str, str]) -> set[str]:
    """The questions that this code puts: whoever only answers one never makes one."""
    calls = [
        node.func
        for source in sources.values()
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
    ]
    named = {call.id for call in calls if isinstance(call, ast.Name)}
    return QUESTIONS.keys() & (named | {call.attr for call in calls if isinstance(call, ast.Attribute)})


def code_of(service: str) -> Mapping[str, str]:
    return {str(file): file.read_text("utf-8") for file in (ROOT / "services" / service).rglob("*.py")}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_right_to_every_question_that_it_puts_and_to_no_other(service: str) -> None:
    assert {question.__name__ for question in asked()[service]} == put_by(code_of(service))


def test_a_question_that_a_service_has_no_right_to_is_found() -> None:
    planted = {"new.py": "async def look(front):\n    await front.ask(contracts.WordsAsked(ids=()), Words)\n"}

    assert put_by({**code_of("resources"), **planted}) - put_by(code_of("resources")) == {"WordsAsked"}


@pytest.mark.parametrize("user", USERS)
def test_nobody_may_delete_purge_or_read_a_stream_past_its_consumers(user: str) -> None:
    forbidden = ("DELETE", "PURGE", "MSG.GET", "DIRECT", "SNAPSHOT", "RESTORE", "LEADER", "PAUSE", "PEER")

    said = [right.subject for right in bus_rights()[user].publish if right.subject.startswith("$JS.")]

    assert not [subject for subject in said if any(verb in subject for verb in forbidden)]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_changes_no_stream_and_no_consumer(service: str) -> None:
    said = [right.subject for right in bus_rights()[service].publish]

    assert not [subject for subject in said if "CREATE" in subject or "UPDATE" in subject]
    assert not [subject for subject in said if subject in {">", "*"} or subject.startswith("$SYS")]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_reads_its_own_consumers_alone(service: str) -> None:
    own = {f"{stream_name(fact.service)}.{durable_name(service, fact)}" for fact in listened()[service]}
    said = [right.subject for right in bus_rights()[service].publish]

    fetched = {each.removeprefix("$JS.API.CONSUMER.MSG.NEXT.") for each in said if "MSG.NEXT" in each}

    assert fetched == own


@pytest.mark.parametrize("user", USERS)
def test_nobody_hears_what_is_meant_for_another(user: str) -> None:
    heard = {right.subject for right in bus_rights()[user].subscribe}

    own = {"_INBOX.>"} if user in (PROVISIONER, OPERATOR) else {f"_INBOX_{user}.>", f"ask.{user}.>"}
    assert heard == own


def test_the_operator_only_looks() -> None:
    said = {right.subject for right in bus_rights()[OPERATOR].publish}

    assert {subject for subject in said if "INFO" not in subject} == {"server.health"}


def test_an_identity_is_an_nkey_of_a_user_and_shows_nowhere() -> None:
    seed = new_seed()
    settings = BusSettings("nats://127.0.0.1:4222", password="hidden", seed=seed)

    assert public_key(f"{seed}\n").startswith("U")
    assert seed not in repr(settings)
    assert "hidden" not in repr(settings)
    assert new_seed() != seed


@pytest.mark.parametrize(
    "seed",
    ["", "SUANOTASEED", "hunter2 " * 8, public_key(new_seed()), new_seed().replace("SU", "SA", 1)],
    ids=["empty", "short", "words", "the_public_key", "of_an_account"],
)
def test_what_is_no_seed_of_a_user_is_refused_by_the_name_of_its_setting(seed: str) -> None:
    for come_in in (options_of, security_of):
        with pytest.raises(Misconfigured, match="PRACTICE_NATS_SEED is no seed") as refusal:
            come_in(BusSettings("nats://127.0.0.1:4222", seed=seed))

        assert not seed or seed not in str(refusal.value)


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_an_authority_that_is_none_is_refused_by_the_name_of_its_setting(
    tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content)

    with pytest.raises(Misconfigured, match=r"PRACTICE_CA names .*ca.pem"):
        security_of(BusSettings("nats://127.0.0.1:4222", ca=file))


def test_a_cluster_is_named_server_by_server() -> None:
    assert BusSettings("nats://nats-1:4222, nats://nats-2:4222").servers == [
        "nats://nats-1:4222",
        "nats://nats-2:4222",
    ]


def test_the_page_on_rights_says_what_the_code_says() -> None:
    assert (ROOT / "docs" / "rights.md").read_text("utf-8") == document(bus_rights())


def test_the_page_is_written_anew_and_told_when_it_differs(tmp_path: Path) -> None:
    file = tmp_path / "rights.md"

    assert CliRunner().invoke(rights.app, [str(file), "--check"]).exit_code == 1
    assert CliRunner().invoke(rights.app, [str(file)]).exit_code == 0
    assert CliRunner().invoke(rights.app, [str(file), "--check"]).exit_code == 0
    assert "`ask.matching.code`" in file.read_text()
