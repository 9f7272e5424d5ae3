"""Django's SQLite, whose waiting holds up nobody else; see base.py."""
