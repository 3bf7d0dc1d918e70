"""Pages of the building itself: the way in to management, the style page, errors."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hall.access import desk, public, staff
from hall.middleware import refusal
from hall.organisation.officers import DESK_ROLES
from hall.requests import DeskRequest
from hall.style import samples

# desk code, title, what it is for, URL name
MANAGEMENT = (
    (
        "catalogue",
        gettext_lazy("事项目录"),
        gettext_lazy("事项、版本、材料、路径，草拟、审定和发布"),
        "matters:manage",
    ),
    (
        "catalogue",
        gettext_lazy("导入导出"),
        gettext_lazy("用Excel导入、导出事项，先试运行再写入"),
        "matters:import",
    ),
    (
        "catalogue",
        gettext_lazy("变更单"),
        gettext_lazy("一次修改许多事项，整单审定、同时生效"),
        "matters:change_sets",
    ),
    (
        "regimes",
        gettext_lazy("程序规则"),
        gettext_lazy("受理、中止、延长、送达按哪一套法律，按日期起新版本"),
        "matters:regimes",
    ),
    (
        "regimes",
        gettext_lazy("监管分工"),
        gettext_lazy("哪个部门监管哪个事项，审批结果推送给谁"),
        "exchange:duties",
    ),
    (
        "organisation",
        gettext_lazy("外部系统订阅"),
        gettext_lazy("签名推送审批结果，投递记录和失败清单"),
        "exchange:subscriptions",
    ),
    ("organisation", gettext_lazy("组织机构"), gettext_lazy("部门、大厅、窗口和岗位"), "organisation:home"),
    ("organisation", gettext_lazy("工作日历"), gettext_lazy("节假日安排、调休和本地安排"), "calendars:home"),
    ("users", gettext_lazy("账号和岗位"), gettext_lazy("开设账号、授予和收回岗位"), "people:users"),
    (
        "staff",
        gettext_lazy("印制"),
        gettext_lazy("窗口的二维码立牌，按分区或者部门成册的业务手册"),
        "certificates:printing",
    ),
    ("organisation", gettext_lazy("印章"), gettext_lazy("启用、停用和封存"), "certificates:seals"),
    (
        "clock",
        gettext_lazy("示范时钟"),
        gettext_lazy("把示范时间往后拨，看期限、预警和默认同意"),
        "clocks:demo",
    ),
)


@desk("manage")
def manage_home(request: DeskRequest) -> HttpResponse:
    """What this officer may manage."""
    rooms = []
    for code, title, purpose, name in MANAGEMENT:
        if code == "clock" and not settings.HALL_MOVABLE_CLOCK:
            continue
        if request.officer.roles & DESK_ROLES[code]:
            try:
                rooms.append({"title": title, "purpose": purpose, "url": reverse(name)})
            except NoReverseMatch:  # a room that is not mounted has no page
                continue
    return render(request, "staff/manage.html", {"rooms": rooms})


@staff
def style_guide(request: HttpRequest) -> HttpResponse:
    """Every component of the design system: those of the desks, or with ?face=portal those of the portal."""
    face = "portal" if request.GET.get("face") == "portal" else "staff"
    return render(request, f"{face}/style.html", samples())


@public
@require_POST
def senior_mode(request: HttpRequest) -> HttpResponse:
    """Turn 长者模式 on or off for this browser."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = "/"
    response = redirect(back)
    if request.COOKIES.get("senior") == "1":
        response.delete_cookie("senior")
    else:
        response.set_cookie("senior", "1", max_age=365 * 86400, samesite="Lax", httponly=True)
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, _("这个请求不完整，请返回重试"), 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, str(exception) or _("您不能打开这个页面"), 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refusal(request, _("没有找到这个页面"), 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/500.html", status=500)
