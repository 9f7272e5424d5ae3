"""What is true: objective 1.4, its worksites, and who answers for them.

Texts are in Dutch as the source page prints them and in French; base.py has what all kinds share.
"""

from .base import Page as Page
from .base import Record as Record
from .governance import ObjectiveOffice, Office, OfficeHolder, Steering
from .governance import shared_offices as shared_offices
from .objectives import Objective
from .partners import Organisation, Partnership
from .search_entry import IndexEntry as IndexEntry
from .strategy import Milestone, Pillar, Strategy
from .terms import Term
from .version import Revision as Revision
from .worksites import CrossReference, Measure, Sector, Worksite, WorksiteSector

# All kinds of record, each after those it refers to: the order of loading and of the fixtures.
CONTENT = (
    Strategy,
    Pillar,
    Milestone,
    Objective,
    Sector,
    Office,
    OfficeHolder,
    Organisation,
    Worksite,
    Measure,
    CrossReference,
    WorksiteSector,
    Steering,
    ObjectiveOffice,
    Partnership,
    Term,
)
