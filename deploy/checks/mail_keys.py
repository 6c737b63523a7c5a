"""The records of SPF, DKIM and DMARC, judged as they are written."""

import base64
import binascii
from collections.abc import Iterator, Mapping, Sequence

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from deploy.checks.finding import Finding, doubtful, well, wrong

BROKEN_BITS, WEAK_BITS = 1024, 2048
ED25519_BYTES = 32


def qualified(record: str) -> Iterator[tuple[str, str]]:
    """The terms of an SPF record after its version: what each is, in small letters, and whom it names."""
    for term in record.split()[1:]:
        bare = term.lstrip("+-~?").lower()
        for between in ("=", ":", "/"):
            kind, found, target = bare.partition(between)
            if found and kind.isalnum():
                yield kind, target.rstrip(".")
                break
        else:
            yield bare, ""


def about_spf(domain: str, record: str, needed: int, most: int) -> list[Finding]:
    """One SPF record that can be followed, and what it costs to."""
    if needed > most:
        what = f"the SPF record of {domain} needs more than {most} look-ups"
        why = "whoever takes mail stops there, and SPF counts as broken"
        return [
            wrong("spf", what, why, "take out what does not send for you, or ask your provider to flatten it")
        ]
    end = next((term.lower() for term in record.split() if term.lower().lstrip("+-~?") == "all"), None)
    if end in ("all", "+all"):
        what = f"the SPF record of {domain} ends in {end}: everybody may send in your name"
        return [wrong("spf", what, "whoever forges your address is believed", "end it in -all or ~all")]
    if end == "?all" or (end is None and "redirect=" not in record.lower()):
        what = f"the SPF record of {domain} does not say what to think of all others"
        why = "whoever forges your address is neither believed nor refused"
        return [doubtful("spf", what, why, "end it in -all or ~all")]
    return [well("spf", f"{domain} has one SPF record, which needs {needed} of {most} look-ups")]


def about_policy(domain: str, place: str, records: Sequence[str]) -> list[Finding]:
    """The DMARC records that were found at a place."""
    if len(records) > 1:
        what = f"_dmarc.{place} has {len(records)} DMARC records, which count as none"
        return [doubtful("dmarc", what, "whoever forges your address is not stopped", "leave one of them")]
    tags = tags_of(records[0])
    policy = tags.get("p", "").lower() if place == domain else tags.get("sp", tags.get("p", "")).lower()
    if policy in ("quarantine", "reject"):
        return [well("dmarc", f"{domain}: what is forged goes to {policy}")]
    if policy == "none":
        what = f"the DMARC policy of {domain} is none: it watches and stops nothing"
        why = "a forged mail in your name reaches people who trust you"
        do = "read the reports for some weeks, then set p=quarantine"
        return [doubtful("dmarc", what, why, do)]
    what = f"the DMARC record of {domain} has no policy that anybody knows"
    return [wrong("dmarc", what, "it counts as none", "set p=quarantine, p=reject or p=none")]


def about_key(domain: str, selector: str, texts: Sequence[str]) -> Finding:
    """The key of one DKIM selector."""
    where = f"{selector}._domainkey.{domain}"
    why = "signatures under it cannot be checked, so they count as none"
    if not texts:
        do = "publish the key that your mail server signs with, or correct --dkim-selector"
        return wrong("dkim", f"there is no key at {where}", why, do)
    tags = tags_of(texts[0])
    if not tags.get("p"):
        return wrong(
            "dkim", f"the key at {where} is taken back", why, "sign with another, or publish it again"
        )
    bits = _strength(tags)
    if bits is None or bits < BROKEN_BITS:
        what = f"the key at {where} " + ("cannot be read" if bits is None else f"has {bits} bits")
        return wrong("dkim", what, why, "publish the key anew, as one TXT record of 2048 bits")
    if bits < WEAK_BITS:
        why = "it may be broken by somebody who wants to, and sign in your name"
        return doubtful("dkim", f"the key at {where} has {bits} bits", why, "make a new one of 2048 bits")
    if "y" in tags.get("t", "").split(":"):
        why = "whoever takes mail treats a signed one as if it were not"
        return doubtful("dkim", f"the key at {where} is marked as a trial (t=y)", why, "take t=y out")
    return well("dkim", f"{where} holds a key")


def tags_of(record: str) -> Mapping[str, str]:
    """`v=DMARC1; p=none` as tags; blanks within a value go, as in a key that was folded."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): "".join(value.split()) for name, found, value in pairs if found}


def _strength(tags: Mapping[str, str]) -> int | None:
    """The bits of a key, an Ed25519 key as strong as a good RSA one; None when it cannot be read."""
    try:
        der = base64.b64decode(tags["p"], validate=True)
        if tags.get("k", "rsa").lower() == "ed25519":
            return WEAK_BITS if len(der) == ED25519_BYTES else None
        key = load_der_public_key(der)
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
