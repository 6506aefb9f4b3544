"""What can be wrong with what a person typed at a door."""

from jejak.kernel.problems import JejakError


class PersonRefused(JejakError):
    """What was typed does not name a person who could be reached."""

    code = "person-refused"


class PhoneMissing(PersonRefused):
    """A phone number is needed, so that health officers can reach the visitor."""

    code = "phone-missing"


class PhoneInvalid(PersonRefused):
    """This is no phone number; write it like 012-345 6789, or with + and the country's code."""

    code = "phone-invalid"


class NameMissing(PersonRefused):
    """A name is needed, because two people may share one phone."""

    code = "name-missing"


class NameTooLong(PersonRefused):
    """A name may have at most 100 characters."""

    code = "name-too-long"


class NameInvalid(PersonRefused):
    """A name needs at least one letter and may hold no control characters."""

    code = "name-invalid"
