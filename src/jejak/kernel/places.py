"""Where and when Malaysia is: its states and the local day.

Source: ISO 3166-2:MY.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from jejak.kernel.periods import Period

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")

STATES = {
    "MY-01": "Johor",
    "MY-02": "Kedah",
    "MY-03": "Kelantan",
    "MY-04": "Melaka",
    "MY-05": "Negeri Sembilan",
    "MY-06": "Pahang",
    "MY-08": "Perak",
    "MY-09": "Perlis",
    "MY-07": "Pulau Pinang",
    "MY-12": "Sabah",
    "MY-13": "Sarawak",
    "MY-10": "Selangor",
    "MY-11": "Terengganu",
    "MY-14": "W.P. Kuala Lumpur",
    "MY-15": "W.P. Labuan",
    "MY-16": "W.P. Putrajaya",
}


def local_day(moment: datetime) -> date:
    """Return the calendar day that people in Malaysia call ``moment``'s."""
    return moment.astimezone(KUALA_LUMPUR).date()


def local_midnight(day: date) -> datetime:
    """Return the moment a local day begins, aware."""
    return datetime.combine(day, time(), tzinfo=KUALA_LUMPUR)


def day_bounds(day: date) -> Period:
    """Return a local day as the period from midnight to midnight."""
    return Period(local_midnight(day), local_midnight(day + timedelta(days=1)))
