"""Roles and refusals in words, for templates."""

from django import template

from jejak.access.labels import REFUSALS, ROLES

register = template.Library()


@register.filter
def role_name(role: str) -> object:
    """Return a role in words."""
    return ROLES.get(role, role)


@register.filter
def refusal(why: str) -> object:
    """Return why a look was refused."""
    return REFUSALS.get(why, why)
