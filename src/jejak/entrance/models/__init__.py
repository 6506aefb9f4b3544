"""The room's tables, with what must always hold of them as named constraints; no model leaves this room."""

from jejak.entrance.models.allowances import Allowance
from jejak.entrance.models.senders import Sender
from jejak.entrance.models.tablets import Attempt, Member, Tablet

__all__ = ["Allowance", "Attempt", "Member", "Sender", "Tablet"]
