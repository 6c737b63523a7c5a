"""Which mails there are to send, and whether each may go: decisions, without doing anything.

`plan` turns what happened into deliveries, `overtake` says which are no longer true, `decide` is contact
safety, `delay_after` is patience.
"""
