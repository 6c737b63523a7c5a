"""What DNS says of the domains that mail comes from: whoever takes a mail asks this before it is let in.

MX: where answers go. SPF (RFC 7208): who may send. DKIM (RFC 6376): the keys of signatures. DMARC (RFC 7489):
what to do with what is neither. Asked of this machine's resolver, each question for three seconds at most.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence

import dns.exception
import dns.resolver
from dns.asyncresolver import Resolver
from dns.rdtypes.ANY.MX import MX
from dns.rdtypes.ANY.TXT import TXT

from deploy.checks.finding import Finding, Round, doubtful, well, wrong
from deploy.checks.mail_keys import about_key, about_policy, about_spf, qualified
from deploy.checks.places import PLAIN_HOST, SMTP_URL, is_this_machine, mail_servers
from deploy.house import practice_of
from shared.errors import Retryable

PATIENCE_SECONDS = 3.0
MOST_LOOKUPS = 10  # RFC 7208, 4.6.4: a record that needs more counts as broken
FOR_EXAMPLES = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")
JUNK = "large mail providers refuse such mail or put it among junk mail"


class NoAnswer(Retryable):
    """No resolver answers: nothing is known."""


class Broken(Exception):
    """An SPF record that whoever takes mail cannot follow to its end."""


class Answers:
    """What DNS says, each question asked once."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    async def texts(self, name: str) -> list[str]:
        """The TXT records of a name; none where there is no such name. Raises NoAnswer."""
        found = await self._asked(name, "TXT")
        return [b"".join(each.strings).decode("utf-8", "replace") for each in found if isinstance(each, TXT)]

    async def servers(self, domain: str) -> list[str]:
        """The servers that take mail for a domain; `.` where it takes none. Raises NoAnswer."""
        return [str(each.exchange) for each in await self._asked(domain, "MX") if isinstance(each, MX)]

    async def _asked(self, name: str, kind: str) -> list[object]:
        try:
            answer = await self._resolver.resolve(name, kind, lifetime=PATIENCE_SECONDS, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.YXDOMAIN):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise NoAnswer(f"no resolver answers for {name} ({type(error).__name__})") from error
        return list(answer)


async def mail_dns(given: Round) -> Sequence[Finding]:
    """Both From domains of the practice; nothing where no mail leaves this machine."""
    practice = practice_of(given.environ)
    handed_to = [each.host for each in mail_servers(given.environ) if each.variable == SMTP_URL]
    if all(is_this_machine(host) or host == given.environ.get(PLAIN_HOST) for host in handed_to):
        what = "mail is handed to this machine or a sink alone: what domains say is not looked at"
        return [well("mail dns", what)]
    domains = sorted({_domain(practice.from_), _domain(practice.discreet_from)})
    try:
        resolver = given.resolver or Resolver()
    except dns.resolver.NoResolverConfiguration:
        return [_unknown("this machine has no resolver", ", ".join(domains))]
    answers, real = Answers(resolver), [domain for domain in domains if not for_examples(domain)]
    found = await asyncio.gather(*(about_domain(answers, each, given.dkim_selectors) for each in real))
    return [*examples_in(domains), *(finding for each in found for finding in each)]


async def about_domain(answers: Answers, domain: str, selectors: Sequence[str]) -> Sequence[Finding]:
    """All that is said of one domain, or that nothing can be known of it."""
    looks = (
        _mx(answers, domain),
        _spf(answers, domain),
        _dmarc(answers, domain),
        _dkim(answers, domain, selectors),
    )
    try:
        found = await asyncio.gather(*looks)
    except NoAnswer as error:
        return [_unknown(str(error), domain)]
    return [finding for part in found for finding in part]


def _unknown(what: str, domain: str) -> Finding:
    why = f"whether others believe mail from {domain} is not known"
    return doubtful("mail dns", what, why, "run this again where DNS can be reached")


async def _mx(answers: Answers, domain: str) -> list[Finding]:
    servers = await answers.servers(domain)
    if not servers or servers == ["."]:
        what = f"{domain} has no MX record: it takes no mail"
        why = "answers and returned mails find no way back, and many refuse mail from such a domain"
        return [
            wrong("mail dns", what, why, f"add an MX record for {domain}, or correct `from` in practice.yaml")
        ]
    return [well("mail dns", f"{domain} takes mail at {', '.join(sorted(servers))}")]


