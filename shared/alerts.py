"""The alert about a crisis, in the words of both its ways: by notifications, and by intake itself.

An alert is one mail to one coordinator about one version of a crisis. Both ways give it the same Message-ID,
so that two that arrive are recognised as one, and what goes the second way says so in a header and a line.
It is read at three in the morning, on a telephone: what to do comes first, in its order; no name stands in
the subject, and nothing hurries or alarms more than what happened.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from shared.english import spelled
from shared.language import ENGLISH, said_at
from shared.practice import Practice

PURPOSE, PATH = "safety", "safety"  # of the link to the page where somebody says that they have it
ROLE = "coordinator"
LINK_FOR = timedelta(days=30)
SECOND_WAY = ("X-Practice-Way", "second")  # the header of what intake sends itself
NEXT, EVERYBODY = 1, 2

SIGNS: Mapping[str, str] = {  # the second part of a safety rule's code
    "direct": "Plain words about dying or self-harm",
    "plan": "Words about a way, a time or a farewell",
    "euphemism": "Words that can mean not wanting to live",
    "third_person": "Words about somebody else in danger",
    "child": "Words about a child in danger",
    "violence": "Words about violence or a threat",
    "bereavement": "Words about a death by suicide",
    "strain": "Words of heavy strain",
    "mention": "A mention in passing",
}
TICKS: Mapping[str, str] = {
    "unsafe_at_home": "They ticked that home is not safe",
    "partner_violence": "They ticked violence between partners",
}
TURNS: Mapping[str, str] = {
    "denied": "which they deny",
    "past": "from long ago",
    "quoted": "as a song, a book or other people say it",
    "work": "told of their work",
}

ON_THE_SECOND_WAY = (
    "This mail came by the second way, because the first one did not answer in time. "
    "If you get it twice, both are the same."
)
NOT_A_SCREENING = "This is not a screening. Rules found words; nobody has judged them yet."
BUTTON = "I have this"


def sign(rule: str) -> str:
    """What a safety rule such as `en.direct.die:denied` or `tick.unsafe_at_home` found, never whose words."""
    code, _, turn = rule.partition(":")
    language, _, rest = code.partition(".")
    if language == "tick":
        said = TICKS.get(rest, f"They ticked: {spelled(rest)}")
    else:
        said = SIGNS.get(rest.partition(".")[0], spelled(rest or code))
    return ", ".join(filter(None, (said, TURNS.get(turn, spelled(turn))))) + "."


def signs(rules: Iterable[str]) -> tuple[str, ...]:
    """What these found, each once."""
    return tuple(dict.fromkeys(sign(rule) for rule in rules))


def alert_message_id(request_id: str, version: int, recipient: str, domain: str) -> str:
    """The Message-ID of the one alert to this coordinator about this version of the crisis."""
    one = hashlib.sha256(f"alert|{request_id}|{version}|{recipient}".encode()).hexdigest()[:32]
    return f"<alert-{one}@{domain}>"


def emergency_of(practice: Practice) -> str:
    """The number to call where a life is in danger."""
    calls = (line.call for line in practice.rules.hotlines if line.code == "emergency" and line.call)
    return next(calls, "911")


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """What is known of a crisis when somebody is told of it; times are told on the practice's clock."""

    reference: str
    level: str
    rung: int
    flagged_at: datetime
    escalates_at: datetime | None
    readiness: bool
    silenced: bool
    emergency: str  # the number to call where a life is in danger
    zone: ZoneInfo
    second_way: bool = False

    @property
    def subject(self) -> str:
        """Without a name."""
        said = "urgent words" if self.rung < NEXT else "nobody has this yet"
        return f"{self.reference}: {said}, please look now"

    @property
    def heading(self) -> str:
        """What the mail is about, in one line."""
        return f"{'Urgent words' if self.rung < NEXT else 'Nobody has this yet'}. Please look now"

    @property
    def found_at(self) -> str:
        """When, and how urgent."""
        return f"{self._when(self.flagged_at)}. Level: {self.level}."

    @property
    def standing(self) -> str:
        """Who was told, and who is told next; nothing where nobody else will be."""
        if self.rung >= EVERYBODY:
            return (
                "Nobody has said yet that they have it. Everybody on call and the owner of the practice have "
                "this mail, and get it again every so often until somebody does."
            )
        if self.escalates_at is None:
            return ""
        until = self._when(self.escalates_at)
        if self.rung == NEXT:
            return (
                "The first person on call was told and has not said yet that they have it. If nobody has by "
                f"{until}, everybody on call and the owner of the practice are told."
            )
        return f"If nobody has it by {until}, others on call are told, at any hour."

    @property
    def steps(self) -> tuple[str, ...]:
        """What to do, in this order."""
        reach = (
            "They asked for silence: you judge whether to reach out all the same."
            if self.silenced
            else "Reach out to them yourself, in a way that is safe for them."
        )
        waits = (
            "They asked for something to read, and no reading list goes before that."
            if self.readiness
            else "Nothing goes further before that, and nobody is introduced to them."
        )
        return (
            f"Open the link and press \u201c{BUTTON}\u201d: nobody else is told then.",
            "Read their note on the same page.",
            f"{reach} If life is in danger, call {self.emergency} for the place where they are.",
            f"Clear it on the page when you have seen to them, with a word about what you did. {waits}",
        )

    def _when(self, at: datetime) -> str:
        return said_at("date.date_and_time", at, self.zone, ENGLISH)


def in_text(said: Alert, url: str, about: Iterable[str], rules: Iterable[str]) -> str:
    """The mail of the second way: the words of the first, and a line that says which way it came."""
    who = [each for each in about if each] or ["Who it is and how to reach them is behind the link."]
    blocks = (
        (f"{said.heading}.",),
        (ON_THE_SECOND_WAY,) if said.second_way else (),
        (f"{said.reference}, {said.found_at}",),
        (f"{BUTTON}: {url}",),
        ("What to do", *(f"{number}. {step}" for number, step in enumerate(said.steps, 1))),
        (said.standing,) if said.standing else (),
        who,
        ("What was found", *(f"- {each}" for each in signs(rules)), NOT_A_SCREENING),
        (f"Their note: practice show {said.reference}",),
    )
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
