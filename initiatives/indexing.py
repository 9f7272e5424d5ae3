"""Keeping the search index right: what it says of each item, and which items a change concerns.

Signals carry it, since only they hear of rows that fixtures save raw and of those that go with another.
"""

from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.db.models import ForeignKey, Prefetch, Q
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from .languages import LANGUAGES, TWIN
from .models import CONTENT, Milestone, Objective, Office, Organisation, Pillar, Sector, Strategy, Worksite
from .models.index import IndexEntry
from .querysets import published
from .typography import joined, long_date, long_month
from .words import NUMBERS, searchable

Kind = IndexEntry.Kind
# With these, anything in the content may begin or cease to be public.
ABOVE_ALL = (Strategy, Pillar, Objective)
KEY = ("language", "kind", "object_id")
VALUES = [each for each in IndexEntry._meta.fields if each.name not in ("id", *KEY)]
LOCK = 20_301_400  # Any number serves, so long as nothing else asks the server for the same.
BATCH = 500


# What the index says of each item ---------------------------------------------------------------------


def entry(  # noqa: PLR0913 – each of them is a part of the entry
    record,
    title,
    *,
    titles=(),
    headings=(),
    twins=(),
    texts=(),
    passages=(),
    context=(),
    worksite=None,
    place=0,
):
    """Give the entry of a record in the language in force.

    Readers see `title` of the titles, and `passages` if the texts are to be read otherwise than one by one.
    `twins` are headings in the other language.
    `context` helps to find the record, beside a word of its own.
    """
    language = translation.get_language()
    kind = Kind(record._meta.model_name)
    titles = titles or [title]
    headings, texts = each_once(headings, {title}), each_once(texts)
    twins = each_once(twins, {title, *headings})
    return IndexEntry(
        language=language,
        kind=kind.value,
        object_id=record.pk,
        worksite=worksite,
        sectors=" ".join(sector.code for sector in worksite.sectors) if worksite else "",
        offices=" ".join(row.office.code for row in worksite.steering_set.all()) if worksite else "",
        place=list(Kind).index(kind) * 10**11 + place,
        words=searchable([*titles, *headings, *twins, str(kind.label), *texts], language),
        context_words=searchable(context, language),
        title_words=searchable(titles, language),
        heading_words=searchable([*headings, *twins, str(kind.label)], language),
        code=record.code,
        path=record.get_absolute_url(),
        title=title,
        passages={language: [*headings, *(passages or texts)], TWIN[language]: twins},
    )


def each_once(texts, but=()):
    """Give the texts that say something, each once, without those in `but`."""
    return [each for each in dict.fromkeys(texts) if each and each not in but]


def objective_entries(objective):
    title = objective.title or objective.official_title
    rows = [*objective.objectiveoffice_set.all(), *objective.partnership_set.all()]
    texts = [objective.introduction, objective.vision, objective.focus, objective.alignment]
    governance = [joined(":", role_of(row), row.wording) for row in rows]
    yield entry(
        objective,
        title,
        titles=[title, f"{Kind.OBJECTIVE.label} {objective.code}"],
        headings=[
            objective.official_title,
            objective.governance_heading,
            objective.priority,
            objective.strategy.name,
        ],
        texts=[*texts, *governance, *strategy_texts(objective.strategy), objective.pillar.name],
    )


def role_of(row):
    """Give the role of an office or organisation as a text by itself."""
    return capfirst(row.get_role_display())


def strategy_texts(strategy):
    """Give what the page of the objective says of the strategy: its timeline, other objectives and facts."""
    for milestone in strategy.milestone_set.all():
        to_the_month = milestone.precision == Milestone.Precision.MONTH
        day = long_month(milestone.date) if to_the_month else long_date(milestone.date)
        yield joined(":", day, milestone.text)
    yield from (titled(other) for other in strategy.objective_set.all() if other.is_reference)
    yield joined(":", _("Coordination"), strategy.coordinator)
    yield joined(":", _("Publisher"), strategy.publisher)
    yield joined(":", _("Legislature"), f"{strategy.legislature_start}–{strategy.legislature_end}")
    yield strategy.priorities


