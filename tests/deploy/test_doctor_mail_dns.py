"""What the doctor says of a domain's mail, by a real DNS server on this machine."""

import base64
from collections.abc import AsyncIterator, Sequence

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from dns.asyncresolver import Resolver

from deploy.checks.finding import Finding
from deploy.checks.mail_dns import Answers, about_domain, for_examples, mail_dns
from tests.deploy.name_server import NameServer, naming
from tests.deploy.round import environ, given, problems, warnings

DESK = "desk.example.org"
REJECT = "v=DMARC1; p=reject"


@pytest.fixture
async def server() -> AsyncIterator[NameServer]:
    """Knows one domain, of which all is well."""
    async with naming() as made:
        made.mail_for(DESK, "mx.example.org.")
        made.texts({DESK: ["v=spf1 mx -all", "something else"], f"_dmarc.{DESK}": REJECT})
        yield made


async def said_of(server: NameServer, *selectors: str) -> Sequence[Finding]:
    return await about_domain(Answers(server.resolver), DESK, selectors)


async def test_a_domain_of_which_all_is_well_is_well(server: NameServer) -> None:
    found = await said_of(server)

    assert (problems(found), warnings(found)) == ([], [])
    assert {each.check for each in found} == {"mail dns", "spf", "dmarc", "dkim"}
    assert "--dkim-selector" in next(each.what for each in found if each.check == "dkim")


@pytest.mark.parametrize(
    ("records", "said"),
    [
        (["something else"], "has no SPF record"),
        (["v=spf1 mx -all", "v=spf1 a -all"], "has 2 SPF records"),
        (["v=spf1 mx +all"], "everybody may send"),
        (["v=spf1 mx all"], "everybody may send"),
        (["v=spf1 include:nobody.example.org -all"], "nobody.example.org, which has no SPF record"),
        (["v=spf1 include:desk.example.org -all"], "in a circle"),
        (["v=spf1 " + "exists:x.example.org " * 11 + "-all"], "more than 10 look-ups"),
        (["v=spf1 include:six.example.org include:four.example.org -all"], "more than 10 look-ups"),
    ],
)
async def test_an_spf_record_that_others_cannot_use_is_a_problem(
    server: NameServer, records: list[str], said: str
) -> None:
    server.texts({DESK: records, "six.example.org": f"v=spf1 {'a:b.example.org ' * 6}-all"})
    server.texts(
        {"four.example.org": "v=spf1 mx a ptr redirect=last.example.org", "last.example.org": "v=spf1 -all"}
    )

    [problem] = problems(await said_of(server))

    assert problem.startswith("spf: ")
    assert said in problem


async def test_ten_look_ups_are_not_too_many(server: NameServer) -> None:
    server.texts(
        {
            DESK: "v=spf1 include:nine.example.org ip4:192.0.2.1 ~all",
            "nine.example.org": f"v=spf1 {'mx ' * 9}-all",
        }
    )

    found = await said_of(server)

    assert problems(found) == []
    assert any("10 of 10" in each.what for each in found)


@pytest.mark.parametrize("record", ["v=spf1 mx", "v=spf1 mx ?all"])
async def test_an_spf_record_that_says_nothing_of_others_is_doubtful(server: NameServer, record: str) -> None:
    server.texts({DESK: record})

    assert [each.split(":")[0] for each in warnings(await said_of(server))] == ["spf"]


@pytest.mark.parametrize(
    ("records", "said"),
    [
        ([], "has no DMARC record"),
        (["v=DMARC1; p=none"], "watches and stops nothing"),
        ([REJECT, "v=DMARC1; p=none"], "count as none"),
    ],
)
async def test_a_domain_that_stops_no_forger_is_a_warning(
    server: NameServer, records: list[str], said: str
) -> None:
    del server.said[f"_dmarc.{DESK}", "TXT"]
    if records:
        server.texts({f"_dmarc.{DESK}": records})

    [warning] = warnings(await said_of(server))

    assert said in warning
    assert "TXT _dmarc.org" not in server.asked


async def test_a_policy_that_nobody_knows_is_a_problem(server: NameServer) -> None:
    server.texts({f"_dmarc.{DESK}": "v=DMARC1; rua=mailto:care@example.org"})

    assert len(problems(await said_of(server))) == 1


