"""Backups: the whole database in one file, made while editors save, and put back while readers read.

A file is named after its moment and kind: `go4brussels-20261127T031500Z.sqlite3.gz`, `….sql.gz`. gzip keeps
the release in its own head, and tells at its end whether the file is whole.
"""
