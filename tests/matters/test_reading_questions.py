"""How a question is read: script, empty words, actions, other words, letters and slips."""

from __future__ import annotations

import pytest

from matters.search import letters, words
from matters.search.text import plain, runs, soft


def spelled(reading: letters.Reading) -> str:
    """`she bao k*`: what is not a whole syllable has a star."""
    return " ".join(token.text + ("" if token.whole else "*") for token in reading.tokens)


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        ("ＫＴＶ　办证", "ktv办证"),
        ("營業執照", "营业执照"),
        ("國土、規劃（臨時）", "国土规划临时"),
        ("？！ ", ""),
        ("Ａ-１", "a1"),
    ],
)
def test_one_width_one_script_nothing_between(typed, compared):
    assert plain(typed) == compared


def test_a_gap_parts_a_question():
    assert runs("卫生许可 公共场所，变更") == ["卫生许可", "公共场所", "变更"]


@pytest.mark.parametrize(("one", "two"), [("zheng", "zen"), ("shang", "san"), ("lv", "lu"), ("ying", "yin")])
def test_syllables_that_many_speak_alike_are_alike(one, two):
    assert soft(one) == soft(two)


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("我要开饭店", ["开饭店"]),
        ("房子过户要多少钱", ["房子过户"]),
        ("开网吧", ["开网吧"]),  # 吧 is no particle here
        ("怎么办理", []),
        ("居民身份证", ["居民身份证"]),
    ],
)
def test_what_is_said_of_any_matter_is_left_out(question, kept):
    assert words.bare(runs(question)) == kept


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("身份证丢了", {"replace"}),
        ("驾照快到期", {"renew"}),
        ("公司不干了", {"cancel"}),
        ("查一下公积金", {"ask"}),
        ("开公司", {"begin"}),
        ("结婚", set()),
    ],
)
def test_what_is_to_be_done_to_a_right_is_heard(question, asked):
    assert words.actions_asked(question) == asked


def test_what_a_matter_does_is_read_from_its_name():
    assert words.actions_of_name("公司注销登记") == {"cancel"}
    assert words.actions_of_name("居民身份证申领、换领、补领") == {"begin", "renew", "replace"}
    assert words.actions_of_name("预告登记") == set()


def test_other_words_are_tried_together_and_one_by_one():
    texts = [other.text for other in words.others("滴滴司机")]
    assert texts[0] == "网络预约出租汽车驾驶员"
    assert {"网络预约出租汽车司机", "滴滴驾驶员"} <= set(texts)
    assert words.others("预告登记") == []
    assert len(words.others("小店饭店公司社保过户")) <= words.MOST_READINGS


@pytest.mark.parametrize(
    ("typed", "reading"),
    [
        ("lihun", "li hun"),
        ("gtgsh", "g* t* g* s* h*"),
        ("gongsishe", "gong si she"),
        ("shebaok", "she bao k*"),
        ("xvke", "xu ke"),
        ("falv", "fa lv"),
        ("xian", "xian"),
        ("getigsh", "ge ti g* s* h*"),
    ],
)
def test_letters_are_read_as_syllables_beginnings_and_first_letters(typed, reading):
    assert reading in [spelled(each) for each in letters.readings(typed)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zhizaho", "zhi zhao"),  # changed places
        ("gogsi", "gong si"),  # one missing
        ("jiehhun", "jie hun"),  # one too many
        ("hunyim", "hun yin"),  # another one
    ],
)
def test_a_slip_is_undone(typed, meant):
    assert meant in [spelled(each) for each in letters.readings(typed, slips=True)]


@pytest.mark.parametrize("typed", ["", "a" * 500, "zzzzzzzz", "iiii", "qwrtpsdfgh"])
def test_letters_without_sense_are_read_quickly_or_not_at_all(typed):
    for slips in (False, True):
        assert len(letters.readings(typed, slips=slips)) <= 40
