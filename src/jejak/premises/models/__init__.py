"""The room's tables, with what must always hold of them as named constraints.

Other rooms read them through `queries` and the lane through ``sql/catalogue.sql``; no model leaves this room.
"""

from jejak.premises.models.codes import Alias
from jejak.premises.models.imports import Import, ImportRow
from jejak.premises.models.register import Poster, Premises, Zone
from jejak.premises.models.standing import Invitation, Proof

__all__ = ["Alias", "Import", "ImportRow", "Invitation", "Poster", "Premises", "Proof", "Zone"]
