"""Who may call what: one line a route, read by people and checked against every route there is.

``who``: *everybody*, *signed-in* (the page itself asks whose object it is), *citizens*, or roles. ``thing``: what the
address names, made in `population`; "-" where it names nothing of anybody, or what it names is for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

TABLE = """
/healthz                                                  everybody                               -
/readyz                                                   everybody                               -
/accounts/login/                                          everybody                               -
/accounts/logout/                                         everybody                               -
/accounts/inactive/                                       everybody                               -
/accounts/signup/                                         everybody                               -
/accounts/2fa/authenticate/                               everybody                               -
/accounts/2fa/webauthn/login/                             everybody                               -
/accounts/reauthenticate/                                 signed-in                               -
/accounts/password/change/                                signed-in                               -
/accounts/password/set/                                   signed-in                               -
/accounts/2fa/                                            signed-in                               -
/accounts/2fa/reauthenticate/                             signed-in                               -
/accounts/2fa/totp/*                                      signed-in                               -
/accounts/2fa/recovery-codes/*                            signed-in                               -
/accounts/2fa/webauthn/                                   signed-in                               -
/accounts/2fa/webauthn/add/                               signed-in                               -
/accounts/2fa/webauthn/reauthenticate/                    signed-in                               -
/accounts/2fa/webauthn/keys/<pk>/remove/                  signed-in                               passkey
/accounts/2fa/webauthn/keys/<pk>/edit/                    signed-in                               passkey

/                                                         everybody                               -
/language/<code>                                          everybody                               -
/robots.txt                                               everybody                               -
/scan                                                     everybody                               -
/my                                                       everybody                               -
/guard                                                    everybody                               -
/guard/poster                                             everybody                               -
/offline/*                                                everybody                               -
/sw.js                                                    everybody                               -
/manifest.webmanifest                                     everybody                               -
/.well-known/jejak-node                                   everybody                               -
/numbers                                                  everybody                               -
/numbers.csv                                              everybody                               -
/ledger/*                                                 everybody                               -
/messages/*                                               everybody                               -
/notices/*                                                everybody                               notice

/me/sign-in/                                              everybody                               -
/me/code/                                                 everybody                               -
/me/                                                      citizens                                -
/me/visits/<uuid>/                                        citizens                                visit
/me/looked/                                               citizens                                -
/me/looked/<uuid>/                                        citizens                                look
/me/data/                                                 citizens                                -
/me/data.<form>                                           citizens                                -
/me/browsers/code/                                        citizens                                -
/me/looked/<uuid>/proof.json                              citizens                                look
/me/join/<uuid>/                                          citizens                                twin
/me/join/<uuid>/undo/                                     citizens                                joined
/me/family/                                               citizens                                -
/me/family/code/                                          citizens                                -
/me/family/offers/<uuid>/                                 citizens                                offered
/me/family/<uuid>/code/                                   citizens                                ward
/me/family/<uuid>/step-back/                              citizens                                ward
/me/name/                                                 citizens                                -
/me/number/                                               citizens                                -
/me/number/code/                                          citizens                                -
/me/leave/                                                citizens                                -
/me/leave/code/                                           citizens                                -
/me/leave/cancel/                                         citizens                                -
/me/browsers/bind/                                        citizens                                -
/me/browsers/<number>/end/                                citizens                                browser
/me/erase/<uuid>/                                         citizens                                claimed

/staff/people/                                            agency_manager                          -
/staff/people/invite/                                     agency_manager                          -
/staff/people/<uuid>/roles/                               agency_manager                          colleague
/staff/people/<uuid>/leave/                               agency_manager                          colleague
/staff/people/<uuid>/confirm/                             agency_manager                          colleague
/staff/people/<uuid>/second-step/                         agency_manager                          colleague
/staff/people/<uuid>/on-call/                             agency_manager                          colleague
/staff/people/<uuid>/on-call/<duty>/end/                  agency_manager                          duty
/staff/invitations/<uuid>/withdraw/                       agency_manager                          staff-invitation
/staff/invitations/<token>/                               everybody                               token
/staff/requests/                                          signed-in                               -
/staff/requests/<uuid>/                                   signed-in                               request
/staff/requests/<uuid>/withdraw/                          signed-in                               request
/staff/exports/                                           signed-in                               -
/staff/exports/all/                                       auditor                                 -
/staff/exports/<uuid>/                                    signed-in                               export
/staff/exports/<uuid>/file/                               signed-in                               export
/staff/exports/<uuid>/withdraw/                           signed-in                               export
/staff/alerts/                                            agency_manager auditor                  -
/staff/alerts/<uuid>/                                     agency_manager auditor                  alert
/staff/sign-in/                                           everybody                               -
/staff/sign-in/<code>/                                    everybody                               -
/staff/sign-in/<code>/back/                               everybody                               -
/staff/accounts/                                          auditor                                 -
/staff/accounts/file/                                     auditor                                 -
/staff/accounts/sign-ins/                                 agency_manager auditor operator         -
/staff/audit/                                             auditor                                 -
/staff/audit/new/                                         auditor                                 -
/staff/audit/<uuid>/                                      auditor                                 sample
/staff/audit/<uuid>/draw/                                 auditor                                 sample
/staff/audit/<uuid>/entries.txt                           auditor                                 sample
/staff/audit/entries/<number>/                            auditor                                 drawn
/staff/audit/asked/                                       agency_manager                          -
/staff/audit/asked/<number>/                              agency_manager                          asked
/staff/trail/                                             agency_manager auditor                  -
/staff/retention/                                         agency_manager auditor                  -
/staff/questions/                                         auditor                                 -
/staff/questions/<uuid>/                                  auditor                                 question

/counter/                                                 clinic_manager clinic_staff data_steward  -
/counter/write-in/                                        clinic_manager clinic_staff data_steward  -
/counter/<uuid>/                                          clinic_manager clinic_staff data_steward  person
/counter/<uuid>/guardian/                                 clinic_manager clinic_staff data_steward  person
/counter/<uuid>/of-age/                                   clinic_manager clinic_staff data_steward  person
/counter/<uuid>/unbind/                                   clinic_manager clinic_staff data_steward  person
/counter/<uuid>/name/                                     clinic_manager clinic_staff data_steward  person
/counter/<uuid>/erase/                                    clinic_manager clinic_staff data_steward  person
/counter/<uuid>/keep/                                     clinic_manager clinic_staff data_steward  person
/people/twice/                                            data_steward                            -
/people/twice/merges/                                     data_steward                            -
/people/twice/merges/<uuid>/                              data_steward                            merge
/people/twice/merges/<uuid>/undo/                         data_steward                            merge
/people/twice/<uuid>/                                     data_steward                            pair
/people/twice/<uuid>/ask/                                 data_steward                            pair
/people/twice/<uuid>/apart/                               data_steward                            pair
/people/twice/<uuid>/merge/                               data_steward                            pair

/tracing/                                                 health_officer senior_health_officer    -
/tracing/premises/                                        health_officer senior_health_officer    -
/tracing/searches/<reference>/                            health_officer senior_health_officer    search
/tracing/searches/<reference>/onward/                     health_officer senior_health_officer    search
/tracing/searches/<reference>/file/                       health_officer senior_health_officer    search
/tracing/searches/<reference>/names/                      health_officer senior_health_officer    search
/tracing/searches/<reference>/ask/                        health_officer senior_health_officer    search
/tracing/visitors/<reference>/                            health_officer senior_health_officer    visitors
/tracing/visitors/<reference>/file/                       health_officer senior_health_officer    visitors
/tracing/visitors/<reference>/names/                      health_officer senior_health_officer    visitors
/tracing/visitors/<reference>/ask/                        health_officer senior_health_officer    visitors
/tracing/cases/                                           health_officer senior_health_officer     -
/tracing/cases/new/                                       health_officer senior_health_officer laboratory clinician -
/tracing/cases/<uuid>/                                    health_officer senior_health_officer     case
/tracing/cases/<uuid>/history/                            health_officer senior_health_officer     case
/tracing/cases/<uuid>/change/<way>/                       health_officer senior_health_officer     case-change
/tracing/cases/<uuid>/search/                             health_officer senior_health_officer     case
/tracing/cases/<uuid>/stays/                              health_officer senior_health_officer     case
/tracing/cases/<uuid>/contacts/                           health_officer senior_health_officer     case
/tracing/cases/<uuid>/said/<said>/end/                    health_officer senior_health_officer     case-said
/tracing/reports/                                         health_officer senior_health_officer laboratory clinician -
/tracing/reports/template.csv                             health_officer senior_health_officer laboratory clinician -
/tracing/reports/<uuid>/                                  health_officer senior_health_officer laboratory clinician report
/tracing/reports/<uuid>/confirm/                          health_officer senior_health_officer laboratory clinician report
/tracing/reports/<uuid>/quarantined.csv                   health_officer senior_health_officer laboratory clinician report
/tracing/reports/<uuid>/receipt.json                      health_officer senior_health_officer laboratory clinician report-done
/tracing/profiles/                                        health_officer senior_health_officer     -
/tracing/profiles/<disease>/                              health_officer senior_health_officer     -
/tracing/profiles/<disease>/new/                          senior_health_officer                    -
/tracing/runs/                                            health_officer senior_health_officer    -
/tracing/runs/<reference>/                                health_officer senior_health_officer    run
/tracing/runs/<reference>/names/                          health_officer senior_health_officer    run
/tracing/runs/<reference>/ask/                            health_officer senior_health_officer    run
/tracing/runs/<reference>/go-on/                          health_officer senior_health_officer    run
/tracing/runs/<reference>/onward/                         health_officer senior_health_officer    run
/tracing/runs/<reference>/tree/                           health_officer senior_health_officer    run
/tracing/runs/<reference>/places/                         health_officer senior_health_officer    run
/tracing/line-lists/                                      health_officer senior_health_officer    -
/tracing/line-lists/runs/<reference>/                     health_officer senior_health_officer    run
/tracing/line-lists/cases/<uuid>/                         health_officer senior_health_officer    case
/tracing/work/disputes/                                   health_officer senior_health_officer    -
/tracing/work/disputes/<reference>/                       health_officer senior_health_officer    dispute
/tracing/notices/                                         health_officer senior_health_officer    -
/tracing/notices/new/                                     health_officer senior_health_officer    -
/tracing/notices/send/                                    health_officer senior_health_officer    -
/tracing/notices/withdrawals/                             health_officer senior_health_officer    -
/tracing/notices/<reference>/                             health_officer senior_health_officer    notice-batch
/tracing/notices/<reference>/stop/                        health_officer senior_health_officer    notice-batch
/tracing/notices/<reference>/go-on/                       health_officer senior_health_officer    notice-batch
/tracing/notices/<reference>/withdraw/                    health_officer senior_health_officer    notice-batch
/tracing/work/                                            health_officer senior_health_officer    -
/tracing/work/next/                                       health_officer senior_health_officer    -
/tracing/work/assign/                                     health_officer senior_health_officer    -
/tracing/work/<reference>/                                health_officer senior_health_officer    contact
/tracing/work/<reference>/history/                        health_officer senior_health_officer    contact
/tracing/work/<reference>/dispute/                        health_officer senior_health_officer    contact
/tracing/work/<reference>/hold/                           health_officer senior_health_officer    contact
/tracing/work/<reference>/let-go/                         health_officer senior_health_officer    contact
/tracing/work/<reference>/state/                          health_officer senior_health_officer    contact
/tracing/work/<reference>/follow-up/                      health_officer senior_health_officer    contact
/tracing/work/<reference>/follow-up/<way>/                health_officer senior_health_officer    follow-change
/tracing/work/follow-up/                                  health_officer senior_health_officer    -
/tracing/work/follow-up/together/<way>/                   health_officer senior_health_officer    -
/tracing/work/tables/                                     health_officer senior_health_officer    -
/tracing/work/tables/<disease>/new/                       senior_health_officer                   -

/premises/                                                premises_owner                          -
/premises/new/                                            premises_owner                          -
/premises/waiting/                                        health_officer                          -
/premises/waiting/codes/                                  health_officer                          -
/premises/waiting/<proof>/                                health_officer                          proof
/premises/waiting/<proof>/letter.pdf                      health_officer                          proof
/premises/waiting/<proof>/confirm/                        health_officer                          proof
/premises/waiting/<proof>/refuse/                         health_officer                          proof
/premises/import/                                         premises_owner                          -
/premises/import/template.<form>                          premises_owner                          -
/premises/import/<uuid>/                                  premises_owner                          import
/premises/import/<uuid>/confirm/                          premises_owner                          import
/premises/import/<uuid>/rejected.csv                      premises_owner                          import
/premises/import/<uuid>/receipt.json                      premises_owner                          import-done
/premises/invitations/<token>/                            premises_owner                          invitation
/premises/zones/<uuid>/                                   premises_owner                          tenancy
/premises/zones/<uuid>/leave/                             premises_owner                          tenancy
/premises/zones/<uuid>/today                              premises_owner                          tenancy
/premises/zones/<uuid>/posters/new/                       premises_owner                          tenancy
/premises/zones/<uuid>/posters/<code>/replace/            premises_owner                          tenant-poster
/premises/zones/<uuid>/posters/<code>/<form>              premises_owner                          tenant-poster
/premises/<uuid>/                                         premises_owner                          premises
/premises/<uuid>/today                                    premises_owner                          premises
/premises/<uuid>/registered/                              premises_owner                          premises
/premises/<uuid>/edit/                                    premises_owner                          premises
/premises/<uuid>/close/                                   premises_owner                          premises
/premises/<uuid>/reopen/                                  premises_owner                          premises
/premises/<uuid>/transfer/                                premises_owner                          premises
/premises/<uuid>/zones/                                   premises_owner                          premises
/premises/<uuid>/zones/<zone>/                            premises_owner                          zone
/premises/<uuid>/zones/<zone>/invite/                     premises_owner                          zone
/premises/<uuid>/zones/<zone>/end/                        premises_owner                          zone
/premises/<uuid>/invitations/<invitation>/withdraw/       premises_owner                          offer
/premises/<uuid>/proof/                                   premises_owner                          premises
/premises/<uuid>/proof/<way>/                             premises_owner                          way
/premises/<uuid>/proof/<way>/check/                       premises_owner                          way
/premises/<uuid>/posters/new/                             premises_owner                          premises
/premises/<uuid>/posters/codes/                           premises_owner                          premises
/premises/<uuid>/posters/all.pdf                          premises_owner                          premises
/premises/<uuid>/posters/<code>/                          premises_owner                          poster
/premises/<uuid>/posters/<code>/last-day/                 premises_owner                          poster
/premises/<uuid>/posters/<code>/retire/                   premises_owner                          poster
/premises/<uuid>/posters/<code>/replace/                  premises_owner                          poster
/premises/<uuid>/posters/<code>/<form>                    premises_owner                          poster
/premises/<uuid>/door/                                    premises_owner                          premises
/premises/<uuid>/door/tablets/new/                        premises_owner                          premises
/premises/<uuid>/door/tablets/<tablet>/                   premises_owner                          tablet
/premises/<uuid>/door/tablets/<tablet>/code/              premises_owner                          tablet
/premises/<uuid>/door/tablets/<tablet>/off/               premises_owner                          tablet
/premises/<uuid>/door/staff/new/                          premises_owner                          premises
/premises/<uuid>/door/staff/<member>/                     premises_owner                          member
/premises/<uuid>/door/staff/<member>/end/                 premises_owner                          member

/door/                                                    everybody                               -
/door/pair                                                everybody                               -
/door/sw.js                                               everybody                               -
/door/staff                                               everybody                               -
/door/staff/leave                                         everybody                               -
/door/staff/<uuid>                                        everybody                               door-staff
/door/counter                                             everybody                               -
/door/counter/mistaken                                    everybody                               -
/door/guard                                               everybody                               -
/door/kiosk                                               everybody                               -
/door/check-ins                                           everybody                               -
/door/display                                             everybody                               -
/door/numbers.json                                        everybody                               -
/c/<code>                                                 everybody                               -
/card/                                                    everybody                               -
/card/lost                                                everybody                               -
/card/end/<slip>                                          everybody                               -
/card/<sealed>/                                           everybody                               -
/card/<sealed>/cards.pdf                                  everybody                               -
/card/<sealed>/<number>.png                               everybody                               -
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: a path or a pattern of paths, who may call it, and what it names."""

    path: str
    who: frozenset[str]
    thing: str


def lines() -> tuple[Line, ...]:
    """Return the table, line by line."""
    rows = [text.split() for text in TABLE.splitlines() if text.strip()]
    return tuple(Line(path, frozenset(who), thing) for path, *who, thing in rows)


def line_of(path: str) -> Line | None:
    """Return the line for a route's path: its own, else the pattern that fits."""
    own = [line for line in lines() if line.path == path]
    return (own or [line for line in lines() if fnmatchcase(path, line.path)] or [None])[0]
