"""The texts about a citizen's own record, as `wording` reads them: class, channels, slots, life, subject, words."""

from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from jejak.messaging.rules import CODE_LIFE, DAY, Kind
from jejak.messaging.slots import Code, Day, NodeLink, Number

RECORD_TEXTS: Final[tuple[tuple[Any, ...], ...]] = (
    (
        "code.number",
        Kind.CODE,
        "sms",
        {"code": Code(), "minutes": Number()},
        CODE_LIFE,
        _("Your code to use this number from now on"),
        _(
            "%(node)s: %(code)s is your code to use this number from now on, for %(minutes)s minutes. "
            "Give it to nobody; we never ask for it."
        ),
    ),
    (
        "code.erase",
        Kind.CODE,
        "sms",
        {"code": Code(), "minutes": Number()},
        CODE_LIFE,
        _("Your code to erase your record"),
        _(
            "%(node)s: %(code)s is your code to erase your record, for %(minutes)s minutes. "
            "If you do not want that, do nothing and give it to nobody."
        ),
    ),
    (
        "code.contact",
        Kind.CODE,
        "sms",
        {"code": Code(), "minutes": Number()},
        CODE_LIFE,
        _("Your code to open a notice"),
        _(
            "%(node)s: %(code)s is your code to open a notice to you, for %(minutes)s minutes. "
            "Give it to nobody; we never ask for it."
        ),
    ),
    (
        "notice.number-changed",
        Kind.NOTICE,
        "sms",
        {},
        DAY * 3,
        _("Another phone number"),
        _(
            "%(node)s: from now on your record goes with another phone number, and this one opens nothing any more. "
            "If that was not you, go to a counter of a clinic at once with your document."
        ),
    ),
    (
        "notice.record-changed",
        Kind.NOTICE,
        "sms",
        {"link": NodeLink()},
        DAY * 3,
        _("Your record was changed"),
        _("%(node)s: your record was changed: a name, who acts for whom, or records joined. What it was: %(link)s"),
    ),
    (
        "notice.erasing",
        Kind.NOTICE,
        "sms",
        {"day": Day(), "link": NodeLink()},
        DAY * 3,
        _("Your record will be erased"),
        _("%(node)s: you asked to be erased. It is done on %(day)s; until then you can stop it: %(link)s"),
    ),
)
