"""Reading accounts and roles."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from jejak.access.errors import RoleMissing, UnknownAccount
from jejak.access.models import HELD, Bound, RoleGrant, User
from jejak.access.rules import AccountKind, Scope, digest


def roles_of(user: User) -> frozenset[str]:
    """Return the codes of the roles an account holds now."""
    held = RoleGrant.objects.filter(HELD, user=user)
    return frozenset(held.values_list("role", flat=True))


def held_roles(user: User | AnonymousUser) -> frozenset[str]:
    """Return the roles of whoever is looking, none for a stranger; a page's access rule has asked for them already."""
    if not isinstance(user, User):
        return frozenset()
    held: frozenset[str] | None = getattr(user, "held_roles", None)
    return roles_of(user) if held is None else held


def holding(*roles: str) -> Callable[[User | AnonymousUser], bool]:
    """Return the question whether somebody holds one of these roles, as links of the header ask it."""
    return lambda user: not held_roles(user).isdisjoint(roles)


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


def employer_of(account: int) -> str:
    """Return the name of the agency that an account belongs to today, empty if to none."""
    return User.objects.filter(pk=account).values_list("agency__name", flat=True).first() or ""


def reaches(*, by: User, roles: Iterable[str], now: datetime) -> tuple[Scope, ...]:
    """Return how far the roles reach that an account holds at a moment, of those named; nothing if it holds none."""
    grants = RoleGrant.objects.filter(user=by, ended_at=None, role__in=list(roles))
    return tuple(grant.scope for grant in grants if grant.holds(now))


def names_of_accounts(ids: Iterable[int]) -> dict[int, str]:
    """Return the names of accounts by number, as colleagues read them."""
    return dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "name"))


def accounts() -> Iterable[User]:
    """Return all accounts of staff and owners with their grants, by kind and name; citizens are nobody's to list."""
    named = User.objects.exclude(kind=AccountKind.CITIZEN)
    return named.select_related("agency").prefetch_related("role_grants").order_by("kind", "name")


def states_of(ids: Iterable[int]) -> dict[int, str]:
    """Return the state code of each account by its number."""
    return dict(User.objects.filter(pk__in=list(ids)).values_list("pk", "state"))


def bound_person(*, account: User, token: str) -> int | None:
    """Return the person to whom a browser with this cookie is bound, or nobody."""
    mine = Bound.objects.filter(account=account, token_digest=digest(token), ended_at=None)
    return mine.values_list("person_id", flat=True).first() if token else None


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser bound to a person; ``this`` is the one that asks."""

    number: int
    bound_at: datetime
    this: bool


def browsers_of(*, account: User, person: int, token: str) -> tuple[Browser, ...]:
    """Return the browsers bound to a person under an account, the newest first."""
    rows = Bound.objects.filter(account=account, person_id=person, ended_at=None).order_by("-bound_at", "-pk")
    own = digest(token)
    return tuple(Browser(row.pk, row.bound_at, bytes(row.token_digest) == own) for row in rows)
