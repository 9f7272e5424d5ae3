"""What is true: objective 1.4, its worksites, and who answers for them.

Texts are in Dutch as the source page prints them and in French; base.py has what all kinds share.
"""

from .base import Page, Record
from .fields import LARGEST_POSITION, POSITIONS_ASIDE
from .governance import ObjectiveOffice, Office, OfficeHolder, Steering, by_legislature, shared_offices
from .loaded import LoadedRecord
from .measures import CrossReference, Measure
from .objectives import Objective
from .partners import Organisation, Partnership
from .search_entry import IndexEntry
from .strategy import Milestone, Pillar, Strategy
from .terms import Term
from .version import ContentVersion, Revision
from .worksites import Sector, Worksite, WorksiteSector

__all__ = [
    "CONTENT",
    "LARGEST_POSITION",
    "POSITIONS_ASIDE",
    "ContentVersion",
    "CrossReference",
    "IndexEntry",
    "LoadedRecord",
    "Measure",
    "Milestone",
    "Objective",
    "ObjectiveOffice",
    "Office",
    "OfficeHolder",
    "Organisation",
    "Page",
    "Partnership",
    "Pillar",
    "Record",
    "Revision",
    "Sector",
    "Steering",
    "Strategy",
    "Term",
    "Worksite",
    "WorksiteSector",
    "by_legislature",
    "shared_offices",
]

# All kinds of record, each after those it refers to: the order of loading and of the fixtures.
CONTENT: tuple[type[Record], ...] = (
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
