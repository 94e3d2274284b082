"""The record says what a plan was made from, and nothing about the machine it was made on."""

import re
from pathlib import Path

import pytest

from alloc.plan.record import (
    AuditResult,
    ModelSize,
    Record,
    SolveOptions,
    canonical_sha256,
    file_sha256,
    make_record,
)
from alloc.synthetic import synthetic_model, synthetic_region


@pytest.fixture(scope="module")
def region():
    return synthetic_region(3, n_places=4, n_facilities=4, n_specialists=4)


def test_a_record_names_versions_and_hashes(region):
    model = synthetic_model(region)
    record = make_record(
        region,
        model,
        inputs={"region.yaml": "ab" * 32},
        options=SolveOptions(time_limit_s=60, gap=0.001, threads=2, seed=7),
        seconds={"build": 0.4, "solve": 9.5},
        sizes=(ModelSize(name="joint", rows=10, columns=20, nonzeros=40),),
        audit=AuditResult(rules_checked=12),
    )
    assert record.region_sha256 == canonical_sha256(region)
    assert re.fullmatch(r"[0-9a-f]{64}", record.model_sha256)
    assert record.audit is not None
    assert record.audit.passed
    assert all((record.alloc, record.python, record.pyomo, record.highspy))
    assert Record.model_validate_json(record.model_dump_json()) == record


def test_the_time_can_be_given_or_taken_from_the_environment(region, monkeypatch):
    model = synthetic_model(region)
    assert make_record(region, model, created="2026-01-02T03:04:05+00:00").created.startswith("2026-01-02")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert make_record(region, model).created == "1970-01-01T00:00:00+00:00"
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert make_record(region, model).created.endswith("+00:00")


def test_the_hash_follows_the_facts(region):
    again = type(region).model_validate_json(region.model_dump_json())
    assert canonical_sha256(again) == canonical_sha256(region)
    other = region.model_copy(update={"places": region.places[:-1]})
    assert canonical_sha256(other) != canonical_sha256(region)


def test_the_hash_does_not_depend_on_the_order_of_keys(region):
    model = synthetic_model(region)
    one = model.model_copy(
        update={"limits": model.limits.model_copy(update={"most_machines": {"a": 1, "b": 2}})}
    )
    two = model.model_copy(
        update={"limits": model.limits.model_copy(update={"most_machines": {"b": 2, "a": 1}})}
    )
    assert canonical_sha256(one) == canonical_sha256(two)


def test_a_file_is_hashed_by_its_bytes(tmp_path):
    path = Path(tmp_path) / "empty"
    path.write_bytes(b"")
    assert file_sha256(path) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_findings_fail_the_audit():
    assert not AuditResult(rules_checked=3, findings=("spend is above the budget",)).passed
