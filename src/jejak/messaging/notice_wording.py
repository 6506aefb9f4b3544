"""The texts to contacts, as `wording` reads them: that they were near somebody ill, and that this is taken back."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from jejak.messaging.rules import DAY, Kind
from jejak.messaging.slots import Day, NodeLink

NOTICE_TEXTS: Final[tuple[tuple[Any, ...], ...]] = (
    (
        "notice.contact",
        Kind.NOTICE,
        "sms email push",
        {"day": Day(), "link": NodeLink()},
        DAY * 3,
        _("You may have been near someone who is ill"),
        _("%(node)s: on %(day)s you may have been near someone who is ill. What to do now: %(link)s"),
    ),
    (
        "notice.contact-withdrawn",
        Kind.NOTICE,
        "sms email",
        {"day": Day(), "link": NodeLink()},
        DAY * 3,
        _("A notice to you is withdrawn"),
        _(
            "%(node)s: our notice about %(day)s is withdrawn; you need not follow it any more. Why it is, and whom to "
            "ask: %(link)s"
        ),
    ),
)
