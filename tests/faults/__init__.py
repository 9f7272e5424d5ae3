"""Faults made on purpose, against real servers and under load: `make faults`, or `python -m tests.faults`."""
