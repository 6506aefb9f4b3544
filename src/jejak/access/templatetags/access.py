"""Roles and refusals in words, for templates."""

from django import template

from jejak.access.labels import ALERTS, FACTORS, FILE_STATES, FLAGS, REFUSALS, ROLES, WAYS
from jejak.access.queries import providers

register = template.Library()


@register.filter
def role_name(role: str) -> object:
    """Return a role in words."""
    return ROLES.get(role, role)


@register.filter
def refusal(why: str) -> object:
    """Return why a look was refused."""
    return REFUSALS.get(why, why)


@register.filter
def alert_kind(kind: str) -> object:
    """Return what an alert is about."""
    return ALERTS.get(kind, kind)


@register.simple_tag
def agencies_sign_in() -> bool:
    """Return whether some agency signs in by a provider of its own."""
    return bool(providers())


@register.filter
def file_state(state: str) -> object:
    """Return where a file stands."""
    return FILE_STATES.get(state, state)


@register.filter
def decides(roles: tuple[str, ...], deciding: frozenset[str]) -> bool:
    """Return whether one of the roles decides what others ask for."""
    return bool(deciding & frozenset(roles))


@register.filter
def sign_in_way(way: str) -> object:
    """Return a way of signing in."""
    return WAYS.get(way, way)


@register.filter
def second_step(kind: str) -> object:
    """Return a kind of second step."""
    return FACTORS.get(kind, kind)


@register.simple_tag
def account_flag(flag: str) -> object:
    """Return what is to be asked about an account."""
    return FLAGS.get(flag, flag)
