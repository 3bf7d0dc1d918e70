"""Numbers of identity documents and of organisations: checked by rule, and made for demonstrations.

Sources: GB 11643 (citizen numbers), GB 32100 (unified social credit codes), GB 11714 (organisation codes).
"""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.errors import Invalid
from hall.now import real_now

from .choices import EnterpriseKind, IdType
from .index import normal_number, normal_phone

CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_CHECKS = "10X98765432"
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I, O, Z, S, V
USCC_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
UNALLOCATED_AREA = "9999"  # no province has it, so a number that begins with it is nobody's

# Shapes of documents that carry no check digit we know of.
SHAPES = {
    IdType.PASSPORT: re.compile(r"[A-Z0-9]{5,20}"),
    IdType.HK_MO_PERMIT: re.compile(r"[HM]\d{8}(\d{2})?"),
    IdType.TW_PERMIT: re.compile(r"\d{8}(\d{2}[A-Z]?)?"),
    IdType.OFFICER_CARD: re.compile(r"([一-龥]字第)?[A-Z0-9]{4,12}号?"),
}
OLD_FOREIGN_RESIDENT = re.compile(r"[A-Z]{3}\d{12}")  # the card of before 2023; the new one follows GB 11643


def check_id(id_type: str, number: str) -> str:
    """The number as it is stored, when it can be one of that document type. Raises Invalid if it cannot."""
    number = normal_number(number)
    fault = _fault_of_id(id_type, number)
    if fault:
        raise Invalid(fault, fields={"id_number": [fault]})
    return number


def check_uscc(code: str) -> str:
    """A unified social credit code as it is stored. Raises Invalid when a check character is wrong."""
    code = normal_number(code)
    fault = _fault_of_uscc(code)
    if fault:
        raise Invalid(fault, fields={"uscc": [fault]})
    return code


def check_phone(phone: str) -> str:
    """A telephone number as it is stored: a mobile number, or a fixed line with its area code."""
    number = normal_phone(phone)
    if not re.fullmatch(r"1[3-9]\d{9}|0\d{9,11}|\+\d{7,15}", number):
        fault = _("电话号码不正确：手机号码应为 11 位数字，固定电话请带区号")
        raise Invalid(fault, fields={"phone": [fault]})
    return number


def citizen_check_digit(body: str) -> str:
    """The 18th character of a citizen number from its first 17 digits (GB 11643)."""
    return CITIZEN_CHECKS[sum(int(d) * w for d, w in zip(body, CITIZEN_WEIGHTS, strict=True)) % 11]


def birth_date(number: str) -> dt.date | None:
    """The birth date in a citizen number, or None when that day does not exist."""
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def uscc_check_character(body: str) -> str:
    """The 18th character of a unified social credit code from its first 17 (GB 32100)."""
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(body, USCC_WEIGHTS, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def organisation_check_character(body: str) -> str:
    """The ninth character of an organisation code from its first eight (GB 11714)."""
    rest = 11 - sum(int(c, 36) * w for c, w in zip(body, ORGANISATION_WEIGHTS, strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def kind_of_uscc(code: str) -> EnterpriseKind:
    """What the registering organ and the category in the first two characters say of the holder."""
    by_prefix = {
        "11": EnterpriseKind.ORGAN,
        "12": EnterpriseKind.INSTITUTION,
        "13": EnterpriseKind.SOCIAL,
        "91": EnterpriseKind.ENTERPRISE,
        "92": EnterpriseKind.INDIVIDUAL,
        "93": EnterpriseKind.ENTERPRISE,
    }
    if code[:1] == "5":
        return EnterpriseKind.SOCIAL
    return by_prefix.get(code[:2], EnterpriseKind.OTHER)


def is_synthetic_id(number: str) -> bool:
    """Can this citizen number be nobody's: unallocated area, or year 1900 with serial 000?"""
    return number.startswith(UNALLOCATED_AREA) or (number[6:10] == "1900" and number[14:17] == "000")


def synthetic_citizen_number(index: int, area: str | None = None) -> str:
    """The index-th citizen number that cannot belong to anybody (DOMAIN §3).

    Without `area` from an unallocated area (36,500,000 numbers); with a six-digit `area` born in 1900
    with serial 000 (365 numbers). Raises ValueError beyond that.
    """
    rest, day = divmod(index, 365)
    born = dt.date(1900, 1, 1) + dt.timedelta(days=day)
    if area is None:
        serial, ninth = divmod(rest, 100)
        area = f"{UNALLOCATED_AREA}{ninth:02d}"
    else:
        serial = 0
        if rest:
            raise ValueError("an area has 365 synthetic numbers of serial 000")
    if not 0 <= serial <= 999:
        raise ValueError("there are no more synthetic numbers")
    body = f"{area}{born:%Y%m%d}{serial:03d}"
    return body + citizen_check_digit(body)


def synthetic_uscc(index: int, prefix: str = "91", area: str = "999900") -> str:
    """The index-th credit code of an unallocated area: 91 enterprise, 92 individual, 11 organ (DOMAIN §3)."""
    if not 0 <= index <= 999_999:
        raise ValueError("there are a million synthetic codes")
    organisation = f"{'MB' if prefix.startswith('1') else 'MA'}{index:06d}"
    body = f"{prefix}{area}{organisation}{organisation_check_character(organisation)}"
    return body + uscc_check_character(body)


def _fault_of_id(id_type: str, number: str) -> str:
    if not number:
        return _("请填写证件号码")
    if id_type == IdType.ID_CARD:
        return _fault_of_citizen_number(number)
    if id_type == IdType.RESIDENCE_PERMIT:
        if not re.match(r"8[123]0000", number):
            return _("港澳台居民居住证号码应以 810000、820000 或 830000 开头")
        return _fault_of_citizen_number(number)
    if id_type == IdType.FOREIGN_RESIDENT:
        return "" if OLD_FOREIGN_RESIDENT.fullmatch(number) else _fault_of_citizen_number(number)
    shape = SHAPES.get(IdType(id_type)) if id_type in IdType.values else None
    if shape is None:
        return _("没有这种证件类型")
    if not shape.fullmatch(number):
        return _("%(document)s号码的格式不正确，请对照证件原件") % {"document": IdType(id_type).label}
    return ""


def _fault_of_citizen_number(number: str) -> str:
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        return _("证件号码应为 18 位：前 17 位是数字，末位是数字或 X")
    born = birth_date(number)
    if born is None or born > timezone.localdate(real_now()):
        return _("证件号码第 7 至 14 位不是有效的出生日期，请核对")
    if citizen_check_digit(number[:17]) != number[17]:
        return _("证件号码校验位不正确，请逐位核对是否录错")
    return ""


def _fault_of_uscc(code: str) -> str:
    if not code:
        return _("请填写统一社会信用代码")
    if len(code) != 18 or any(c not in USCC_ALPHABET for c in code):
        return _("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）")
    if not code[2:8].isdigit():
        return _("统一社会信用代码第 3 至 8 位应为登记机关行政区划数字")
    if organisation_check_character(code[8:16]) != code[16]:
        return _("统一社会信用代码中的主体标识码（第 9 至 17 位）校验不正确，请核对")
    if uscc_check_character(code[:17]) != code[17]:
        return _("统一社会信用代码校验位不正确，请逐位核对是否录错")
    return ""
