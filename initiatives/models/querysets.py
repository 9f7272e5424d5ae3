"""Which rows: the one rule of what is public, and what each kind of page needs beside its own row."""

from django.apps import apps
from django.db.models import (
    Count,
    Exists,
    FilteredRelation,
    Func,
    JSONField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
)
from django.utils.translation import get_language

from ..language import OTHER_LANGUAGE


def public_rule(model, prefix=""):
    """Give the condition under which a row of `model` is public, its parents included."""
    rule = Q(**{f"{prefix}publication": model.Publication.PUBLIC})
    for name in model.public_parents:
        parent = model._meta.get_field(name).related_model
        rule &= public_rule(parent, f"{prefix}{name}__")
    return rule


def state_rules(model, language):
    """Give the conditions under which the texts of a row stand as each Record.State says, in one language.

    And “unvalidated”: a translation by the portal that nobody has validated.
    """
    twin = OTHER_LANGUAGE[language]
    missing = Q(pk__in=[])
    for name in model.translated_fields():
        lacks = ~filled(f"{name}_{language}")
        missing |= lacks if name in model.required_texts else lacks & filled(f"{name}_{twin}")
    outdated = ~Q(**{f"outdated_{language}": []})
    is_portal, is_twin = (Q(**{f"provenance_{code}": model.Provenance.PORTAL}) for code in (language, twin))
    return {
        model.State.MISSING: missing,
        model.State.OUTDATED: ~missing & outdated,
        model.State.COMPLETE: ~missing & ~outdated,
        "unvalidated": is_portal & ~is_twin,
    }


def filled(field):
    """Give the condition that a text column holds text."""
    return Q(**{f"{field}__isnull": False}) & Q(**{f"{field}__gt": ""})


class RecordQuerySet(QuerySet):
    """Rows of the content; everything a reader can see comes through `published()`."""

    def published(self):
        """Give the rows that readers may see, on pages and in data alike."""
        return self.filter(public_rule(self.model))

    def withdrawn(self):
        """Give the rows that were public and were taken down; their pages answer 410."""
        return self.filter(publication=self.model.Publication.WITHDRAWN)

    def with_version(self):
        """Add number and moment of the newest public version of each item, and the moment of its last change.

        Small corrections make a version, and no change.
        """
        revisions = apps.get_model("initiatives", "Revision").objects.published()
        mine = revisions.filter(kind=self.model._meta.model_name, code=OuterRef("code")).order_by("-number")
        return self.annotate(
            version=Subquery(mine.values("number")[:1]),
            version_at=Subquery(mine.values("at")[:1]),
            changed_at=Subquery(mine.filter(is_small=False).values("at")[:1]),
        )

    def grouped_with(self, relation, *its_relations):
        """Give (row, [its published rows of `relation`]) for each row, both in their own order.

        One query for both kinds, where a prefetch would take two.
        """
        model = self.model._meta.get_field(relation).related_model
        rows = (
            self.annotate(joined=FilteredRelation(relation))
            .annotate(is_joined=Exists(model.objects.published().filter(pk=OuterRef("joined__pk"))))
            .select_related("joined", *(f"joined__{name}" for name in its_relations))
            .order_by(*self.model._meta.ordering, f"joined__{model._meta.ordering[-1]}")
        )
        groups = {}
        for row in rows:
            _row, its_rows = groups.setdefault(row.pk, (row, []))
            if row.is_joined:
                its_rows.append(row.joined)
        return list(groups.values())

    def get_by_natural_key(self, *key):
        """Give the row with this natural key. Raises DoesNotExist."""
        return self.get(**dict(zip(self.model.natural_key_fields, key, strict=True)))


def published(name, *relations):
    """Give the published rows of the model with this name, `relations` joined, to prefetch."""
    rows = apps.get_model("initiatives", name).objects.published()
    return rows.select_related(*relations) if relations else rows  # without a name it would join everything


class Rows(Func):
    """The values of all rows, in one array of arrays.

    Django's own JSONArray would ask SQLite, on each new connection, whether it can.
    """

    template = "json_group_array(json_array(%(expressions)s))"
    output_field = JSONField()

    def as_postgresql(self, compiler, connection, **context):
        template = "jsonb_agg(jsonb_build_array(%(expressions)s))"
        return self.as_sql(compiler, connection, template=template, **context)


