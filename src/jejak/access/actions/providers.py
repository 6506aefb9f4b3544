"""Setting an agency's own sign-in, and recognising whom its provider vouches for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from django.db import transaction

from jejak.access.errors import ProviderUnclear, SignInRefused, UnknownAgency
from jejak.access.models import Agency, Identity, Provider, User
from jejak.access.queries.providers import COLUMN, TABLE
from jejak.access.rules import AccountKind
from jejak.kernel.sealing import sealer
from jejak.trail import actions as trail

if TYPE_CHECKING:
    from datetime import datetime

    from jejak.access.tokens import Claims

NODE: Final = trail.Machine(0, "Jejak")
PURPOSE: Final = "sign-in of an agency"
_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_NEAR: Final = ("localhost", "127.0.0.1")
LONGEST_SECRET: Final = 500


@transaction.atomic
def set_provider(
    *, agency: Agency, code: str, issuer: str, client_id: str, secret: str, domain: str, second_acr: str, now: datetime
) -> Provider:
    """Return how an agency signs in from now on; its code never changes, for its address is registered elsewhere.

    :raises ProviderUnclear: one of the values cannot be used, or the code is another agency's.
    """
    _checked(code=code, issuer=issuer, client_id=client_id, secret=secret, domain=domain.lower())
    found = Provider.objects.select_for_update().filter(agency=agency).first() or Provider(agency=agency, code=code)
    if found.code != code:
        raise ProviderUnclear(f"its code is {found.code} already, and stands in the address at the provider")
    if Provider.objects.filter(code=code).exclude(agency=agency).exists():
        raise ProviderUnclear(f"the code {code} is another agency's")
    found.issuer, found.client_id, found.domain = issuer, client_id, domain.lower()
    found.second_acr, found.set_at, found.ended_at = second_acr, now, None
    found.secret_sealed = sealer().seal(table=TABLE, column=COLUMN, row=found.uuid, text=secret)
    found.save()
    detail = {"agency": agency.pk, "issuer": issuer, "client": client_id, "domain": found.domain}
    trail.record(by=NODE, action="access.provider-set", purpose=PURPOSE, detail=detail, at=now)
    return found


@transaction.atomic
def end_provider(*, agency: Agency, now: datetime) -> None:
    """Turn an agency's own sign-in off; passwords go on, and whoever is signed in stays so until the session ends.

    :raises UnknownAgency: it has none.
    """
    if not Provider.objects.filter(agency=agency, ended_at=None).update(ended_at=now):
        raise UnknownAgency
    trail.record(by=NODE, action="access.provider-ended", purpose=PURPOSE, detail={"agency": agency.pk}, at=now)


def recognise(*, code: str, claims: Claims, now: datetime) -> User:
    """Return the account for which an agency's provider vouches; a first time binds its subject to that account.

    Nobody gets an account this way. Once bound the subject alone decides, whatever its address says later.

    :raises SignInRefused: no named person of that very agency; the refusal is kept.
    """
    try:
        with transaction.atomic():
            return _recognised(code=code, claims=claims, now=now)
    except SignInRefused as error:
        detail = {"provider": code}
        trail.refuse(by=NODE, action="access.oidc", purpose=PURPOSE, why=error.reason, detail=detail, at=now)
        raise


def _recognised(*, code: str, claims: Claims, now: datetime) -> User:
    rows = Provider.objects.select_for_update(of=("self",)).select_related("agency")
    provider = rows.filter(code=code, ended_at=None, agency__closed_at=None).first()
    if provider is None:
        raise SignInRefused("off")
    mine = Identity.objects.filter(issuer=provider.issuer, ended_at=None)
    bound = mine.select_related("account").filter(subject=claims.subject).first()
    user = bound.account if bound else _by_address(claims=claims, provider=provider)
    if user.kind != AccountKind.STAFF or user.agency_id != provider.agency_id:
        raise SignInRefused("other-agency")
    if not user.is_active or user.left_at is not None:
        raise SignInRefused("left")
    if bound is None:
        if mine.filter(account=user).exists():
            raise SignInRefused("other-subject")
        Identity.objects.create(account=user, issuer=provider.issuer, subject=claims.subject, bound_at=now)
        detail = {"account": str(user.uuid), "provider": code}
        trail.record(by=user, action="access.bound", purpose=PURPOSE, detail=detail, at=now)
    return user


def _by_address(*, claims: Claims, provider: Provider) -> User:
    if not claims.email:
        raise SignInRefused("email")
    if claims.email.rpartition("@")[2].lower() != provider.domain:
        raise SignInRefused("domain")
    found = User.objects.select_for_update().filter(email__iexact=claims.email).first()
    if found is None:
        raise SignInRefused("nobody")
    return found


def _checked(*, code: str, issuer: str, client_id: str, secret: str, domain: str) -> None:
    parts = urlsplit(issuer)
    near = parts.hostname in _NEAR
    if not _CODE.fullmatch(code):
        raise ProviderUnclear("a code is 2 to 40 of a-z, 0-9 and -")
    if parts.scheme not in ({"http", "https"} if near else {"https"}) or not parts.hostname:
        raise ProviderUnclear("the issuer is an address that starts with https://")
    if parts.query or parts.fragment or parts.username or "/.well-known/" in issuer:
        raise ProviderUnclear("the issuer is the bare address, as its discovery document says it")
    if not client_id.strip() or not 0 < len(secret) <= LONGEST_SECRET:
        raise ProviderUnclear("the client id and its secret are needed")
    if not _DOMAIN.fullmatch(domain):
        raise ProviderUnclear("the e-mail domain is written like moh.gov.my")
