"""Reading premises and posters. An owner's question for another's premises finds nothing, like one for none at all."""

from jejak.premises.queries.codes import address_of, poster_for, scan_code
from jejak.premises.queries.imports import ImportOf, RowOf, import_of, imports_of, read_import, rows_of
from jejak.premises.queries.invitations import InvitationOf, invitation_for, invitations_of
from jejak.premises.queries.likeness import alike_to
from jejak.premises.queries.posters import (
    PosterOf,
    by_short_code,
    poster_of,
    posters_of,
    search,
    successor_of,
    walls_of,
)
from jejak.premises.queries.proof import WAITING_ORDERS, LetterOf, ProofOf, letter_of, proofs_of, waiting
from jejak.premises.queries.register import ORDERS, Place, one_of, place, places, premises_of
from jejak.premises.queries.tenancies import (
    ZoneOf,
    tenancies_of,
    zone_in,
    zone_of,
    zone_poster_of,
    zone_posters_of,
    zones_of,
)

__all__ = [
    "ORDERS",
    "WAITING_ORDERS",
    "ImportOf",
    "InvitationOf",
    "LetterOf",
    "Place",
    "PosterOf",
    "ProofOf",
    "RowOf",
    "ZoneOf",
    "address_of",
    "alike_to",
    "by_short_code",
    "import_of",
    "imports_of",
    "invitation_for",
    "invitations_of",
    "letter_of",
    "one_of",
    "place",
    "places",
    "poster_for",
    "poster_of",
    "posters_of",
    "premises_of",
    "proofs_of",
    "read_import",
    "rows_of",
    "scan_code",
    "search",
    "successor_of",
    "tenancies_of",
    "waiting",
    "walls_of",
    "zone_in",
    "zone_of",
    "zone_poster_of",
    "zone_posters_of",
    "zones_of",
]
