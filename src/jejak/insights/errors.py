"""What can go wrong with public numbers."""

from jejak.kernel.problems import JejakError


class InsightsError(JejakError):
    """The public numbers cannot be shown."""

    code = "insights"
