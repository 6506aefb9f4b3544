"""What accounts and roles refuse."""

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
