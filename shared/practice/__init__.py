"""The practice as its operator describes it: the typed form of practice.yaml, clinicians.yaml,
resources.yaml and rules/*.yaml.

    practice = load_practice(directory)        the practice, its clocks, its words, its shared rules
    roster = load_roster_file(path, practice)  clinicians, for `practice roster import`
    catalogue = load_catalogue(directory, practice)
    load_rule(directory, "safety.yaml", Model) a rule file that one service owns the shape of

Whatever is wrong is raised as `BadFile` (a `Misconfigured`) with one line a problem: file, line, field, what
to change. Nothing is guessed.
"""

from shared.practice.breach import BreachDuty, BreachRule, breach_duties
from shared.practice.calls import GRAIN, Calls, Spans
from shared.practice.catalogue import Book, Catalogue, Context, ReadinessPractice, Reading, load_catalogue
from shared.practice.clocks import Clocks, Retention
from shared.practice.fields import ClockSpan, DateSpan, Translated
from shared.practice.files import BadFile, Problem
from shared.practice.loading import load_practice
from shared.practice.packs import Pack, Review, load_packs, pack_names, rule_file
from shared.practice.practice import (
    ConcernPhrase,
    Coordinator,
    Practice,
    ReferOut,
    Site,
    SiteKey,
    Specialty,
)
from shared.practice.roster import Ages, Fee, Licence, RosterClinician, RosterFile, load_roster_file
from shared.practice.rules import (
    ConsentRule,
    CredentialRule,
    Hotline,
    Rules,
    State,
    Vocabulary,
    load_rule,
    load_rules,
)

__all__ = [
    "GRAIN",
    "Ages",
    "BadFile",
    "Book",
    "BreachDuty",
    "BreachRule",
    "Calls",
    "Catalogue",
    "ClockSpan",
    "Clocks",
    "ConcernPhrase",
    "ConsentRule",
    "Context",
    "Coordinator",
    "CredentialRule",
    "DateSpan",
    "Fee",
    "Hotline",
    "Licence",
    "Pack",
    "Practice",
    "Problem",
    "ReadinessPractice",
    "Reading",
    "ReferOut",
    "Retention",
    "Review",
    "RosterClinician",
    "RosterFile",
    "Rules",
    "Site",
    "SiteKey",
    "Spans",
    "Specialty",
    "State",
    "Translated",
    "Vocabulary",
    "breach_duties",
    "load_catalogue",
    "load_packs",
    "load_practice",
    "load_roster_file",
    "load_rule",
    "load_rules",
    "pack_names",
    "rule_file",
]
