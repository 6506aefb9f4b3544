"""Starting a search, and showing its answer: counts first, names page by page; every one of them leaves a trail."""

from jejak.tracing.actions.cases import (
    CLOSINGS,
    assign_case,
    change_dates,
    classify,
    close_case,
    find_case,
    hand_over,
    match_case,
    reopen_case,
)
from jejak.tracing.actions.casesearching import search_case
from jejak.tracing.actions.caseshowing import show_case, show_case_on
from jejak.tracing.actions.following import follow_exposures, start_follow_ups
from jejak.tracing.actions.interviews import ContactSaid, StaySaid, add_contact, add_stay, take_back
from jejak.tracing.actions.listing import ask_run_release, show_run
from jejak.tracing.actions.opening import (
    case_for,
    open_case_search,
    open_contacts_search,
    open_onward_search,
    open_visitors_search,
    opened,
)
from jejak.tracing.actions.picturing import show_shared, show_tree
from jejak.tracing.actions.profiles import change_profile
from jejak.tracing.actions.reading import contact_row, contacts_of, names, said_of, visitors_of
from jejak.tracing.actions.releasing import ask_large_release
from jejak.tracing.actions.reporting import Reported, report_case, report_cases
from jejak.tracing.actions.reports import confirm_report, preview_report, take_report, unfinished_reports
from jejak.tracing.actions.runs import go_on, resume, start_run, stop, unfinished
from jejak.tracing.actions.showing import show_choice, show_contacts, show_visitors
from jejak.tracing.actions.work import assign_contacts, hold, let_go, set_work, show_contact, show_work, take_next
from jejak.tracing.caserules import Given

__all__ = [
    "CLOSINGS",
    "ContactSaid",
    "Given",
    "Reported",
    "StaySaid",
    "add_contact",
    "add_stay",
    "ask_large_release",
    "ask_run_release",
    "assign_case",
    "assign_contacts",
    "case_for",
    "change_dates",
    "change_profile",
    "classify",
    "close_case",
    "confirm_report",
    "contact_row",
    "contacts_of",
    "find_case",
    "follow_exposures",
    "go_on",
    "hand_over",
    "hold",
    "let_go",
    "match_case",
    "names",
    "open_case_search",
    "open_contacts_search",
    "open_onward_search",
    "open_visitors_search",
    "opened",
    "preview_report",
    "reopen_case",
    "report_case",
    "report_cases",
    "resume",
    "said_of",
    "search_case",
    "set_work",
    "show_case",
    "show_case_on",
    "show_choice",
    "show_contact",
    "show_contacts",
    "show_run",
    "show_shared",
    "show_tree",
    "show_visitors",
    "show_work",
    "start_follow_ups",
    "start_run",
    "stop",
    "take_back",
    "take_next",
    "take_report",
    "unfinished",
    "unfinished_reports",
    "visitors_of",
]
