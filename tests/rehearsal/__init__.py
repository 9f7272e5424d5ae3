"""An upgrade of a serving portal, and both ways back: `make rehearse`, or `python -m tests.rehearsal`."""
