"""Reading searches back from the trail, cases and profiles; who a case is of is told under a look alone."""

from jejak.tracing.queries.cases import (
    MINE,
    NOBODY,
    ORDERS,
    PAGE_LENGTH,
    ROLES,
    USUAL_ORDER,
    Asked,
    CasePage,
    CaseRef,
    CaseRow,
    case,
    case_ref,
    cases,
    is_bare,
    refers,
    visible,
)
from jejak.tracing.queries.profiles import ProfileView, profile, profiles, versions
from jejak.tracing.queries.searches import open_to, recent, search

__all__ = [
    "MINE",
    "NOBODY",
    "ORDERS",
    "PAGE_LENGTH",
    "ROLES",
    "USUAL_ORDER",
    "Asked",
    "CasePage",
    "CaseRef",
    "CaseRow",
    "ProfileView",
    "case",
    "case_ref",
    "cases",
    "is_bare",
    "open_to",
    "profile",
    "profiles",
    "recent",
    "refers",
    "search",
    "versions",
    "visible",
]
