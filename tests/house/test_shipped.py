"""Shipped files are found by name, in a checkout and in a wheel, and names never lead elsewhere."""

import pytest

from alloc import shipped


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    (tmp_path / "alloc").mkdir()
    (tmp_path / "pyproject.toml").touch()
    for file in ("data/deqing/region.yaml", "data/tiny.xlsx", "data/notes/README.md", "models/county.yaml",
                 "models/mathematics/imaging.md", "secret.yaml"):  # fmt: skip
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    monkeypatch.setattr(shipped, "_PACKAGE", tmp_path / "alloc")
    return tmp_path


def test_a_checkout_has_the_folders_beside_the_package(checkout):
    assert shipped.shipped_regions() == ["deqing", "tiny"]
    assert shipped.shipped_models() == ["county"]
    assert shipped.shipped_path("data", "deqing") == checkout / "data/deqing/region.yaml"
    assert shipped.shipped_path("data", "tiny") == checkout / "data/tiny.xlsx"
    assert shipped.shipped_path("models", "county") == checkout / "models/county.yaml"
    assert shipped.shipped_path("models", "deqing") is None


def test_a_wheel_has_them_inside(checkout):
    inside = checkout / "alloc/_shipped/models/other.yaml"
    inside.parent.mkdir(parents=True)
    inside.touch()
    assert shipped.shipped_models() == ["other"]


def test_folders_of_others_in_site_packages_are_not_taken(checkout):
    (checkout / "pyproject.toml").unlink()
    assert shipped.shipped_regions() == []
    assert shipped.shipped_path("data", "deqing") is None


@pytest.mark.parametrize(
    "name",
    ["../secret", "..", ".", "", "deqing/../../secret", "/etc/passwd", "a\\b", "county\n", "C:x",
     "deqing/region", "\x00"],
)  # fmt: skip
def test_names_are_never_paths(checkout, name):
    assert shipped.shipped_path("models", name) is None
    assert shipped.shipped_path("data", name) is None


def test_links_that_lead_out_are_refused(checkout):
    (checkout / "models/link.yaml").symlink_to(checkout / "secret.yaml")
    assert shipped.shipped_path("models", "link") is None
