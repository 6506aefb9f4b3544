"""Reading how agencies sign in by their own provider."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jejak.access.errors import UnknownAgency
from jejak.access.models import Agency, Identity, Provider
from jejak.kernel.sealing import sealer

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

TABLE, COLUMN = "access_provider", "secret"


@dataclass(frozen=True, slots=True)
class ProviderView:
    """An agency's sign-in as a page shows it; the secret is not among it."""

    uuid: UUID
    code: str
    agency: str
    agency_number: int
    issuer: str
    client_id: str
    domain: str
    second_acr: str
    set_at: datetime
    bound: int = field(default=0, compare=False)

    @property
    def several_factors(self) -> str:
        """The claim by which this provider says that it asked for several factors, as its documents write it."""
        return f"acr = {self.second_acr}" if self.second_acr else "amr = mfa"


def providers() -> tuple[ProviderView, ...]:
    """Return every agency's sign-in that is on, by the agency's name."""
    rows = _on().order_by("agency__name")
    return tuple(_view(row) for row in rows)


def provider(*, code: str) -> ProviderView:
    """Return one agency's sign-in that is on.

    :raises UnknownAgency: there is none.
    """
    row = _on().filter(code=code).first()
    if row is None:
        raise UnknownAgency
    return _view(row)


def provider_of(*, agency: Agency | None) -> ProviderView | None:
    """Return the sign-in of an agency that is on, or nothing."""
    row = _on().filter(agency=agency).first() if agency else None
    if row is None:
        return None
    bound = Identity.objects.filter(issuer=row.issuer, account__agency=agency, ended_at=None).count()
    return replace(_view(row), bound=bound)


def secret_of(*, code: str) -> str:
    """Return the client secret, for the exchange with the provider alone.

    :raises UnknownAgency: there is none.
    """
    row = _on().filter(code=code).first()
    if row is None:
        raise UnknownAgency
    return sealer().unseal(table=TABLE, column=COLUMN, row=row.uuid, sealed=bytes(row.secret_sealed))


def _on() -> QuerySet[Provider]:
    return Provider.objects.select_related("agency").filter(ended_at=None, agency__closed_at=None)


def _view(row: Provider) -> ProviderView:
    return ProviderView(
        uuid=row.uuid,
        code=row.code,
        agency=row.agency.name,
        agency_number=row.agency_id,
        issuer=row.issuer,
        client_id=row.client_id,
        domain=row.domain,
        second_acr=row.second_acr,
        set_at=row.set_at,
    )