async def _spf(answers: Answers, domain: str) -> list[Finding]:
    records = [text for text in await answers.texts(domain) if _is_spf(text)]
    if len(records) != 1:
        what = f"{domain} has no SPF record" if not records else f"{domain} has {len(records)} SPF records"
        why = f"nobody can tell your mail server from a stranger's; {JUNK}"
        do = f"let {domain} have one TXT record, such as `v=spf1 include:<your mail provider> -all`"
        return [wrong("spf", what, why, do)]
    try:
        needed = await _lookups(answers, domain, records[0], (domain,))
    except Broken as broken:
        return [
            wrong("spf", f"{domain}: {broken}", f"SPF counts as broken; {JUNK}", "correct that part of it")
        ]
    return about_spf(domain, records[0], needed, MOST_LOOKUPS)


def _is_spf(text: str) -> bool:
    return text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")


async def _lookups(answers: Answers, domain: str, record: str, on_the_way: tuple[str, ...]) -> int:
    """How many questions the record costs whoever takes mail, with all that it includes."""
    needed = 0
    for kind, target in qualified(record):
        if kind in ("a", "mx", "ptr", "exists"):
            needed += 1
        elif kind in ("include", "redirect"):
            needed += 1 + await _followed(answers, domain, target, on_the_way)
        if needed > MOST_LOOKUPS:
            return needed
    return needed


async def _followed(answers: Answers, domain: str, target: str, on_the_way: tuple[str, ...]) -> int:
    if "%" in target:
        return 0  # depends on the mail
    if target in on_the_way:
        raise Broken(f"its SPF includes {target} in a circle")
    records = [text for text in await answers.texts(target) if _is_spf(text)]
    if len(records) != 1:
        raise Broken(f"its SPF includes {target}, which has {len(records) or 'no'} SPF record")
    return await _lookups(answers, domain, records[0], (*on_the_way, target))


async def _dmarc(answers: Answers, domain: str) -> list[Finding]:
    async for place, records in _policies(answers, domain):
        if records:
            return about_policy(domain, place, records)
    why = f"whoever forges your address is not stopped; {JUNK}, if it is many"
    do = f"add a TXT record at _dmarc.{domain}: `v=DMARC1; p=quarantine; rua=mailto:<who reads reports>`"
    return [doubtful("dmarc", f"{domain} has no DMARC record", why, do)]


async def _policies(answers: Answers, domain: str) -> AsyncIterator[tuple[str, list[str]]]:
    """The DMARC records of the domain, then of each above it that is no top-level domain."""
    labels = domain.split(".")
    for start in range(max(1, len(labels) - 1)):
        place = ".".join(labels[start:])
        texts = await answers.texts(f"_dmarc.{place}")
        yield place, [text for text in texts if text.lower().replace(" ", "").startswith("v=dmarc1")]


async def _dkim(answers: Answers, domain: str, selectors: Sequence[str]) -> list[Finding]:
    if not selectors:
        what = (
            "not looked at: a key is found by its selector, which your mail provider tells (--dkim-selector)"
        )
        return [well("dkim", f"{domain}: {what}")]
    found = await asyncio.gather(*(answers.texts(f"{each}._domainkey.{domain}") for each in selectors))
    return [about_key(domain, selector, texts) for selector, texts in zip(selectors, found, strict=True)]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def for_examples(domain: str) -> bool:
    """Whether nobody can own it (RFC 2606)."""
    return any(domain == each or domain.endswith(f".{each}") for each in FOR_EXAMPLES)


def examples_in(domains: Sequence[str]) -> Iterator[Finding]:
    """A domain that stands for one in examples."""
    for domain in domains:
        if for_examples(domain):
            what = f"practice.yaml sends from {domain}, which stands for a domain in examples"
            why = "nobody can answer a mail from there, and mail providers refuse it"
            yield doubtful(
                "mail dns", what, why, "set `from` and `discreet_from` to addresses of the practice"
            )
