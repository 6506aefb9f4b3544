"""Accounts, agencies, roles, invitations and what needs a second person; no model leaves this room."""

from jejak.access.models.accounts import RoleGrant, User, UserManager
from jejak.access.models.agencies import Agency, Invitation
from jejak.access.models.bound import BindCode, Bound
from jejak.access.models.requests import Request

__all__ = ["Agency", "BindCode", "Bound", "Invitation", "Request", "RoleGrant", "User", "UserManager"]