def worksite_entries(worksite):
    """Give the entries of a worksite and of its measures."""
    numbered = f"{Kind.WORKSITE.label} {worksite.number}"
    in_words = NUMBERS[translation.get_language()][worksite.number - 1 : worksite.number]
    objective = f"{Kind.OBJECTIVE.label} {worksite.objective.code}"
    place = worksite.number * 10**5
    references = [text for row in worksite.crossreference_set.all() for text in reference_texts(row)]
    wordings = [steering.wording for steering in worksite.steering_set.all()]
    label = worksite.steering_label or _("Steering offices")
    steered = joined(":", label, joined(";", *wordings)) if wordings else ""
    yield entry(
        worksite,
        worksite.title,
        titles=[worksite.title, numbered, worksite.code, *in_words],
        texts=references + wordings,
        passages=list(filter(None, [*references, steered])),
        context=[*(sector.name for sector in worksite.sectors), objective],
        worksite=worksite,
        place=place,
    )
    for measure in worksite.measure_set.all():
        yield entry(
            measure,
            measure_title(measure, worksite),
            titles=[measure.code],
            headings=[measure.heading],
            texts=[measure.text],
            context=[worksite.title, numbered, f"{Kind.MEASURE.label} {measure.position}", objective],
            worksite=worksite,
            place=place + measure.position,
        )


def measure_title(measure, worksite):
    """Give the title that results show: the heading, or the place of the measure where it has none."""
    if measure.heading:
        return _("%(heading)s (worksite %(number)s)") % {
            "heading": measure.heading,
            "number": worksite.number,
        }
    names = {"number": measure.position, "worksite": worksite.number, "title": worksite.title}
    return _("Measure %(number)s of worksite %(worksite)s: %(title)s") % names


def reference_texts(reference):
    return reference.wording, titled(reference.objective)


def titled(objective):
    return joined(":", f"{Kind.OBJECTIVE.label} {objective.code}", objective.official_title)


def sector_entries(sector):
    texts = [sector.scope, sector.nace_note]
    classified, shown = (), ()
    if sector.nace_rev2:
        # The numbers of the revisions are left out: who asks for “2” does not ask for these.
        classified = (f"NACE {sector.nace_rev2}",)
        names = {"two": sector.nace_rev2, "newer": sector.nace_rev2_1}
        shown = (_("NACE Rev. 2: %(two)s · NACE Rev. 2.1: %(newer)s") % names,)
    yield entry(
        sector,
        sector.name,
        texts=[*texts, *classified],
        passages=each_once([*texts, *shown]),
        place=sector.position,
    )


def office_entries(office):
    """Give the entry of an office: it is found by each wording in either language, and by its holders."""
    rows = [*office.objectiveoffice_set.all(), *office.steering_set.all()]
    wordings, holders = [row.wording for row in rows], [row.name for row in office.officeholder_set.all()]
    twin = TWIN[translation.get_language()]
    twins = [*(getattr(row, f"wording_{twin}") for row in rows), getattr(office, f"name_{twin}")]
    roles = [role_of(row) for row in office.objectiveoffice_set.all()]
    headings = [*wordings, *holders]
    yield entry(office, office.name, headings=headings, twins=twins, texts=roles, place=office.position)


def organisation_entries(organisation):
    rows = organisation.partnership_set.all()
    yield entry(
        organisation,
        organisation.name,
        headings=[row.wording for row in rows],
        texts=[organisation.description, *(role_of(row) for row in rows)],
        place=organisation.position,
    )


def sources():
    """Give `{kind of item: (its published rows with all that is said of them, what makes its entries)}`."""
    milestones = Prefetch("strategy__milestone_set", published("Milestone"))
    others = Prefetch("strategy__objective_set", published("Objective"))
    objectives = Objective.objects.main().with_governance().prefetch_related(milestones, others)
    return {
        Objective: (objectives, objective_entries),
        Worksite: (Worksite.objects.with_content().select_related("objective"), worksite_entries),
        Sector: (Sector.objects.all(), sector_entries),
        Office: (Office.objects.with_roles(), office_entries),
        Organisation: (Organisation.objects.with_partnerships(), organisation_entries),
    }


ITEMS = tuple(sources())


# Writing it -------------------------------------------------------------------------------------------


def reindex():
    """Make the index right for all of the content; give a line for each entry that was not."""
    items = everything()
    for model in ITEMS:
        # What is gone from the content may stand in the index still.
        indexed = IndexEntry.objects.filter(kind=model._meta.model_name)
        items[model] |= set(indexed.values_list("object_id", flat=True))
    measures = IndexEntry.objects.filter(kind=Kind.MEASURE)
    items[Worksite] |= set(measures.values_list("worksite_id", flat=True))
    return reindex_items(items)


