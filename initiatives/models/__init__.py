"""What is true: objective 1.4, its worksites, and who answers for them.

Texts are in Dutch as the source page prints them and in French; records.py has what all kinds share.
"""

from .governance import ObjectiveOffice, Office, OfficeHolder, Organisation, Partnership, Steering
from .governance import shared_offices as shared_offices
from .index import IndexEntry as IndexEntry
from .objectives import Objective
from .records import Page as Page
from .records import Record as Record
from .revisions import Revision as Revision
from .strategy import Milestone, Pillar, Strategy
from .terms import Term
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
