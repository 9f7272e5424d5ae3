"""Following docs/running.md as an operator would: every block of commands, on Debian machines of its own."""
