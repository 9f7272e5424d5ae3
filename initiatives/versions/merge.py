"""Merging two offices that turn out to be one: all moves to the one that stays, and the addresses lead there.

The source named one office in several ways. None of its wordings is lost: where both offices stand in one
place, the wording of the one that goes is kept in a note there.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from ..content.files import ContentError
from ..language import LANGUAGES, joined
from ..models import ObjectiveOffice, Office, OfficeHolder, Record, Steering
from .revisions import was_public
from .save import Change, change

# What is said of an office, by the places of which it has one for each.
PARTS: dict[Any, tuple[str, ...]] = {
    OfficeHolder: ("start",),
    Steering: ("worksite",),
    ObjectiveOffice: ("objective", "role"),
}
# Where a wording is kept beside another: in the note that readers see with it.
KEPT_IN: dict[type[Record], str] = {Steering: "remark", ObjectiveOffice: "provenance_note"}
NOTES = ("slip", "remark", "provenance_note")
MERGED = gettext_lazy("It is the same office as “%(office)s”.")
ALSO = gettext_lazy("The source also calls this office, here")


@dataclass
class Merge:
    """What becomes of all that is said of an office that is merged with another."""

    office: Office
    stays: Office
    moved: list[Any] = field(default_factory=list)
    joined: list[tuple[Any, Any]] = field(default_factory=list)  # (what goes, what stands there already)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.stays == self.office or not Office.objects.published().filter(pk=self.stays.pk).exists():
            self.problems.append(_("Choose another office that readers can see: that one stays."))
        if self.office.merged_into:
            self.problems.append(_("This office was merged with “%s” already.") % self.office.merged_into)
        for model, places in PARTS.items():
            for row in model.objects.filter(office=self.office).select_related():
                place = {name: getattr(row, name) for name in places}
                twin = model.objects.filter(office=self.stays, **place).first()
                if twin is None:
                    self.moved.append(row)
                else:
                    self.joined.append((row, twin))
                    self.problems += clash(row, twin)

    @cached_property
    def kept(self) -> list[Any]:
        """Return the parts of the office that stays which note what the other one was called there."""
        return [twin for row, twin in self.joined if added(row, twin)]

    @property
    def concerned(self) -> list[Record]:
        """Return the records whose items change: whoever agrees has seen these as they are."""
        return [self.office, self.stays, *self.moved, *(twin for _row, twin in self.joined)]


def clash(row: Any, twin: Any) -> list[str]:
    """Return why two parts in one place cannot become one."""
    place = {"part": capfirst(row._meta.verbose_name), "one": row, "other": twin}
    if row.publication != twin.publication:
        return [_("%(part)s: one of “%(one)s” and “%(other)s” is public. Make them alike first.") % place]
    if isinstance(row, OfficeHolder):
        names = ("name", "end", "end_at_latest", *texts_of(row))
        if any(getattr(row, name) != getattr(twin, name) for name in names):
            return [
                _("%(part)s: “%(one)s” and “%(other)s” begin on one day, and differ. Make them alike first.")
                % place
            ]
    return []


def texts_of(row: Record) -> list[str]:
    """Return the fields of a part that hold texts."""
    return [f"{name}_{language}" for name in row.translated_fields() for language in LANGUAGES]


def added(row: Any, twin: Any) -> dict[str, list[str]]:
    """Return `{language: sentences}`: what a part says that the one that stays does not say."""
    if isinstance(row, OfficeHolder):
        return {}
    is_worded_alike = all(
        getattr(row, f"wording_{each}") == getattr(twin, f"wording_{each}") for each in LANGUAGES
    )
    found: dict[str, list[str]] = {}
    for language in LANGUAGES:
        with override(language):
            told = [] if is_worded_alike else [joined(":", ALSO, row.translation("wording", language)) + "."]
        notes = {row.translation(name, language) for name in NOTES if hasattr(row, f"{name}_{language}")}
        known = {twin.translation(name, language) for name in NOTES if hasattr(twin, f"{name}_{language}")}
        told += sorted(notes - known - {""})
        if told:
            found[language] = told
    return found


def merge(
    office: Office, stays: Office, *, editor: User | None = None, note: str | Mapping[str, str] = ""
) -> None:
    """Merge an office with the one that stays, in one change, whole or not at all.

    What readers never saw is deleted; what they did stays as a withdrawn page that leads to the other, and so
    does what was merged with it before. Raises ContentError with what cannot be merged.
    """
    with change(editor=editor, note=note) as this:
        plan = Merge(office, stays)
        if plan.problems:
            raise ContentError(plan.problems)
        try:
            move(this, plan)
        except ValidationError as error:
            raise ContentError(list(error.messages)) from error


def move(this: Change, plan: Merge) -> None:
    """Move what is said of an office to the one that stays. Raises ValidationError."""
    for row, twin in plan.joined:
        keep_wording(this, row, twin)
    for row in plan.moved:
        row.office = plan.stays
        this.save(row)
    for each in (*plan.office.merged.all(), plan.office):
        lead(this, each, plan.stays)
    this.note_at(plan.stays)


def keep_wording(this: Change, row: Any, twin: Any) -> None:
    """Take a part away whose place the other office has already, and keep there what only it said."""
    for language, sentences in added(row, twin).items():
        name = f"{KEPT_IN[type(row)]}_{language}"
        setattr(twin, name, "\n".join(filter(None, [getattr(twin, name), *sentences])))
    this.delete(row)
    this.save(twin)


def lead(this: Change, office: Office, stays: Office) -> None:
    """Let the addresses of an office lead to the one that stays; delete it where it had none."""
    if not was_public(office):
        this.delete(office)
        return
    office.merged_into = stays
    office.publication = Office.Publication.WITHDRAWN
    for language in LANGUAGES:
        with override(language):
            reason = office.withdrawal_reason or str(MERGED % {"office": stays.name})
        setattr(office, f"withdrawal_reason_{language}", reason)
    this.save(office)
