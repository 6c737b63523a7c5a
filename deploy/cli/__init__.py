"""The command `practice`: what an operator may do, from one place.

A file a group of commands; each works through a service's `operations` on that service's database.
Exit codes: 0 done, 1 it looked and found a problem, 2 wrong usage or configuration.
"""
