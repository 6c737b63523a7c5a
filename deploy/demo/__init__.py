"""The demonstration: invented people write in through the real doors, and the right mails arrive.

`requests.jsonl` holds what they write and what must come of it, a line each; `samples` reads it, `posting`
sends it, `following` sees what became of it, `judging` compares, `report` shows it, `run` does it all.
"""
