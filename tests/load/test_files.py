"""Which files are opened, which are not, and what is told of those that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from alloc.load import bounds, load_region
from alloc.load.files import inside

PLACES = "id,area,lon,lat\n042010,urban,120.1,30.1\n042011,rural,120.2,30.2\n"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.csv",
        "a/../../secret.csv",
        "/etc/passwd",
        "C:\\secret.csv",
        "..\\secret.csv",
        "\\\\host\\share.csv",
        "a\x00.csv",
        "",
    ],
)
def test_names_that_lead_out_of_the_folder(tmp_path: Path, name: str) -> None:
    assert inside(tmp_path, name) is None


def test_names_that_stay_inside(tmp_path: Path) -> None:
    assert inside(tmp_path, "a.csv") == (tmp_path / "a.csv").resolve()
    assert inside(tmp_path, "sub/a.csv") == (tmp_path / "sub" / "a.csv").resolve()


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path, manifest, faults_of) -> None:
    outside = tmp_path.parent / "outside.csv"
    outside.write_text(PLACES)
    path = manifest("  places: link.csv", without=("places",))
    (tmp_path / "link.csv").symlink_to(outside)
    assert [(f.rule, f.line) for f in faults_of(path)] == [("path_outside", 7)]


@pytest.mark.parametrize(
    ("entry", "content", "rule"),
    [
        ("places.csv", None, "no_such_file"),
        ("places.txt", PLACES, "unknown_file_type"),
        ("places.csv", "", "no_header"),
        ("places.csv", PLACES.replace("urban", "城镇").encode("gbk"), "not_utf8"),
        ("places.csv", PLACES.encode("utf-16"), "not_utf8"),
        ("places.csv", PLACES.replace("urban", '"urban"x'), "csv_syntax"),
        ("places.csv", PLACES + '"042012', "csv_syntax"),
        ("places.csv", PLACES + "042012,urban\n", "row_length"),
        ("places.csv", PLACES + "042012,urban,120,30,9\n", "row_length"),
        ("places.csv", PLACES.replace("area", "id"), "column_twice"),
        ("places.csv", PLACES.replace("lon", ""), "column_without_name"),
        ("places.csv", PLACES.replace(",", ";"), "csv_separator"),
        ("places.csv", PLACES.replace(",", "\t"), "csv_separator"),
        ("places.csv", "人口统计表,,,\n" + PLACES, "title_above_header"),
        ("{file: places.csv, encoding: gb18030}", PLACES.replace("urban", "城镇"), "utf8_after_all"),
        ("{file: places.csv, encoding: gb18030}", b"id\n\xff", "not_in_encoding"),
        ("{file: places.csv, encoding: latin-1}", PLACES, "not_a_choice"),
        ("{file: places.csv, sheet: x}", PLACES, "option_unused"),
        ("{file: places.csv, layers: x}", PLACES, "unknown_key"),
        ("{file: [places.csv]}", PLACES, "not_text"),
        ("{file: places.csv, layout: matrix}", PLACES, "no_matrix"),
    ],
)
def test_files_that_cannot_be_read(
    manifest, faults_of, entry: str, content: str | bytes | None, rule: str
) -> None:
    name = "places.txt" if "txt" in entry else "places.csv"
    files = {} if content is None else {name: content}
    path = manifest(f"  places: {entry}", files, without=("places",))
    assert rule in [fault.rule for fault in faults_of(path)]


def test_a_folder_is_not_a_file(manifest, faults_of, tmp_path: Path) -> None:
    (tmp_path / "places.csv").mkdir()
    path = manifest("  places: places.csv", without=("places",))
    assert [fault.rule for fault in faults_of(path)] == ["is_a_folder"]


@pytest.mark.parametrize(
    ("entry", "content"),
    [
        ("places.csv", "\ufeff" + PLACES),
        ("places.csv", "\ufeff\ufeff" + PLACES),
        ("places.csv", PLACES.replace("area", "ar\u200bea\u200b")),
        ("places.csv", PLACES.replace("\n", "\r\n")),
        ("places.csv", "\n" + PLACES.replace("\n", "\n\n,,,\n")),
        (
            "places.csv",
            PLACES.replace("lat\n", "lat,#note\n").replace("0.1\n", "0.1,x\n").replace("0.2\n", "0.2,\n"),
        ),
        ("{file: places.csv, encoding: gb18030}", PLACES.replace("urban", "城镇").encode("gb18030")),
        ("places.csv", PLACES.replace("id,area,lon,lat", "编号,城乡,经度（°）,纬度")),
        ("places.csv", PLACES.replace("\n", ",,\n")),
    ],
)
def test_files_that_say_the_same(manifest, entry: str, content: str | bytes) -> None:
    plain = load_region(manifest("  places: places.csv", {"places.csv": PLACES}, without=("places",)))
    assert load_region(manifest(f"  places: {entry}", {"places.csv": content}, without=("places",))) == plain


def test_rows_are_counted_as_a_spreadsheet_counts_them(manifest, faults_of) -> None:
    text = PLACES.replace("042011,rural", '\n"042011",rura')
    path = manifest("  places: places.csv", {"places.csv": text}, without=("places",))
    assert [(f.row, f.value) for f in faults_of(path)] == [(4, "rura")]


def test_large_files_are_refused_before_they_are_read(
    manifest, faults_of, monkeypatch, tmp_path: Path
) -> None:
    path = manifest("  places: places.csv", {"places.csv": PLACES}, without=("places",))
    with (tmp_path / "places.csv").open("ab") as file:
        file.truncate(bounds.FILE_BYTES + 1)  # a sparse file takes no room
    assert [fault.rule for fault in faults_of(path)] == ["file_too_large"]


def test_long_tables_are_refused(manifest, faults_of, monkeypatch) -> None:
    monkeypatch.setattr("alloc.load.tables.ROWS", 1)
    path = manifest("  places: places.csv", {"places.csv": PLACES}, without=("places",))
    assert {fault.rule for fault in faults_of(path)} == {"table_too_large"}


@pytest.mark.parametrize("source", ["nowhere", "no/such/region.yaml", "x" * 5000, "a\x00b", "deqin"])
def test_sources_that_do_not_exist(faults_of, source: str) -> None:
    (fault,) = faults_of(source)
    assert fault.rule == "no_such_region"
    assert "deqing" in fault.message("en")


def test_a_folder_without_manifest(faults_of, tmp_path: Path) -> None:
    assert [fault.rule for fault in faults_of(tmp_path)] == ["no_manifest"]


def test_a_region_of_an_unknown_kind(faults_of, tmp_path: Path) -> None:
    (tmp_path / "region.xls").write_bytes(b"")
    assert [fault.rule for fault in faults_of(tmp_path / "region.xls")] == ["unknown_region_type"]
