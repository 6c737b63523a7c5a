"""What is said to the desk of whoever is ready."""

BEGIN = "Begin with them"
