"""The four independent services of a therapy group practice. None imports another."""
