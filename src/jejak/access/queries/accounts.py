"""Reading accounts and roles."""

from collections.abc import Iterable

from django.db.models import Q
from django.db.models.functions import Now

from jejak.access.errors import RoleMissing, UnknownAccount
from jejak.access.models import Bound, RoleGrant, User
from jejak.access.rules import digest


def roles_of(user: User) -> frozenset[str]:
    """Return the codes of the roles an account holds now."""
    held = RoleGrant.objects.filter(Q(until=None) | Q(until__gt=Now()), user=user, ended_at=None)
    return frozenset(held.values_list("role", flat=True))


def account(email: str) -> User:
    """Return the active account with an e-mail address.

    :raises UnknownAccount: there is none.
    """
    found = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if found is None:
        raise UnknownAccount(email)
    return found


def account_with_role(email: str, *, role: str) -> User:
    """Return the active account with an e-mail address and a role.

    :raises UnknownAccount: there is none.
    :raises RoleMissing: it does not hold the role.
    """
    found = account(email)
    if role not in roles_of(found):
        raise RoleMissing(role)
    return found


def accounts() -> Iterable[User]:
    """Return all accounts with their grants, by kind and name."""
    return User.objects.prefetch_related("role_grants").order_by("kind", "name")


def states_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the state code of each account by its number."""
    return dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "state"))


def is_bound(*, account: User, token: str) -> bool:
    """Return whether a browser with this cookie is bound to an account."""
    return bool(token) and Bound.objects.filter(account=account, token_digest=digest(token), ended_at=None).exists()
