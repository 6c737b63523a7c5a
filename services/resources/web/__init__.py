"""The pages of a journey, behind the person's own link.

doors.py which there are · visit.py who comes · acting.py what a press does · one_click.py a stop by the mail
program · view.py the journey, and what each press would mean · shelf.py what came, to read again · begin.py
the way to intake of who is ready · noes.py who is turned away · described.py the same for /openapi.json
"""

from services.resources.web.doors import doors
from services.resources.web.front import Front
from services.resources.web.noes import dressing

__all__ = ["Front", "doors", "dressing"]