@pytest.mark.parametrize(
    ("above", "level"), [("v=DMARC1; p=reject", "ok"), ("v=DMARC1; p=reject; sp=none", "warning")]
)
async def test_what_a_domain_does_not_say_the_one_above_says(
    server: NameServer, above: str, level: str
) -> None:
    del server.said[f"_dmarc.{DESK}", "TXT"]
    server.texts({"_dmarc.example.org": above})

    [found] = [each for each in await said_of(server) if each.check == "dmarc"]

    assert found.level == level
    assert "TXT _dmarc.org" not in server.asked


@pytest.mark.parametrize("servers", [(), (".",)])
async def test_a_domain_that_takes_no_mail_is_a_problem(server: NameServer, servers: tuple[str, ...]) -> None:
    del server.said[DESK, "MX"]
    if servers:
        server.mail_for(DESK, *servers)

    [problem] = problems(await said_of(server))

    assert "takes no mail" in problem


def key(bits: int) -> str:
    public = rsa.generate_private_key(65537, bits).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def short() -> str:
    public = ed25519.Ed25519PrivateKey.generate().public_key()
    return base64.b64encode(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()


def other() -> str:
    public = ec.generate_private_key(ec.SECP256R1()).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


STRONG = key(2048)


@pytest.mark.parametrize(
    ("record", "level", "said"),
    [
        (f"v=DKIM1; k=rsa; p={STRONG}", "ok", "holds a key"),
        (f"v=DKIM1; k=ed25519; p={short()}", "ok", "holds a key"),
        (f"v=DKIM1; p={STRONG}; t=y", "warning", "t=y"),
        (f"v=DKIM1; p={key(1024)}", "warning", "1024 bits"),
        ("v=DKIM1; p=", "problem", "taken back"),
        ("v=DKIM1; p=rubbish", "problem", "cannot be read"),
        (f"v=DKIM1; p={other()}", "problem", "cannot be read"),
        (None, "problem", "there is no key"),
    ],
    ids=["strong", "ed25519", "trying_out", "weak", "taken_back", "rubbish", "of_another_kind", "none"],
)
async def test_the_key_of_a_selector_is_looked_at(
    server: NameServer, record: str | None, level: str, said: str
) -> None:
    if record is not None:
        server.texts({f"s1._domainkey.{DESK}": record})

    [found] = [each for each in await said_of(server, "s1") if each.check == "dkim"]

    assert found.level == level
    assert said in found.what


async def test_a_resolver_that_fails_is_a_warning_that_says_so(server: NameServer) -> None:
    server.refuses = {DESK, f"_dmarc.{DESK}"}

    found = await said_of(server)

    assert problems(found) == []
    assert [each.split(":")[0] for each in warnings(found)] == ["mail dns"]
    assert "no resolver answers" in found[0].what


async def test_a_machine_without_a_resolver_is_a_warning() -> None:
    nobody = Resolver(configure=False)
    nobody.nameservers, nobody.port = ["127.0.0.1"], 1

    found = await about_domain(Answers(nobody), DESK, ())

    assert (problems(found), len(warnings(found))) == ([], 1)


async def test_nothing_is_asked_where_no_mail_leaves_this_machine(server: NameServer) -> None:
    [found] = await mail_dns(given(resolver=server.resolver))

    assert found.level == "ok"
    assert server.asked == []


async def test_nothing_is_asked_where_mail_ends_in_a_sink(server: NameServer) -> None:
    sink = environ(NOTIFICATIONS_SMTP_URL="smtp://mailpit:1025", NOTIFICATIONS_SMTP_PLAIN_HOST="mailpit")

    [found] = await mail_dns(given(sink, resolver=server.resolver))

    assert found.level == "ok"


async def test_addresses_that_stand_for_examples_are_told_and_not_asked_for(server: NameServer) -> None:
    outward = environ(NOTIFICATIONS_SMTP_URL="smtps://care:x@mail.example.org")

    found = await mail_dns(given(outward, resolver=server.resolver))

    assert found
    assert {each.level for each in found} == {"warning"}
    assert "stands for a domain in examples" in found[0].what
    assert server.asked == []


@pytest.mark.parametrize(
    ("domain", "said"),
    [("desk.example.org", True), ("a.test", True), ("example.com", True), ("contest.com", False)],
)
def test_domains_of_examples_are_known(domain: str, said: bool) -> None:
    assert for_examples(domain) is said
