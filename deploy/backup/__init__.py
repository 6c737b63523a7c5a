"""Backups: the four databases at one instant, sealed so that whoever makes them cannot read them.

`cut` takes the instant, `sqlite` and `postgres` know their engine, `archive` seals and opens, `folder` keeps,
copies and thins; `making`, `verifying` and `restoring` are what the command `practice` does with them.
"""
