"""GB 11643, GB 32100, GB 11714; vectors of DOMAIN §3."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hall.errors import Invalid
from hall.people import identity
from hall.people.choices import EnterpriseKind, IdType


class TestCitizenNumbers:
    @pytest.mark.parametrize("number", ["511602190001010005", "441900190001010027", "999900199003070002"])
    def test_the_vectors_hold(self, number):
        assert identity.check_id(IdType.ID_CARD, number) == number

    def test_typing_is_forgiven(self):
        number = identity.synthetic_citizen_number(2000)
        assert number.endswith("X")
        assert (
            identity.check_id(IdType.ID_CARD, f" {number[:6]} {number[6:14]}-{number[14:].lower()}") == number
        )

    @pytest.mark.parametrize(
        ("number", "said"),
        [
            ("511602190001010006", "校验位"),
            ("51160219000101000", "18 位"),
            ("511602190002300005", "出生日期"),
            ("511602290001010005", "出生日期"),
            ("", "请填写"),
            ("５１１６０２１９０００１０１０００６", "校验位"),
        ],
    )
    def test_a_wrong_number_is_refused_in_chinese(self, number, said):
        with pytest.raises(Invalid, match=said) as refused:
            identity.check_id(IdType.ID_CARD, number)
        assert "id_number" in refused.value.fields

    @given(st.integers(0, 36_499_999), st.integers(0, 16), st.integers(1, 9))
    def test_any_one_wrong_digit_is_seen(self, index, position, shift):
        number = identity.synthetic_citizen_number(index)
        wrong = f"{number[:position]}{(int(number[position]) + shift) % 10}{number[position + 1 :]}"
        with pytest.raises(Invalid):
            identity.check_id(IdType.ID_CARD, wrong)

    @given(st.sets(st.integers(0, 36_499_999), min_size=2, max_size=50))
    def test_synthetic_numbers_are_valid_different_and_nobodys(self, indices):
        numbers = {identity.synthetic_citizen_number(i) for i in indices}
        assert len(numbers) == len(indices)
        assert all(identity.is_synthetic_id(identity.check_id(IdType.ID_CARD, n)) for n in numbers)

    def test_synthetic_numbers_of_a_real_area_have_serial_000_of_1900(self):
        assert identity.synthetic_citizen_number(0, "511602") == "511602190001010005"
        assert identity.is_synthetic_id(identity.synthetic_citizen_number(364, "511602"))
        with pytest.raises(ValueError):
            identity.synthetic_citizen_number(365, "511602")

    def test_a_real_looking_number_is_not_synthetic(self):
        assert not identity.is_synthetic_id("51160219900307123X")


class TestOtherDocuments:
    @pytest.mark.parametrize(
        ("id_type", "number"),
        [
            (IdType.PASSPORT, "E00000000"),
            (IdType.HK_MO_PERMIT, "H00000000"),
            (IdType.TW_PERMIT, "00000000"),
            (
                IdType.RESIDENCE_PERMIT,
                "81000019000101" + "000" + identity.citizen_check_digit("81000019000101000"),
            ),
            (IdType.FOREIGN_RESIDENT, "AAA000000000000"),
            (IdType.OFFICER_CARD, "军字第00000000号"),
        ],
    )
    def test_its_shape_is_accepted(self, id_type, number):
        assert identity.check_id(id_type, number) == number

    @pytest.mark.parametrize(
        ("id_type", "number"),
        [
            (IdType.PASSPORT, "E-"),
            (IdType.HK_MO_PERMIT, "A00000000"),
            (IdType.TW_PERMIT, "0000"),
            (IdType.RESIDENCE_PERMIT, "511602190001010005"),
            (IdType.FOREIGN_RESIDENT, "AAA0"),
            ("library_card", "1"),
        ],
    )
    def test_another_shape_is_refused(self, id_type, number):
        with pytest.raises(Invalid):
            identity.check_id(id_type, number)


class TestCreditCodes:
    @pytest.mark.parametrize("code", ["91511602MA0000007A", "11511602MB0000019U", "11511301008778183N"])
    def test_the_vectors_hold(self, code):
        assert identity.check_uscc(code.lower()) == code

    @pytest.mark.parametrize(
        ("code", "said"),
        [
            ("91511602MA0000007B", "校验位"),
            ("91511602MA0000008A", "主体标识码"),
            ("91511602MA000000IA", "18 位"),
            ("9151160XMA0000007A", "行政区划"),
            ("", "请填写"),
        ],
    )
    def test_a_wrong_code_is_refused_in_chinese(self, code, said):
        with pytest.raises(Invalid, match=said):
            identity.check_uscc(code)

    @given(st.integers(0, 999_999), st.sampled_from(["91", "92", "11", "12", "52"]))
    def test_synthetic_codes_are_valid(self, index, prefix):
        code = identity.synthetic_uscc(index, prefix)
        assert identity.check_uscc(code) == code

    def test_the_first_characters_say_what_it_is(self):
        assert identity.kind_of_uscc("92999900MA0000007A") is EnterpriseKind.INDIVIDUAL
        assert identity.kind_of_uscc("52999900MA0000007A") is EnterpriseKind.SOCIAL


class TestPhones:
    @pytest.mark.parametrize("phone", ["138 0013 8000", "+86-138-0013-8000", "13800138000"])
    def test_one_number_in_any_dress(self, phone):
        assert identity.check_phone(phone) == "13800138000"

    @pytest.mark.parametrize("phone", ["1380013800", "23800138000", "电话"])
    def test_another_is_refused(self, phone):
        with pytest.raises(Invalid):
            identity.check_phone(phone)
