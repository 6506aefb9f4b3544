"""What stands in the way of a demo."""

from jejak.kernel.problems import JejakError


class DemoRefused(JejakError):
    """The demo cannot be filled here."""

    code = "demo-refused"
    status = 409


class AnotherDemo(DemoRefused):
    """This database already holds a demo of another scale; name another directory with --data."""

    code = "another-demo"


class RealRecords(DemoRefused):
    """This database holds records of its own, which invented people must not join; name another with --data."""

    code = "real-records"
