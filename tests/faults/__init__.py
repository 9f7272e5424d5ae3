"""Faults made on purpose, against real servers and under load: `make faults`, or `python -m tests.faults`."""

# The text in which editors count: that of a term, on the page of the glossary and in the data.
CODE, FIELD = "cluster", "definition_nl"
