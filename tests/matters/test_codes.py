"""Codes as halls publish them; only the organ's credit code is verified."""

from __future__ import annotations

import pytest

from matters import codes, naming
from matters.choices import Flag


def test_the_national_form_of_31_characters():
    assert codes.split("11370800MB285591843370117002011") == {
        "form": "national",
        "uscc": "11370800MB28559184",
        "uscc_valid": True,
        "level": "3",
        "basic": "370117002011",
        "region": "37",
        "type": "01",
        "line": "17",
        "main": "002",
        "sub": "011",
    }
    assert codes.level_of(codes.split("11370800MB285591843370117002011")) == "city"
    assert codes.split("11370800MB28559184337011700201102")["item"] == "02"


@pytest.mark.parametrize(
    ("code", "form", "basic", "valid"),
    [
        ("511Z07001006-511602000000-000-11511301008778183N-1-00", "sichuan", "511Z07001006", True),
        ("511A0138600000-511602000000-000-115113010833722043-1-00", "sichuan", "511A0138600000", True),
        ("G-000007-001-511602000000-000-115113010833722043-1-00", "sichuan", "G-000007-001", True),
        ("512B0053300006-511602000000-000-083372204-1-00", "sichuan", "512B0053300006", False),
        ("512C0107400001-511602000000-000-00877868-5-1-00", "sichuan", "512C0107400001", False),
        ("E-000004-001-11511301008778386B", "old", "E-000004-001", True),
        ("E-000021-001-1111111111111111", "old", "E-000021-001", False),
    ],
)
def test_local_and_old_forms(code, form, basic, valid):
    parts = codes.split(code)
    assert (parts["form"], parts["basic"], parts["uscc_valid"]) == (form, basic, valid)


def test_a_code_of_no_known_form_is_kept_whole():
    assert codes.split("甲-1") == {"form": "other"}


@pytest.mark.parametrize(
    ("name", "flags"),
    [
        ("食品经营许可", []),
        ("停业登记(县级行使）", [Flag.LEVEL_SUFFIX, Flag.MIXED_BRACKETS]),
        ("草原等级评定(县级)", [Flag.LEVEL_SUFFIX]),
        ("企业投资项目备案（技术改造）（市级/县级）", [Flag.LEVEL_SUFFIX]),
        ("林木采伐许可证核发（县级权限）", [Flag.LEVEL_SUFFIX]),
        ("食品(含保健食品)经营许可变更（同址）", [Flag.MIXED_BRACKETS]),
        ("最高投标限价（招标控制价）备案", []),
        ("县级文物保护单位修缮（许可）", []),
    ],
)
def test_what_is_odd_about_a_name(name, flags):
    assert sorted(naming.oddities(name)) == sorted(flags)


def test_pinyin_and_initials_keep_names_apart():
    assert naming.pinyin(["个体工商户", "A级锅炉"]) == "ge ti gong shang hu|a ji guo lu"
    assert naming.initials(["个体工商户", "A级锅炉"]) == "gtgsh|ajgl"
