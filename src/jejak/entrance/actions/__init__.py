"""Changing what stands at doors, and writing down who came in by them."""

from jejak.entrance.actions.doors import Visitor, Written, dispute_at_counter, write_at_counter, write_at_kiosk
from jejak.entrance.actions.members import add_member, end_member, reset_pin, start_work, stop_work
from jejak.entrance.actions.orders import order_cards
from jejak.entrance.actions.tablets import add_tablet, end_work, fresh_code, pair, seen, take_off
from jejak.entrance.actions.texts import forget_last as forget_last_texts
from jejak.entrance.actions.texts import forget_senders, senders_of
from jejak.entrance.actions.texts import take as take_text

__all__ = [
    "Visitor",
    "Written",
    "add_member",
    "add_tablet",
    "dispute_at_counter",
    "end_member",
    "end_work",
    "forget_last_texts",
    "forget_senders",
    "fresh_code",
    "order_cards",
    "pair",
    "reset_pin",
    "seen",
    "senders_of",
    "start_work",
    "stop_work",
    "take_off",
    "take_text",
    "write_at_counter",
    "write_at_kiosk",
]
