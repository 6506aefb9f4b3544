"""Persons, what proves who they are, who acts for them, and who may be the same; no model leaves this room."""

from jejak.people.models.identity import Device, Document, Guardian, Holder
from jejak.people.models.matching import Matched, Merge, Proposal
from jejak.people.models.own import Correction, Erasure, FormerName, Offer
from jejak.people.models.persons import Card, Person

__all__ = [
    "Card",
    "Correction",
    "Device",
    "Document",
    "Erasure",
    "FormerName",
    "Guardian",
    "Holder",
    "Matched",
    "Merge",
    "Offer",
    "Person",
    "Proposal",
]
