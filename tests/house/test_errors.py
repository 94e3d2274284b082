"""The error family: exit codes, messages in both languages, and safe printing."""

import json
import pickle
from dataclasses import dataclass

import pytest

from alloc import errors, labels
from alloc.errors import (
    AllocError,
    AuditError,
    Cancelled,
    DataError,
    Fault,
    Infeasible,
    ModelError,
    NoPlanInTime,
    SolveError,
    UsageError,
    shown,
)

FAULT = Fault(
    "invalid",
    file="region.yaml",
    sheet="places",
    row=7,
    column="residents",
    value="-3",
    params={"detail": "must be >= 0"},
)


@pytest.mark.parametrize(
    ("kind", "code"),
    [(UsageError, 2), (DataError, 3), (ModelError, 3), (Infeasible, 4), (NoPlanInTime, 5), (Cancelled, 130)],
)
def test_exit_codes(kind, code):
    assert kind.exit_code == code
    assert issubclass(kind, AllocError)


def test_the_family():
    assert issubclass(ModelError, DataError)
    for kind in (Infeasible, NoPlanInTime, Cancelled):
        assert issubclass(kind, SolveError)
    assert AuditError.exit_code == 1
    members = [member for member in vars(errors).values() if isinstance(member, type)]
    assert all(issubclass(m, AllocError) for m in members if issubclass(m, Exception))


def test_a_fault_names_place_value_rule_and_remedy():
    assert FAULT.message() == (
        "region.yaml, sheet places, row 7, column residents: value '-3' - is not valid: must be >= 0. "
        "Remedy: correct the value, or ask who supplied the file."
    )
    assert FAULT.message("zh").startswith("region.yaml，工作表 places，第 7 行，residents 列：值 '-3'，无效")


def test_a_fault_without_place_or_label_is_still_told():
    assert Fault("no_such_rule").message() == "input: no_such_rule."
    assert "no_such_rule" in Fault("no_such_rule", table="places", field="id").message("zh")
    assert Fault("invalid", line=3).message().startswith("line 3: invalid. ")  # {detail} is not given


def test_hostile_values_are_made_safe():
    hostile = "\x1b[31mred\x00\n\u202eevil\ud800" + "x" * 10_000
    told = Fault("invalid", file="a\nb.csv", value=hostile, params={"detail": hostile})
    for text in (told.message(), told.message("zh"), json.dumps(told.as_dict())):
        assert not set("\x1b\x00\n\u202e\ud800") & set(text)
    assert len(shown(hostile)) == 200
    assert shown("武康街道 a\tb") == "武康街道 a b"
    assert shown("{value} {0.__class__}") == "{value} {0.__class__}"


def test_a_data_error_lists_every_fault():
    faults = [Fault("invalid", row=row, params={"detail": "x"}) for row in range(2, 40)]
    error = DataError(faults)
    assert len(str(error).splitlines()) == 39
    assert str(error).startswith("38 fault(s)")
    assert error.message("zh").startswith("输入数据有 38 处错误")
    assert DataError(FAULT).faults == (FAULT,)


def test_as_dict_is_plain_json():
    record = json.loads(json.dumps(ModelError([FAULT]).as_dict("zh"), ensure_ascii=False))
    assert record["error"] == "ModelError"
    assert record["exit_code"] == 3
    assert record["faults"][0]["row"] == 7
    assert "line" not in record["faults"][0]
    assert record["faults"][0]["message"] == FAULT.message("zh")


@dataclass(frozen=True)
class Clash:
    rule: str

    def message(self, lang="en"):
        return f"{lang}: {self.rule}"

    def as_dict(self, lang="en"):
        return {"rule": self.rule, "message": self.message(lang)}


def test_explanations_may_be_sentences_or_records():
    error = Infeasible(["the budget is too small", Clash("access")])
    assert str(error).splitlines()[1:] == ["  the budget is too small", "  en: access"]
    assert error.message("zh").splitlines()[2] == "  zh: access"
    assert error.as_dict()["explanations"][1] == {"rule": "access", "message": "en: access"}
    assert Infeasible("one sentence").explanations == ("one sentence",)
    assert str(Infeasible()) == labels.text("error.infeasible", "en")
    assert "2 rule(s)" in str(AuditError([Clash("a"), Clash("b")]))


def test_messages_come_from_text_label_or_default():
    assert str(UsageError("no such region")) == "no such region"
    assert UsageError(label="error.faults", n=2).message("zh") == labels.text("error.faults", "zh", n=2)
    assert str(UsageError("plain words", label="error.no_such_label")) == "plain words"
    assert str(UsageError("plain words", label="error.faults")) == "plain words"  # {n} is not given
    assert str(UsageError(label="error.no_such_label")) == labels.text("error.usage", "en")
    for kind in (UsageError, SolveError, Infeasible, NoPlanInTime, Cancelled):
        assert kind().message("zh") != kind().message("en")


@pytest.mark.parametrize(
    "error",
    [
        DataError([FAULT]),
        ModelError([FAULT]),
        UsageError("x", label="error.faults", n=3),
        Infeasible(["a", Clash("b")]),
        NoPlanInTime(),
        AuditError(["a"]),
    ],
)
def test_errors_survive_the_way_back_from_a_worker(error):
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert again.message("zh") == error.message("zh")


def test_faults_can_be_kept_in_sets():
    assert len({FAULT, Fault("invalid"), Fault("invalid")}) == 2
