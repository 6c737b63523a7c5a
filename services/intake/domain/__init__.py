"""Pure decisions of intake over frozen types; time arrives as a value, nothing is read or written."""
