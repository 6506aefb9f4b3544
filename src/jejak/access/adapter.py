"""How django-allauth makes accounts here: owners sign themselves up, staff are added by the operator."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django import forms
from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from jejak.access import actions
from jejak.access.errors import WrongWay
from jejak.access.models import User
from jejak.access.rules import PREMISES_OWNER, AccountKind


class SignUpForm(forms.Form):
    """What an owner's sign-up asks beside e-mail address and password."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    field_order = ("name", "email", "password1")

    def signup(self, request: HttpRequest, user: User) -> None:
        """Nothing more to do: the adapter has saved the account with its role."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Makes every account that signs itself up a premises owner."""

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:  # noqa: ANN401 - allauth's
        """Refuse a citizen's account at every door of allauth's: passwords, passkeys and OIDC are for staff and owners.

        :raises WrongWay: it is a citizen's.
        """
        if user.kind == AccountKind.CITIZEN:
            raise WrongWay
        found: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return found

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:  # noqa: ANN401, FBT001, FBT002 - allauth's signature
        """Return the owner's account, saved with its role.

        A form sent twice at once passes the check for a taken address twice; the later one is sent to sign in.
        """
        user.kind = AccountKind.OWNER
        user.name = form.cleaned_data["name"].strip()
        try:
            with transaction.atomic():
                super().save_user(request, user, form, commit)
                if commit:
                    actions.give_role(user=user, role=PREMISES_OWNER)
        except IntegrityError:
            messages.info(request, self.error_messages["email_taken"])
            raise ImmediateHttpResponse(redirect("account_login")) from None
        return user
