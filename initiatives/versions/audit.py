"""What the audit log is told of a version: which records it makes public, and which it takes away."""

from collections.abc import Mapping, Sequence

from accounts import audit

from ..models import Revision
from ..models.naming import record_key, technical_name


def record_change(action: Revision.Action, versions: list[Revision], told: Sequence[str] = ()) -> None:
    """Record which records these new versions make public, and which they take away.

    What is loaded for the first time is told once, for all of it; and with a load what it has `told`.
    """
    for version in versions:
        earlier = Revision.objects.filter(kind=version.kind, code=version.code, number=version.number - 1)
        before = earlier.first() if version.number > 1 else None
        if before or version.action != Revision.Action.LOADED:
            record_publication(version, before)
    if action == Revision.Action.LOADED:
        names = ", ".join(f"{each.kind} {each.code}" for each in versions)
        audit.record(audit.What.LOADED, detail="; ".join(filter(None, [names, *told])))


def record_publication(revision: Revision, before: Revision | None) -> None:
    """Record which records this version of an item makes public, and which it takes away."""
    actor = revision.editor
    was, now = public_records(before), public_records(revision)
    for what, names in ((audit.What.PUBLISHED, now - was), (audit.What.WITHDRAWN, was - now)):
        if names:
            audit.record(what, f"{revision.kind} {revision.code}", ", ".join(sorted(names)), actor)


def record_note(revision: Revision, before: Mapping[str, str]) -> None:
    """Record that the note of a version was written anew, with what it said before."""
    detail = "; ".join(f"{language}: {note}" for language, note in before.items())
    audit.record(audit.What.NOTE, f"{revision.kind} {revision.code} {revision.number}", detail)


def public_records(revision: Revision | None) -> set[str]:
    """Return the names of the records that are public in a version of an item; none where it was deleted."""
    if revision is None or revision.action == revision.Action.DELETED:
        return set()
    # What stands at its default, as “public” does, is left out of a version.
    public = [row for row in revision.records if row["fields"].get("publication", "public") == "public"]
    return {technical_name(label, key) for label, *key in map(record_key, public)}
