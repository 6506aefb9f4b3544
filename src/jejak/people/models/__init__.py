"""Persons, what proves who they are, who acts for them, and who may be the same; no model leaves this room."""

from jejak.people.models.identity import Device, Document, Guardian, Holder
from jejak.people.models.matching import Matched, Merge, Proposal
from jejak.people.models.persons import Card, Person

__all__ = ["Card", "Device", "Document", "Guardian", "Holder", "Matched", "Merge", "Person", "Proposal"]
