"""投资项目代码: both forms of the national code, read and checked.

The form since November 2020 (GB/T 40058-2021): `YYMM-area-organ-type-serial`, e.g. 2105-511602-04-01-123456.
The one before: `year-area-industry-kind-serial`, e.g. 2020-511602-48-03-012345. The two cannot be taken for
each other: no year of the old form is a month. The last digit of the new form is a check digit whose
algorithm is not public, so it is the one thing that is not verified here (DOMAIN §3).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hall.errors import Invalid
from hall.now import today

from .choices import ProjectNature

_SHAPE = re.compile(r"(\d{4})-(\d{6})-(\d{2})-(\d{2})-(\d{5,6})")
# The first two digits of an area code (GB/T 2260): provinces and those of their rank; 00 is the nation.
_PROVINCES = "00 11-15 21-23 31-37 41-46 50-54 61-66 71 81-82 99"  # 66 兵团; 99 is allotted to nobody
_KINDS = ("01", "02", "03")  # 审批, 核准, 备案
_OLD_FROM, _OLD_TO = 2013, 2021  # years in which codes of the old form were given
_LAST_INDUSTRY = 97  # GB/T 4754: divisions 01–97


class CodeForm(TextChoices):
    """Which of the two forms a code has."""

    CURRENT = "current", gettext_lazy("现行代码")
    FORMER = "former", gettext_lazy("2020年以前的代码")


@dataclass(frozen=True)
class ProjectCode:
    """A code that holds, in its parts. `nature` is empty in the former form, which has the industry."""

    form: CodeForm
    year: int
    month: int | None
    area: str
    nature: str
    serial: str


def parse(text: str) -> ProjectCode:
    """The parts of a project code. Raises Invalid, saying which part is wrong."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise _wrong(_("项目代码格式不正确，例如 2105-511602-04-01-123456"))
    when, area, third, fourth, serial = found.groups()
    if not _is_area(int(area[:2])):
        raise _wrong(_("项目代码第二段不是行政区划代码"))
    month = int(when[2:])
    if 1 <= month <= 12:
        return _current(when, area, third, fourth, serial)
    if _OLD_FROM <= int(when) <= _OLD_TO:
        return _former(when, area, third, fourth, serial)
    raise _wrong(_("项目代码第一段既不是年月，也不是年份"))


def _is_area(province: int) -> bool:
    spans = (each.partition("-") for each in _PROVINCES.split())
    return any(int(first) <= province <= int(last or first) for first, _dash, last in spans)


def _current(when: str, area: str, organ: str, nature: str, serial: str) -> ProjectCode:
    year, month = 2000 + int(when[:2]), int(when[2:])
    if (year, month) > (today().year, today().month):
        raise _wrong(_("项目代码第一段的年月还没有到"))
    if organ == "00":
        raise _wrong(_("项目代码第三段不是主管部门代码"))
    if nature not in ProjectNature.values:
        raise _wrong(_("项目代码第四段应为01至05的项目类型"))
    if len(serial) != 6:
        raise _wrong(_("项目代码最后一段应为六位"))
    return ProjectCode(CodeForm.CURRENT, year, month, area, nature, serial)


def _former(when: str, area: str, industry: str, kind: str, serial: str) -> ProjectCode:
    if not 1 <= int(industry) <= _LAST_INDUSTRY:
        raise _wrong(_("项目代码第三段不是行业大类"))
    if kind not in _KINDS:
        raise _wrong(_("项目代码第四段应为01审批、02核准或者03备案"))
    return ProjectCode(CodeForm.FORMER, int(when), None, area, "", serial)


def fault(text: str) -> str:
    """What is wrong with a project code, in words; nothing if it holds."""
    try:
        parse(text)
    except Invalid as error:
        return str(error.message)
    return ""


def _wrong(why: str) -> Invalid:
    return Invalid(why, fields={"code": [why]})
