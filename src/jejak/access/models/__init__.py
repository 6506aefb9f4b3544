"""Accounts, agencies, roles, invitations and what needs a second person; no model leaves this room."""

from jejak.access.models.accounts import HELD, RoleGrant, User, UserManager
from jejak.access.models.agencies import Agency, Invitation
from jejak.access.models.alerts import Alert
from jejak.access.models.bound import BindCode, Bound
from jejak.access.models.duty import Duty
from jejak.access.models.exports import Export
from jejak.access.models.providers import Identity, Provider
from jejak.access.models.rechecks import Recheck
from jejak.access.models.requests import Request

__all__ = [
    "HELD",
    "Agency",
    "Alert",
    "BindCode",
    "Bound",
    "Duty",
    "Export",
    "Identity",
    "Invitation",
    "Provider",
    "Recheck",
    "Request",
    "RoleGrant",
    "User",
    "UserManager",
]