class ObjectiveQuerySet(RecordQuerySet):
    def main(self):
        """Give the objectives the portal publishes in full; the others are recorded by title only."""
        return self.filter(is_reference=False)

    def with_last_change(self):
        """Add the moment of the last change of the whole content, small corrections aside."""
        changes = apps.get_model("initiatives", "Revision").objects.published().filter(is_small=False)
        return self.annotate(content_changed_at=Subquery(changes.order_by("-at").values("at")[:1]))

    def with_listed_worksites(self):
        """Add how many worksites the source lists: a fact of the source, whatever of it is public here."""
        listed = Q(worksite__is_announced_only=False)
        return self.annotate(listed_worksites=Count("worksite", filter=listed, distinct=True))

    def with_terms(self):
        """Add what pages need of the glossary, in the language in force and without one query more."""
        names = [f"{name}_{get_language()}" for name in ("name", "abbreviation", "synonyms")]
        terms = published("Term").order_by().annotate(rows=Rows("code", *names)).values("rows")
        return self.annotate(term_rows=Subquery(terms))

    def with_offices(self):
        """Add the place in the strategy, and the offices that carry the objective."""
        offices = Prefetch("objectiveoffice_set", published("ObjectiveOffice", "office"))
        return self.select_related("strategy", "pillar").prefetch_related(offices)

    def with_governance(self):
        """Add the place in the strategy, the offices and the partners."""
        partners = Prefetch("partnership_set", published("Partnership", "organisation"))
        return self.with_offices().prefetch_related(partners)


class WorksiteQuerySet(RecordQuerySet):
    def with_steering(self):
        """Add the offices that steer each worksite, in the source's order."""
        return self.prefetch_related(Prefetch("steering_set", published("Steering", "office")))

    def with_sectors(self):
        """Add the priority sectors that the portal links to each worksite."""
        return self.prefetch_related(Prefetch("worksitesector_set", published("WorksiteSector", "sector")))

    def with_measures(self):
        """Add the measures of each worksite, in the source's order."""
        return self.prefetch_related(Prefetch("measure_set", published("Measure")))

    def with_content(self):
        """Add measures, cross-references, steering and sectors."""
        references = Prefetch("crossreference_set", published("CrossReference", "objective"))
        return self.with_measures().with_steering().with_sectors().prefetch_related(references)


class SectorQuerySet(RecordQuerySet):
    def with_worksites(self):
        """Add the worksites in each sector and who steers them."""
        return self.prefetch_related(
            # Not joined: a row that is there already would miss what the second prefetch adds to it.
            Prefetch("worksitesector_set", published("WorksiteSector").order_by("worksite__number")),
            Prefetch("worksitesector_set__worksite", published("Worksite").with_steering()),
        )


class OfficeQuerySet(RecordQuerySet):
    def steering_sector(self, sector):
        """Give the offices that steer a worksite of this sector."""
        worksites = published("WorksiteSector").filter(sector=sector).values("worksite")
        return self.filter(pk__in=published("Steering").filter(worksite__in=worksites).values("office"))

    def with_roles(self):
        """Add the holders, the role in the objective and the worksites each office steers."""
        return self.prefetch_related(
            Prefetch("officeholder_set", published("OfficeHolder")),
            Prefetch("objectiveoffice_set", published("ObjectiveOffice", "objective")),
            Prefetch("steering_set", published("Steering", "worksite").order_by("worksite__number")),
        )


class OrganisationQuerySet(RecordQuerySet):
    def with_partnerships(self):
        """Add the roles each organisation has in the objective."""
        return self.prefetch_related(Prefetch("partnership_set", published("Partnership", "objective")))


class OfficeHolderQuerySet(RecordQuerySet):
    def of_several_offices(self):
        """Give the rows of people who held more than one public office, told by their name."""
        others = published("OfficeHolder").filter(name=OuterRef("name")).exclude(office=OuterRef("office"))
        return (
            self.filter(Exists(others)).select_related("office").order_by("name", "office__position", "start")
        )
