"""The mirror: the whole public site as plain files, for when nothing else lives and for archives.

listed() ──> portal.py ──> site.py ──> folder.py
             asks          files,      written to the side,
                           maps.py     switched in at once
"""
