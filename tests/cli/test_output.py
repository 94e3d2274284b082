"""Any console, any reader: GBK, ASCII, closed pipes, terminals."""

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from alloc.cli import manner, output
from alloc.cli.manner import Manner, manner_of


def run(*args, **env):
    full = {**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "0", **env}
    return subprocess.run([sys.executable, "-m", "alloc", *args], capture_output=True, env=full, check=False)


@pytest.mark.parametrize("encoding", ["gbk", "gb2312", "ascii", "cp437", "latin-1"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_console_breaks_a_page(plan_folder, encoding, lang):
    for args in (["--help"], ["show", plan_folder], ["show", "nowhere"], ["solve", "dequing"]):
        done = run("--lang", lang, *args, PYTHONIOENCODING=encoding)
        assert b"Traceback" not in done.stderr
        assert b"UnicodeEncodeError" not in done.stderr
        (done.stdout + done.stderr).decode(encoding)


def test_json_is_json_on_every_console(plan_folder):
    for encoding in ("gbk", "ascii", "utf-8"):
        done = run("--lang", "zh", "--json", "show", plan_folder, PYTHONIOENCODING=encoding)
        assert "已证明最优" in json.loads(done.stdout.decode(encoding))["plan"]["verdict"]


def test_what_a_console_lacks_becomes_ascii():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    saved, sys.stdout = sys.stdout, stream
    try:
        output.settle_streams()
        output.write("a → b × 3 ≤ 4 … 县")
        assert stream.buffer.getvalue() == b"a -> b x 3 <= 4 ... ?"
    finally:
        sys.stdout = saved


def test_a_chinese_locale_on_a_console_without_chinese_is_answered_in_english():
    done = run("--help", LC_ALL="zh_CN.UTF-8", PYTHONIOENCODING="ascii")
    assert done.stdout.startswith(b"Usage:")
    assert run("--help", LC_ALL="zh_CN.UTF-8", PYTHONIOENCODING="gbk").stdout.decode("gbk").startswith("用法")


def test_without_a_locale_the_system_is_asked(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(manner.locale, "getlocale", lambda: ("Chinese (Simplified)_China", "936"))
    assert manner_of([]) == Manner("zh")
    monkeypatch.setattr(manner.locale, "getlocale", lambda: (None, None))
    assert manner_of([]) == Manner("en")


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        (["--lang", "zh", "--json", "-q"], Manner("zh", as_json=True, quiet=True)),
        (["--lang=zh", "--lang=en"], Manner("en")),
        (["--lang"], Manner("en")),
        (["--lang", "fr"], Manner("en")),
        (["--", "--json", "--lang", "zh"], Manner("en")),
    ],
)
def test_the_manner_is_read_off_the_arguments(args, wanted, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert manner_of(args) == wanted


def test_a_reader_who_leaves_is_no_error(plan_folder):
    command = f"{sys.executable} -m alloc schema plan; echo $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({command}) | head -c 10"], capture_output=True, text=True, check=False
    )
    assert done.stderr == "0\n"


def test_a_terminal_gets_colour_and_the_whole_page(plan_folder):
    done = in_terminal("--lang", "zh", "show", plan_folder)
    assert "\x1b[" in done
    assert "已证明最优" in done


def in_terminal(*args):
    """What a program writes when stdout and stderr are a terminal."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execv(sys.executable, [sys.executable, "-m", "alloc", *args])
    written = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        written += piece
    os.waitpid(pid, 0)
    return written.decode()