def everything():
    return {model: set(model._base_manager.values_list("pk", flat=True)) for model in ITEMS}


def reindex_items(items):
    """Make the index right for `{kind of item: keys}`; give a line for each entry that was not."""
    lines = []
    for model, keys in items.items():
        ordered = sorted(keys)
        for start in range(0, len(ordered), BATCH):
            lines += reindex_batch(model, ordered[start : start + BATCH])
    return lines


@transaction.atomic
def reindex_batch(model, keys):
    if connection.vendor == "postgresql":
        # Of two editors at work on one item, the second reads what the first has written.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    rows, entries_of = sources()[model]
    records = list(rows.published().filter(pk__in=keys))
    built = []
    for language in LANGUAGES:
        with translation.override(language):
            built += [each for record in records for each in entries_of(record)]
    about = Q(kind=model._meta.model_name, object_id__in=keys)
    if model is Worksite:
        about |= Q(worksite__in=keys)
    return write(IndexEntry.objects.filter(about), built)


def write(stored, built):
    """Put the entries `built` in the place of those `stored`; give a line for each that differs."""
    before = {key_of(each): each for each in stored}
    after = {key_of(each): each for each in built}
    gone = [each for key, each in before.items() if key not in after]
    new = [each for key, each in after.items() if key not in before]
    changed = [
        each for key, each in after.items() if key in before and values_of(each) != values_of(before[key])
    ]
    if gone:
        IndexEntry.objects.filter(pk__in=[each.pk for each in gone]).delete()
    IndexEntry.objects.bulk_create(
        new + changed, update_conflicts=True, unique_fields=KEY, update_fields=[each.name for each in VALUES]
    )
    marked = {"+": new, "-": gone, "~": changed}
    return [f"{mark} {each}" for mark, entries in marked.items() for each in entries]


def key_of(row):
    return tuple(getattr(row, name) for name in KEY)


def values_of(row):
    return [getattr(row, each.attname) for each in VALUES]


# Following the content ---------------------------------------------------------------------------------


def foreign_keys(model):
    return [each for each in model._meta.fields if isinstance(each, ForeignKey)]


def concerned(record):
    """Give `{kind of item: keys}` for the items whose entries say something of this record."""
    model, found = type(record), {}
    if model in ABOVE_ALL:
        return everything()
    if model is Milestone:
        return {Objective: set(Objective.objects.main().values_list("pk", flat=True))}
    if model.item_field:
        for each in foreign_keys(model):
            found.setdefault(each.related_model, set()).add(getattr(record, each.attname))
        return found
    found[model] = {record.pk}
    for part in CONTENT:
        for here in foreign_keys(part) if part.item_field else ():
            if here.related_model is model:
                rows = part._base_manager.filter(**{here.name: record.pk})
                for there in foreign_keys(part):
                    if there is not here:
                        keys = rows.values_list(there.attname, flat=True)
                        found.setdefault(there.related_model, set()).update(keys)
    return found


paused = ContextVar("paused", default=False)


@contextmanager
def all_at_once():
    """Make the index right once and at the end, where many records change."""
    token = paused.set(True)
    try:
        yield
    finally:
        paused.reset(token)
    reindex()


def before_change(sender, instance, **_said):
    """Remember what the record concerned until now: a steering may move from one office to another."""
    if paused.get():
        return
    stored = sender._base_manager.filter(pk=instance.pk).first()
    instance.concerned_before = concerned(stored) if stored else {}


def after_change(sender, instance, **_said):
    """Make the index right for all that the record concerned or concerns now."""
    if paused.get():
        return
    items = concerned(instance)
    for model, keys in instance.__dict__.pop("concerned_before", {}).items():
        items[model] = items.get(model, set()) | keys
    reindex_items(items)


def follow():
    """Follow every change of the content, from now on; called once, when the app is ready."""
    for model in CONTENT:
        pre_save.connect(before_change, sender=model, dispatch_uid="search index")
        pre_delete.connect(before_change, sender=model, dispatch_uid="search index")
        post_save.connect(after_change, sender=model, dispatch_uid="search index")
        post_delete.connect(after_change, sender=model, dispatch_uid="search index")
