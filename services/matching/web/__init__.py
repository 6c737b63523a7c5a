"""Matching's HTTP doors and pages, all of them behind links that were mailed.

    router = doors(Front(practice, terms, rosters, database, acts, ask, links, clock, ids, public_url))

visit.py who knocks · proof.py the code that opens a page in a browser · case*.py a coordinator's pages ·
roster*.py who is there for somebody new · offers.py a clinician's · answers.py a person's · noes.py whoever
comes where no door is · words.py codes in words
"""

from services.matching.web.doors import doors
from services.matching.web.front import Front
from services.matching.web.noes import dressing

__all__ = ["Front", "doors", "dressing"]
