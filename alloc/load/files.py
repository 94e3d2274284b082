"""Opens a user's file: inside the allowed folder, a regular file, not larger than its bound."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

from alloc.errors import Fault
from alloc.load.bounds import FILE_BYTES


def read_bytes(path: Path, shown: str, faults: list[Fault], most: int = FILE_BYTES) -> bytes | None:
    """All bytes of a file; None, and a fault, where it is missing, not a file, unreadable or too large."""
    if not check_file(path, shown, faults, most):
        return None
    try:
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        faults.append(Fault("unreadable_file", file=shown, params={"detail": error.strerror or str(error)}))
        return None
    if len(raw) > most:
        faults.append(_too_large(shown, most))
        return None
    return raw


def check_file(path: Path, shown: str, faults: list[Fault], most: int = FILE_BYTES) -> bool:
    """Whether a path is a regular file within its bound; if not, a fault says why."""
    try:
        if not path.is_file():
            faults.append(Fault("is_a_folder" if path.is_dir() else "no_such_file", file=shown))
            return False
        if path.stat().st_size > most:
            faults.append(_too_large(shown, most))
            return False
    except (OSError, ValueError):
        faults.append(Fault("no_such_file", file=shown))
        return False
    return True


def inside(folder: Path, name: str) -> Path | None:
    """The file that a manifest in ``folder`` names; None where the name, or a link, leads out of it."""
    parts = PurePosixPath(name.replace("\\", "/"))
    if not name.strip() or "\x00" in name or ".." in parts.parts:
        return None
    if parts.is_absolute() or PureWindowsPath(name).drive:
        return None
    try:
        path = (folder / parts).resolve()
        return path if path.is_relative_to(folder.resolve()) else None
    except (OSError, RuntimeError, ValueError):  # a loop of links; a name that no system can hold
        return None


def _too_large(shown: str, most: int) -> Fault:
    return Fault("file_too_large", file=shown, params={"limit": f"{most // 2**20} MiB"})
