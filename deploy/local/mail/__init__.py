"""The mail server of the embedded stack: it accepts every mail, keeps it as a file, and shows it on a page.

Nothing leaves the machine. `folder` keeps, `server` speaks SMTP, `inbox` is the page, `reading` parses.
"""
