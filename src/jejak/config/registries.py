"""What the rooms hand to shared machinery: which apps there are, and what each database role may do."""

from jejak.store.roles import Grants

ROOMS = (
    "ui",
    "messaging",
    "trail",
    "access",
    "people",
    "premises",
    "visits",
    "entrance",
    "tracing",
    "insights",
    "web",
    "demo",
)

GRANTS = Grants(
    # Sessions, sign-in bookkeeping and finished jobs are not records; everything else is never deleted by the app.
    deletable=frozenset({"django_session", "account_*", "mfa_*", "procrastinate_*"}),
    append_only=frozenset({"trail_entry", "trail_subject", "store_keyring"}),
    published=frozenset({"insights_headline"}),
    app_functions=frozenset({"procrastinate_*", "visits_make_partitions"}),
    retention_functions=frozenset(
        {
            "visits_drop_partition",
            "visits_forget_*",
            "visits_idle_persons",
            "visits_past_cards",
            "messaging_*",
            "people_forget_proposals",
            "trail_forget",
        }
    ),
)
