"""Cases of a disease, the profiles that give their windows, the files they came in, and all that happened to them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from jejak.kernel.ids import uuid7

USER = settings.AUTH_USER_MODEL


class Profile(models.Model):
    """One version of a disease's usual window, in days; a changed one is a new version, so old cases are read as then.

    ``before`` and ``after`` count from onset, ``sample_before`` and ``sample_after`` from the sample of somebody
    without symptoms, ``backward`` is how far before onset backward tracing looks; ``minutes`` is the usual least time
    together, ``follow`` how many days after the last exposure a contact is followed up.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    disease = models.TextField()  # a stable code: covid-19
    name = models.TextField()
    version = models.IntegerField()
    before = models.SmallIntegerField()
    after = models.SmallIntegerField()
    symptom_free = models.SmallIntegerField()
    sample_before = models.SmallIntegerField()
    sample_after = models.SmallIntegerField()
    backward = models.SmallIntegerField()
    minutes = models.SmallIntegerField()
    follow = models.SmallIntegerField(default=10)
    tiers = models.JSONField()  # the rule set that gives an exposure its risk tier, see tracing.tiers
    source = models.TextField()
    made_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        """Versions count up; days are days, not years."""

        db_table = "tracing_profile"
        constraints: ClassVar = [
            models.UniqueConstraint(name="profile_version_once", fields=["disease", "version"]),
            models.CheckConstraint(name="profile_version_counts", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="profile_days_in_range",
                condition=Q(before__range=(0, 30))
                & Q(after__range=(0, 60))
                & Q(symptom_free__range=(0, 30))
                & Q(sample_before__range=(0, 30))
                & Q(sample_after__range=(0, 60))
                & Q(backward__range=(0, 60)),
            ),
            models.CheckConstraint(name="profile_minutes_in_range", condition=Q(minutes__range=(1, 720))),
            models.CheckConstraint(name="profile_follow_in_range", condition=Q(follow__range=(1, 28))),
        ]

    def __str__(self) -> str:
        """Return the disease and the version."""
        return f"{self.disease} {self.version}"


