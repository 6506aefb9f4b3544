"""Starting a search, and showing its answer: counts first, names page by page; every one of them leaves a trail."""

from jejak.tracing.actions.beginning import start_follow_up
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
from jejak.tracing.actions.choosing import Chosen, preview_notices
from jejak.tracing.actions.disputes import decide_dispute, show_dispute, show_disputes, undo_correction
from jejak.tracing.actions.entering import enter_dispute, show_stays
from jejak.tracing.actions.followchanging import (
    extend,
    lost,
    rederive_follow_ups,
    release,
    release_over,
    set_facts,
)
from jejak.tracing.actions.following import follow_exposures, start_follow_ups
from jejak.tracing.actions.followshowing import show_follow_ups
from jejak.tracing.actions.hearing import assess, make_case, say_today
from jejak.tracing.actions.interviews import ContactSaid, StaySaid, add_contact, add_stay, take_back
from jejak.tracing.actions.letters import hold_notices
from jejak.tracing.actions.linelists import CASE_BY_CASE, LINE_LISTS, line_list
from jejak.tracing.actions.listing import ask_run_release, show_run
from jejak.tracing.actions.losing import note_lost
from jejak.tracing.actions.notices import ask_notices, decided, resume_notices, set_language
from jejak.tracing.actions.noticeshowing import Asked as NoticesAsked
from jejak.tracing.actions.noticeshowing import show_chosen, show_notices
from jejak.tracing.actions.opening import (
    case_for,
    open_case_search,
    open_contacts_search,
    open_onward_search,
    open_visitors_search,
    opened,
)
from jejak.tracing.actions.pastshowing import show_contact_on
from jejak.tracing.actions.picturing import show_shared, show_tree
from jejak.tracing.actions.profiles import change_profile
from jejak.tracing.actions.reading import contact_row, contacts_of, names, said_of, visitors_of
from jejak.tracing.actions.releasing import ask_large_release
from jejak.tracing.actions.reporting import Reported, report_case, report_cases
from jejak.tracing.actions.reports import confirm_report, hold_report, preview_report, take_report, unfinished_reports
from jejak.tracing.actions.runs import go_on, resume, start_run, stop, unfinished
from jejak.tracing.actions.sending import hand_over as hand_over_notices
from jejak.tracing.actions.sending import send_notices, unfinished_notices
from jejak.tracing.actions.showing import show_choice, show_contacts, show_visitors
from jejak.tracing.actions.stopping import stop_notices
from jejak.tracing.actions.tables import make_table, preview_table
from jejak.tracing.actions.withdrawing import confirm_withdrawal, withdraw_batch, withdraw_notices
from jejak.tracing.actions.work import assign_contacts, hold, let_go, set_work, show_contact, show_work, take_next
from jejak.tracing.caserules import Given

__all__ = [
    "CASE_BY_CASE",
    "CLOSINGS",
    "LINE_LISTS",
    "Chosen",
    "ContactSaid",
    "Given",
    "NoticesAsked",
    "Reported",
    "StaySaid",
    "add_contact",
    "add_stay",
    "ask_large_release",
    "ask_notices",
    "ask_run_release",
    "assess",
    "assign_case",
    "assign_contacts",
    "case_for",
    "change_dates",
    "change_profile",
    "classify",
    "close_case",
    "confirm_report",
    "confirm_withdrawal",
    "contact_row",
    "contacts_of",
    "decide_dispute",
    "decided",
    "enter_dispute",
    "extend",
    "find_case",
    "follow_exposures",
    "go_on",
    "hand_over",
    "hand_over_notices",
    "hold",
    "hold_notices",
    "hold_report",
    "let_go",
    "line_list",
    "lost",
    "make_case",
    "make_table",
    "match_case",
    "names",
    "note_lost",
    "open_case_search",
    "open_contacts_search",
    "open_onward_search",
    "open_visitors_search",
    "opened",
    "preview_notices",
    "preview_report",
    "preview_table",
    "rederive_follow_ups",
    "release",
    "release_over",
    "reopen_case",
    "report_case",
    "report_cases",
    "resume",
    "resume_notices",
    "said_of",
    "say_today",
    "search_case",
    "send_notices",
    "set_facts",
    "set_language",
    "set_work",
    "show_case",
    "show_case_on",
    "show_choice",
    "show_chosen",
    "show_contact",
    "show_contact_on",
    "show_contacts",
    "show_dispute",
    "show_disputes",
    "show_follow_ups",
    "show_notices",
    "show_run",
    "show_shared",
    "show_stays",
    "show_tree",
    "show_visitors",
    "show_work",
    "start_follow_up",
    "start_follow_ups",
    "start_run",
    "stop",
    "stop_notices",
    "take_back",
    "take_next",
    "take_report",
    "undo_correction",
    "unfinished",
    "unfinished_notices",
    "unfinished_reports",
    "visitors_of",
    "withdraw_batch",
    "withdraw_notices",
]
