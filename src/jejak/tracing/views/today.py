"""How the reader of a notice is today, said by themselves once they proved their phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from jejak.kernel import clock
from jejak.kernel.access import public
from jejak.kernel.places import local_day
from jejak.tracing import actions, followwords, noticewords
from jejak.tracing.errors import CaseInvalid, FollowUpRefused, NoticeOver
from jejak.tracing.followforms import OwnTodayForm
from jejak.tracing.queries import following, noticereading
from jejak.tracing.queries.lines import open_line
from jejak.tracing.views.noticepages import of_notice, opened

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from jejak.tracing.models import Notice


@public(reason="whoever has the link is led back; saying how one is needs a code to the phone")
@of_notice
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def today(request: HttpRequest, notice: Notice) -> HttpResponse:
    """Take how somebody is today; without the code, and once nobody follows them, it leads back to the notice."""
    now = clock.now()
    if not noticereading.live(notice, at=now):
        return redirect(noticewords.address(notice))
    if not opened(request, notice):
        messages.info(request, _("First open the notice with the code; then say how you are."))
        return redirect(f"{noticewords.address(notice)}#places")
    form = OwnTodayForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.say_today(notice=notice.uuid, said=form.said, at=now)
        except NoticeOver:
            return redirect(noticewords.address(notice))
        except (FollowUpRefused, CaseInvalid) as wrong:
            form.refuse(wrong.field)
        else:
            messages.success(request, _("Thank you. The health office has it."))
            return redirect("notices:today", uuid=notice.uuid)
    own = following.own(contact=open_line(notice.contact).pk, day=local_day(now))
    context = {
        "notice": notice,
        "form": form,
        "own": own,
        "said": [{"at": one.at, "ill": followwords.own_word(one)} for one in own.said] if own else (),
    }
    return render(request, "tracing/follow_today.html", context, status=422 if form.errors else 200)
