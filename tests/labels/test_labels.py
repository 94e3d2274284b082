"""Both languages say the same things, and a label file cannot go wrong in silence."""

import pytest

from alloc import labels


def test_both_languages_have_the_same_keys():
    assert labels.keys("en") ^ labels.keys("zh") == frozenset()
    assert labels.keys("en")


@pytest.mark.parametrize("key", sorted(labels.keys("en") & labels.keys("zh")))
def test_both_languages_have_the_same_parameters(key):
    assert labels.parameters(key, "en") == labels.parameters(key, "zh")


@pytest.mark.parametrize("lang", labels.languages())
def test_every_text_is_filled_and_can_be_formatted(lang):
    for key in sorted(labels.keys(lang)):
        names = labels.parameters(key, lang)
        assert all(name.isidentifier() for name in names), key
        told = labels.text(key, lang, **dict.fromkeys(names, 1))
        assert told.strip(), key


def test_every_fault_has_a_remedy():
    faults = {key.removeprefix("fault.") for key in labels.keys("en") if key.startswith("fault.")}
    remedies = {key.removeprefix("remedy.") for key in labels.keys("en") if key.startswith("remedy.")}
    assert faults == remedies


def test_chinese_texts_are_chinese_and_english_ones_are_not():
    def chinese(text):
        return any("\u4e00" <= char <= "\u9fff" for char in text)

    for key in labels.keys("en"):
        if key.startswith(("fault.", "remedy.", "error.", "reason.", "rule.")):
            names = dict.fromkeys(labels.parameters(key, "en"), 1)
            assert not chinese(labels.text(key, "en", **names)), key
            assert chinese(labels.text(key, "zh", **names)), key


def test_text_fills_in_parameters():
    assert labels.text("fault_part.row", "en", row=7) == "row 7"
    assert labels.text("fault_part.row", "zh", row=7) == "第 7 行"
    assert labels.text("fault_part.row", "en", row=7, more="unused") == "row 7"


def test_what_is_missing_is_named():
    with pytest.raises(labels.MissingLabel, match=r"no label 'fault\.no_such' in language 'en'"):
        labels.text("fault.no_such", "en")
    with pytest.raises(KeyError):
        labels.text("fault.no_such", "en")
    with pytest.raises(labels.MissingLabel):
        labels.parameters("fault.no_such", "en")
    with pytest.raises(ValueError, match="row"):
        labels.text("fault_part.row", "en")
    with pytest.raises(ValueError, match="unknown language"):
        labels.text("fault_part.row", "fr")
    assert labels.has("fault_part.row")
    assert not labels.has("fault.no_such")


@pytest.mark.parametrize(
    ("env", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.GBK", "LC_ALL": "en_US.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "zh_CN"}, "zh"),
        ({"LC_ALL": "", "LANG": "ZH_cn"}, "zh"),
    ],
)
def test_the_default_language_follows_the_locale(env, lang):
    assert labels.default_language(env) == lang


def test_files_are_merged_and_doubles_refused(tmp_path):
    (tmp_path / "en.toml").write_text('[fault]\na = "A"\n')
    (tmp_path / "plan.en.toml").write_text('[fault]\nb = "B"\n[rule.budget]\nkept = "K"\n')
    assert labels.read_texts(tmp_path, "en") == {"fault.a": "A", "fault.b": "B", "rule.budget.kept": "K"}
    (tmp_path / "more.en.toml").write_text('[fault]\na = "again"\n')
    with pytest.raises(ValueError, match=r"'fault\.a' is in both en\.toml and more\.en\.toml"):
        labels.read_texts(tmp_path, "en")


def test_a_value_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "en.toml").write_text("[fault]\na = 3\n")
    with pytest.raises(ValueError, match=r"'fault\.a' in en\.toml is not a text"):
        labels.read_texts(tmp_path, "en")
