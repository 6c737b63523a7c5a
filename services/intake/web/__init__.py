"""Intake's HTTP doors and pages.

    router = doors(Front.of(practice, rules, database, vault, links, clock, ids, public_url))

visit.py what knocks · inputs.py its shape · decide.py what is said to it · answers.py how · view.py the pages
"""

from services.intake.web.doors import doors
from services.intake.web.front import Front
from services.intake.web.limits import Turnstile

__all__ = ["Front", "Turnstile", "doors"]
