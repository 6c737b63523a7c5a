"""Changing how a person is reached by a link that was mailed to them: whose cards it moves, and what is new.

A link acts for the address to which it was mailed, and for nobody else's: whoever gives a stranger's address
as their own must not get the stranger's mail into their hands (ADR 27).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.intake.domain.submission import ContactRules, SafeHours, Writer

LINK_LASTS = timedelta(days=60)  # as mails make it; the end of a link tells when it was made
SLIP = timedelta(hours=1)  # so long a mistyped address may be put right by the link through which it came
ON_ITS_WAY = timedelta(minutes=10)  # a mail made before an address changed may be made final after it
CLOCKS_APART = timedelta(seconds=5)  # a link's end is in whole seconds, and clocks of two machines differ
MOVES_A_DAY = 5  # enough for slips; too few to fill strangers' inboxes with news of it
A_DAY = timedelta(days=1)

TICKED = ("email_ok", "text_ok", "voicemail_ok", "discreet")

Code = Literal["email", "phone", "hours", "channels", "discreet", "silence"]


@dataclass(frozen=True, slots=True)
class Card:
    """By which addresses one person is known; keyed fingerprints."""

    person_id: str
    email_key: str | None
    phone_key: str | None
    email_given_at: datetime | None  # by a link; None: the address came with the request


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said about how they are reached."""

    writer: Writer
    rules: ContactRules


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody wants to be different; None stays as it is."""

    email: str | None = None
    phone: str | None = None
    hours: SafeHours | Literal["any"] | None = None
    email_ok: bool | None = None
    text_ok: bool | None = None
    voicemail_ok: bool | None = None
    discreet: bool | None = None

    @property
    def codes(self) -> tuple[Code, ...]:
        """What it speaks of, without a value."""
        channels = (self.email_ok, self.text_ok, self.voicemail_ok)
        named: dict[Code, bool] = {
            "email": self.email is not None,
            "phone": self.phone is not None,
            "hours": self.hours is not None,
            "channels": any(each is not None for each in channels),
            "discreet": self.discreet is not None,
        }
        return tuple(code for code, is_named in named.items() if is_named)


@dataclass(frozen=True, slots=True)
class Altered:
    """A card with what is said on it from now on, and what of it is new."""

    card: Card
    said: Said
    codes: tuple[Code, ...]

    @property
    def has_other_addresses(self) -> bool:
        return "email" in self.codes or "phone" in self.codes


@dataclass(frozen=True, slots=True)
class Held:
    """What is in somebody's hands: a person's card, every card that goes with it, and their e-mail address.

    Not the address, where they gave it but no mail to it has shown yet that it is theirs.
    """

    own: Card
    cards: tuple[Card, ...]
    address: str | None  # keyed

    @property
    def person_ids(self) -> tuple[str, ...]:
        return tuple(card.person_id for card in self.cards)


@dataclass(frozen=True, slots=True)
class Silence:
    """Whom a silence names, and which addresses."""

    person_ids: tuple[str, ...]
    addresses: tuple[str, ...]  # keyed


def held_by_link(cards: Sequence[Card], person_id: str, mailed_at: datetime, now: datetime) -> Held | None:
    """What a link holds that was mailed to this person; None when that was at an address they have left.

    `cards` are all that share an address with theirs. Until a mail can have gone to a new address, the link
    moves only what came there together with this person's card, never what stood there before. A link to the
    old one serves for a while, for a slip of the finger; then it opens nothing, whoever reads the old inbox.
    """
    held = held_by_practice(cards, person_id)
    if held is None or held.address is None:
        return None
    given_at = held.own.email_given_at
    if given_at is None or mailed_at >= given_at + ON_ITS_WAY:
        return held
    if went_to_an_address_left(held.own, mailed_at, now):
        return None
    together = tuple(card for card in held.cards if card.email_given_at == given_at)
    return Held(held.own, together, address=None)


def went_to_an_address_left(own: Card, made_at: datetime, now: datetime) -> bool:
    """Whether a link made then went to an address that this person has since left, a while ago."""
    given_at = own.email_given_at
    return given_at is not None and made_at < given_at - CLOCKS_APART and now >= given_at + SLIP


def held_by_practice(cards: Sequence[Card], person_id: str) -> Held | None:
    """Everything under this person's e-mail address, or their card alone when they gave none."""
    own = next((card for card in cards if card.person_id == person_id), None)
    if own is None:
        return None
    key = own.email_key
    return Held(own, tuple(card for card in cards if card == own or (key and card.email_key == key)), key)


def altered(card: Card, said: Said, change: Change) -> Altered:
    """The card after the change; what was so before is not new."""
    writer, rules = said.writer, said.rules
    new: dict[Code, bool] = {
        "email": change.email is not None and change.email.casefold() != (writer.email or "").casefold(),
        "phone": change.phone is not None and change.phone != writer.phone,
    }
    writer = replace(
        writer,
        email=change.email if new["email"] else writer.email,
        phone=change.phone if new["phone"] else writer.phone,
    )
    said_of = {name: getattr(change, name) for name in TICKED if getattr(change, name) is not None}
    wanted = replace(rules, safe_hours=_hours(rules.safe_hours, change), **said_of)
    new |= {
        "hours": wanted.safe_hours != rules.safe_hours,
        "channels": _channels(wanted) != _channels(rules),
        "discreet": wanted.discreet != rules.discreet,
    }
    return Altered(card, Said(writer, wanted), tuple(code for code, is_new in new.items() if is_new))


def silence_by_link(held: Held) -> Silence:
    """Every card, and the e-mail address to which the link was mailed, for whatever comes from it.

    No number: that it is theirs, no mail can show. Whoever types a stranger's number silences nobody.
    """
    return Silence(held.person_ids, (held.address,) if held.address else ())


def silence_by_practice(held: Held) -> Silence:
    """Every card, and the addresses of the person, the number with them: a person decides here."""
    return Silence(held.person_ids, tuple(key for key in (held.address, held.own.phone_key) if key))


def asked_since(held: Held, known: Mapping[str, datetime], now: datetime) -> datetime:
    """When these people's own silence began; a part of it that is added later has the same beginning."""
    return min((known[each] for each in _own(held) if each in known), default=now)


def is_asked(held: Held, known: Mapping[str, datetime]) -> bool:
    """Whether these people asked for silence themselves, not somebody who shares a number with them."""
    return any(each in known for each in _own(held))


def lifted_by_link(held: Held, known: Mapping[str, datetime]) -> Silence:
    """What these people's own silence brought. A number that somebody else silenced stays silent."""
    begun = {known[each] for each in _own(held) if each in known}
    phones = {card.phone_key for card in held.cards if card.phone_key}
    ours = tuple(key for key in sorted(phones) if known.get(key) in begun)
    return Silence(held.person_ids, (held.address, *ours) if held.address else ours)


def lifted_by_practice(held: Held) -> Silence:
    """Everything that keeps these people silent."""
    phones = {card.phone_key for card in held.cards if card.phone_key}
    return Silence(held.person_ids, tuple(key for key in (held.address, *sorted(phones)) if key))


def _own(held: Held) -> Iterable[str]:
    return (*held.person_ids, held.address) if held.address else held.person_ids


def _hours(before: SafeHours | None, change: Change) -> SafeHours | None:
    return before if change.hours is None else None if change.hours == "any" else change.hours


def _channels(rules: ContactRules) -> tuple[bool, bool, bool]:
    return rules.email_ok, rules.text_ok, rules.voicemail_ok
