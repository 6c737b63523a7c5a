"""How well urgency is read from invented messages, by language and kind; figures only, never a text.

python -m tests.intake.triage_report
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from services.intake.domain.triage import URGENCY, TriageRules, triage
from services.intake.settings import safety_rules

CORPUS = Path(__file__).parent / "corpus"
PRACTICE = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"


@dataclass(frozen=True, slots=True)
class Message:
    """One invented message, and what somebody who reads it would say of it."""

    language: str
    kind: str
    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, by language, kind, level meant and level found."""

    counts: Counter[tuple[str, str, str, str]]

    def recall(self, kind: str | None = None) -> float:
        """Of all crisis messages (of one kind), how many are found to be one; 1 where there are none."""
        return self._share("crisis", "crisis", kind, empty=1.0)

    def false_alarms(self) -> float:
        """Of all ordinary messages, how many are raised to a crisis."""
        return self._share("none", "crisis", None, empty=0.0)

    def unlike(self) -> int:
        """How many are judged otherwise than meant."""
        return sum(count for (_, _, meant, found), count in self.counts.items() if meant != found)

    def lines(self) -> Iterator[str]:
        """The report to print: by language and kind what was meant and what was found; never a text."""
        yield f"  {'language':<10}{'kind':<14}{'meant':<10}" + "".join(f"{each:>10}" for each in URGENCY)
        for language, kind, meant in sorted({key[:3] for key in self.counts}):
            found = (self.counts[language, kind, meant, each] for each in URGENCY)
            yield f"  {language:<10}{kind:<14}{meant:<10}" + "".join(f"{each:>10}" for each in found)
        yield f"  crisis found {self.recall():.1%}, ordinary raised to crisis {self.false_alarms():.1%}"

    def _share(self, meant: str, found: str, kind: str | None, *, empty: float) -> float:
        of = {key: count for key, count in self.counts.items() if key[2] == meant and kind in (None, key[1])}
        whole = sum(of.values())
        return sum(count for key, count in of.items() if key[3] == found) / whole if whole else empty


def messages(name: str) -> Sequence[Message]:
    """The messages of one half."""
    return [Message(**each) for each in yaml.safe_load((CORPUS / f"{name}.yaml").read_text("utf-8"))]


def halves() -> tuple[Sequence[Message], Sequence[Message]]:
    """The half tuned on, and the untouched one without what stands in the other by chance."""
    tuned, apart = messages("triage"), messages("untouched")
    known = {m.text for m in tuned}
    return tuned, list({m.text: m for m in apart if m.text not in known}.values())


def report(half: Sequence[Message], rules: TriageRules) -> Report:
    """How these messages are judged."""
    return Report(Counter((m.language, m.kind, m.level, triage(m.text, (), rules).level) for m in half))


def main() -> None:
    """Prints both halves."""
    rules = safety_rules(PRACTICE)
    for half, name in zip(halves(), ("triage.yaml, tuned on", "untouched.yaml"), strict=True):
        print(name, *report(half, rules).lines(), sep="\n")


if __name__ == "__main__":
    main()
