"""How the product is run: the command `practice`, the embedded stack, containers, sample practices."""
