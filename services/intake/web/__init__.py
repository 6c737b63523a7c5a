"""Intake's HTTP doors and pages.

    router = doors(Front.of(practice, rules, database, vault, links, clock, ids, public_url, ask))

visit.py what knocks · inputs.py its shape · decide.py what is said to it · answers.py how it is answered ·
view.py the pages · strays.py whoever comes where no door is
"""

from services.intake.web.doors import doors
from services.intake.web.front import Front
from services.intake.web.strays import dressing
from shared.pages.turnstile import Turnstile

__all__ = ["Front", "Turnstile", "doors", "dressing"]
