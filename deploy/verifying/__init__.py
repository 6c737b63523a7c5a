"""`deploy/verify`: a fresh clone, built, started and tormented on a real container engine, and a table of it.

All happens in a temporary folder, under a compose project of its own, on loopback; afterwards it is gone.
"""