class Report(models.Model):
    """One delivery of cases: a form, a pasted table or a file; received = accepted + known already + quarantined."""

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    digest = models.BinaryField(editable=False)
    name = models.TextField()
    way = models.TextField()
    disease = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("access.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("access.Agency", on_delete=models.PROTECT, related_name="+")  # which will handle them
    ignored = models.JSONField(default=list, blank=True)  # columns and sheets that were not read
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    held_why = models.TextField(default="", db_default="", blank=True)  # until somebody lets it go on
    received = models.IntegerField(default=0)
    accepted = models.IntegerField(default=0)
    known = models.IntegerField(default=0)  # as foreseen, until it is taken in
    quarantined = models.IntegerField(default=0)

    class Meta:
        """Nothing of a finished report is unaccounted for; the same file of one agency for one office is one."""

        db_table = "tracing_report"
        constraints: ClassVar = [
            models.CheckConstraint(name="report_way_known", condition=Q(way__in=["typed", "pasted", "file"])),
            models.CheckConstraint(
                name="report_adds_up",
                condition=Q(finished_at=None) | Q(received=F("accepted") + F("known") + F("quarantined")),
            ),
            models.UniqueConstraint(
                name="report_file_once",
                fields=["agency", "digest", "disease", "office"],
                condition=Q(way__in=["pasted", "file"]),
            ),
            models.CheckConstraint(
                name="report_finished_once_agreed", condition=Q(finished_at=None) | Q(confirmed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="report_held_unfinished",
                condition=Q(held_why="") | Q(confirmed_at__isnull=False, finished_at=None),
            ),
        ]

    def __str__(self) -> str:
        """Return the file's name."""
        return self.name


class ReportRow(models.Model):
    """One row of a report and what became of it; the cells stay sealed until the row's class is past its time."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="rows")
    number = models.IntegerField()
    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    cells_sealed = models.BinaryField(null=True, editable=False)
    outcome = models.TextField(default="", blank=True)
    reason = models.JSONField(default=list, blank=True)  # words of the reason: field, problem
    case = models.ForeignKey("tracing.Case", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        """A row is there once, and ends as a case, as one known already, or quarantined with a reason.

        A case that is past its time leaves the row that it came in, without its cells.
        """

        db_table = "tracing_report_row"
        constraints: ClassVar = [
            models.UniqueConstraint(name="report_row_once", fields=["report", "number"]),
            models.CheckConstraint(
                name="report_row_outcome",
                condition=Q(outcome="")
                | Q(outcome__in=["accepted", "known"]) & (Q(case__isnull=False) | Q(cells_sealed=None))
                | Q(outcome="quarantined", case=None) & ~Q(reason=[]),
            ),
        ]

    def __str__(self) -> str:
        """Return the row's number."""
        return f"row {self.number} of report {self.report_id}"


class Case(models.Model):
    """Somebody who has or may have a disease, as a laboratory, a clinician or an officer reported it.

    ``person`` is whom the log knows; without one the case is known by what was reported alone. Names, numbers and the
    document are sealed with the case's uuid. ``state`` and ``district`` are where the case is handled.
    """

    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)
    number = models.TextField(unique=True)
    disease = models.TextField()
    profile = models.ForeignKey(Profile, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    name_sealed = models.BinaryField(null=True, editable=False)
    phone_sealed = models.BinaryField(null=True, editable=False)
    phone_key = models.BinaryField(null=True, editable=False)
    document_sealed = models.BinaryField(null=True, editable=False)
    document_key = models.BinaryField(null=True, editable=False)
    onset = models.DateField(null=True, blank=True)
    sample = models.DateField(null=True, blank=True)
    evidence = models.TextField()
    reference = models.TextField(default="", blank=True)  # the laboratory's or clinician's own number
    classification = models.TextField()
    state = models.TextField(default="", blank=True)
    district = models.TextField(default="", blank=True)
    agency = models.ForeignKey("access.Agency", on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reported_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    reporter = models.ForeignKey("access.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_why = models.TextField(default="", blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        """A case has a date to count from, evidence with its reference or none, and ends after it began."""

        db_table = "tracing_case"
        indexes: ClassVar = [
            models.Index(name="tracing_case_open", fields=["agency", "-reported_at"], condition=Q(closed_at=None)),
            models.Index(name="tracing_case_officer", fields=["officer"], condition=Q(closed_at=None)),
            models.Index(name="tracing_case_phone", fields=["phone_key"], condition=~Q(phone_key=None)),
            models.Index(name="tracing_case_document", fields=["document_key"], condition=~Q(document_key=None)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(name="case_dated", condition=~Q(onset=None, sample=None)),
            models.CheckConstraint(
                name="case_evidence_known",
                condition=Q(evidence="none") | Q(evidence__in=["laboratory", "clinical"]) & ~Q(reference=""),
            ),
            models.CheckConstraint(
                name="case_classification_known",
                condition=Q(classification__in=["suspected", "confirmed", "discarded"]),
            ),
            models.CheckConstraint(
                name="case_confirmed_by_evidence", condition=~Q(classification="confirmed", evidence="none")
            ),
            models.CheckConstraint(
                name="case_closed_with_reason",
                condition=Q(closed_at=None, closed_why="")
                | Q(closed_at__isnull=False, closed_at__gte=F("reported_at")) & ~Q(closed_why=""),
            ),
            models.UniqueConstraint(
                name="case_reference_once",
                fields=["reporter", "disease", "reference"],
                condition=~Q(reference="") & ~Q(reporter=None),
            ),
        ]

    def __str__(self) -> str:
        """Return the number; the name would have to be unsealed for a purpose."""
        return self.number


class CaseEvent(models.Model):
    """Something that happened to a case, with its open facts as they were then; never changed, nor deleted early.

    ``facts`` hold classification, dates, evidence, officer, agency and profile by number and code, no names.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    facts = models.JSONField()
    note_sealed = models.BinaryField(null=True, editable=False)
    uuid = models.UUIDField(unique=True, default=uuid7, editable=False)

    class Meta:
        """Kinds are known words."""

        db_table = "tracing_case_event"
        indexes: ClassVar = [models.Index(name="tracing_case_event_of", fields=["case", "at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="case_event_kind_known",
                condition=Q(
                    kind__in=[
                        "reported",
                        "reported-again",
                        "changed",
                        "classified",
                        "assigned",
                        "handed-over",
                        "matched",
                        "interviewed",
                        "closed",
                        "reopened",
                    ]
                ),
            )
        ]

    def __str__(self) -> str:
        """Return what and when."""
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
