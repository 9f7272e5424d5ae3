"""Gather the interface strings, without guesses."""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    # A guessed translation looks like a real one; a missing one is seen, and fails a test.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]
