"""The languages of the house."""
