"""The one way in: whoever changes the content does so in a `change()`, or loads or restores it here."""

from .load import Settlement as Settlement
from .load import conflicts as conflicts
from .load import load as load
from .load import lost as lost
from .load import preview as preview
from .load import restore as restore
from .merge import Merge as Merge
from .merge import merge as merge
from .revisions import ITEMS as ITEMS
from .revisions import was_public as was_public
from .save import Change as Change
from .save import change as change
from .save import correct_note as correct_note
from .save import locked as locked
from .threeway import Side as Side
