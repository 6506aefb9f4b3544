"""What accounts and roles refuse."""

from datetime import datetime

from jejak.kernel.problems import JejakError


class AccessError(JejakError):
    """Access was refused."""

    code = "access-refused"
    status = 403


class UnknownAccount(AccessError):
    """There is no active account with that e-mail address; `jejak accounts list` shows those there are."""

    code = "unknown-account"


class AccountUnclear(AccessError):
    """An account needs an e-mail address and the name of a person."""

    code = "account-unclear"


class RoleMissing(AccessError):
    """This account does not hold the role that this needs."""

    code = "role-missing"


class AccountExists(AccessError):
    """There is an account with this e-mail address already."""

    code = "account-exists"
    status = 409


class NameGeneric(AccessError):
    """This is a function, not a person: write the name of the one who will use the account."""

    code = "name-generic"
    status = 422


class UnknownAgency(AccessError):
    """There is no such agency, or you do not manage it."""

    code = "agency-unknown"
    status = 404


class InvitationOver(AccessError):
    """This invitation was used, withdrawn or is too old; ask the agency's manager for a new one."""

    code = "invitation-over"
    status = 410


class NotYourself(AccessError):
    """Nobody ends their own account; ask another manager."""

    code = "not-yourself"
    status = 409


class UnknownRequest(AccessError):
    """There is no such request among those you may see."""

    code = "request-unknown"
    status = 404


class RequestRefused(AccessError):
    """This request cannot be decided or used by you.

    ``reason`` is one of own, decided, expired, role, not-approved, used, changed.
    """

    code = "request-refused"
    status = 409

    def __init__(self, reason: str) -> None:
        """Say which rule stands in the way."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class ReasonMissing(AccessError):
    """Say in a sentence why; the second person decides by it."""

    code = "reason-missing"
    status = 422


class PurposeRefused(AccessError):
    """This purpose does not allow that look; the refusal is on record.

    ``reason`` is one of kind-unknown, role, reference, scope.
    """

    code = "purpose-refused"

    def __init__(self, reason: str) -> None:
        """Say which rule stands in the way."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class BudgetSpent(AccessError):
    """That is more than one person looks up; wait, and tell your agency's manager, who sees it too."""

    code = "budget-spent"
    status = 429

    def __init__(self, reason: str, *, until: datetime | None = None) -> None:
        """Say which budget, looks or people, and when there is some of it again, if that is known."""
        super().__init__(reason, reason=reason)
        self.reason, self.until = reason, until


class LookUnsaid(AccessError):
    """A look ended without saying whom it showed, so it showed nobody; tell whoever runs this node."""

    code = "look-unsaid"
    status = 500


class LookOver(AccessError):
    """Data was to be read under a look that is over or somebody else's; tell whoever runs this node."""

    code = "look-over"
    status = 500


class AlertOver(AccessError):
    """There is no such alert waiting among those you may look into."""

    code = "alert-unknown"
    status = 404


class BindingOver(AccessError):
    """This browser is not bound to the account."""

    code = "binding-over"
    status = 404


class WrongWay(AccessError):
    """This account signs in another way: citizens by a code to their phone, everybody else by password."""

    code = "wrong-way"


class RequestOver(AccessError):
    """This request was decided, withdrawn or has run out; nothing changed."""

    code = "request-over"
    status = 409


class ExportTooLarge(AccessError):
    """One file holds at most 5,000 rows; choose a smaller part, or ask for numbers instead of people."""

    code = "export-too-large"


class UnknownExport(AccessError):
    """There is no such file among those you asked for."""

    code = "export-unknown"
    status = 404


class ExportClosed(AccessError):
    """This file cannot be taken.

    ``reason`` is where it stands: waiting, direct, refused, withdrawn or expired.
    """

    code = "export-closed"
    status = 409

    def __init__(self, reason: str) -> None:
        """Say where it stands."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class ExportAltered(AccessError):
    """This file or its manifest is not what was approved; nothing was handed out. Tell an auditor."""

    code = "export-altered"
    status = 409


class DutyRefused(AccessError):
    """Somebody is on call from now or later, for at most 31 days, and holds a role that decides.

    ``reason`` is one of past, turned-round, too-long, role.
    """

    code = "duty-refused"
    status = 422

    def __init__(self, reason: str) -> None:
        """Say which rule stands in the way."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class TokenRefused(AccessError):
    """The agency's provider sent an answer that does not fit the question; nobody was signed in.

    ``reason`` says what did not fit.
    """

    code = "token-refused"

    def __init__(self, reason: str) -> None:
        """Say what did not fit."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class ProviderDown(AccessError):
    """The agency's sign-in does not answer; whoever has a password here signs in with it meanwhile."""

    code = "provider-down"
    status = 503


class SignInRefused(AccessError):
    """The agency's provider vouches for somebody who has no account of that very agency here.

    ``reason`` is one of off, email, domain, nobody, left, other-subject, other-agency.
    """

    code = "sign-in-refused"

    def __init__(self, reason: str) -> None:
        """Say which rule stands in the way."""
        super().__init__(reason, reason=reason)
        self.reason = reason


class ProviderUnclear(AccessError):
    """The sign-in of an agency cannot be set like this."""

    code = "provider-unclear"
    status = 422


class MailboxShared(AccessError):
    """This is a shared mailbox, not a person's: write the address that only this person reads."""

    code = "mailbox-shared"
    status = 422
