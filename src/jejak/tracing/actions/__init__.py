"""Starting a search, and showing its answer: counts first, names page by page; every one of them leaves a trail."""

from jejak.tracing.actions.cases import (
    CLOSINGS,
    assign,
    change_dates,
    classify,
    close,
    hand_over,
    match,
    reopen,
)
from jejak.tracing.actions.opening import (
    open_contacts_search,
    open_onward_search,
    open_visitors_search,
    opened,
)
from jejak.tracing.actions.reading import contact_row, contacts_of, names, said_of, visitors_of
from jejak.tracing.actions.releasing import ask_large_release
from jejak.tracing.actions.reporting import Reported, report_case, report_cases
from jejak.tracing.actions.runs import go_on, resume, start_run, stop, unfinished
from jejak.tracing.actions.showing import show_choice, show_contacts, show_visitors

__all__ = [
    "CLOSINGS",
    "Reported",
    "ask_large_release",
    "assign",
    "change_dates",
    "classify",
    "close",
    "contact_row",
    "contacts_of",
    "go_on",
    "hand_over",
    "match",
    "names",
    "open_contacts_search",
    "open_onward_search",
    "open_visitors_search",
    "opened",
    "reopen",
    "report_case",
    "report_cases",
    "resume",
    "said_of",
    "show_choice",
    "show_contacts",
    "show_visitors",
    "start_run",
    "stop",
    "unfinished",
    "visitors_of",
]
