"""What works on one system alone is found: calls, modules and paths, text without an encoding, names of files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = sorted([*(ROOT / "annotator").rglob("*.py")])
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MODULES = frozenset(
    """
    fcntl pwd grp resource termios tty pty posix syslog crypt spwd curses readline msvcrt winreg winsound
    _winapi nt
    """.split()  # noqa: SIM905 (a list of words)
)
OF_OS = frozenset(
    """
    getuid geteuid getgid getegid getgroups setuid setgid seteuid setegid getpgid getpgrp setpgid setsid getsid
    fork forkpty wait wait3 wait4 waitid killpg nice chown lchown fchown chroot lchmod mkfifo mknod uname
    getloadavg pread pwrite preadv pwritev sendfile posix_fadvise posix_fallocate statvfs fstatvfs openpty
    ttyname tcgetpgrp sync fchdir getxattr setxattr listxattr removexattr sched_getaffinity confstr sysconf
    ctermid startfile O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_SYNC O_DSYNC O_BINARY
    """.split()  # noqa: SIM905 (a list of words)
)
OF_SIGNAL = frozenset(
    """
    SIGKILL SIGHUP SIGUSR1 SIGUSR2 SIGALRM SIGCHLD SIGPIPE SIGSTOP SIGCONT SIGTSTP SIGQUIT SIGWINCH alarm
    setitimer pause pthread_kill pthread_sigmask sigwait
    """.split()  # noqa: SIM905 (a list of words)
)
OF_TIME = frozenset(["tzset", "clock_gettime", "clock_settime"])
NAMED = {"os": OF_OS, "signal": OF_SIGNAL, "time": OF_TIME}
DIRECTIVES = re.compile(r"%(?![aAbBcdfGHIjmMpSuUVwWxXyYzZ%])")
PLACES = re.compile(r"^(/(tmp|usr|etc|dev|proc|var|home|opt|bin|sys)(/|$)|[A-Za-z]:\\)")
SYSTEM = re.compile(r"sys\.platform|os\.name|platform\.system|hasattr\((os|signal|time|select)\b|O_NONBLOCK\"")
MODE = re.compile(r"^[rwxa][bt+]{0,2}$")
WRITTEN_BY_PEOPLE = frozenset(["title", "publisher", "author", "outlet", "label", "headline"])
PEOPLE = frozenset(["coder", "person", "c", "owner", "entity"])


def slips(source: str, name: str = "annotator/x.py") -> list[str]:
    """What in this module is not portable: `line: what`."""
    tree = ast.parse(source)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    with_items = {i.context_expr for n in ast.walk(tree) if isinstance(n, ast.With) for i in n.items}
    found = []
    for node in ast.walk(tree):
        for what in _slips(node, name, with_items):
            if not what.startswith("(guardable) ") or not _guarded(node, parents):
                found.append(f"{getattr(node, 'lineno', 0)}: {what.removeprefix('(guardable) ')}")
    return found


def _slips(node: ast.AST, name: str, with_items: set[ast.expr]) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        yield from (f"(guardable) module {n} of one system" for n in names if n.partition(".")[0] in MODULES)
        if isinstance(node, ast.ImportFrom) and node.module in NAMED:
            taken = [a.name for a in node.names if a.name in NAMED[node.module]]
            yield from (f"(guardable) {node.module}.{n} of one system" for n in taken)
    if (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.attr in NAMED.get(node.value.id, ())
    ):
        yield f"(guardable) {node.value.id}.{node.attr} of one system"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and PLACES.match(node.value):
        yield f"(guardable) the path {node.value} of one system"
    if isinstance(node, ast.Call):
        yield from _calls(node, name, with_items)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and _of_people(node.right):
        yield "a name of a file out of a person's words: domain.file_names makes it"


def _calls(call: ast.Call, name: str, with_items: set[ast.expr]) -> Iterator[str]:
    function, keywords = call.func, {k.arg: k.value for k in call.keywords}
    called = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    owner = ast.unparse(function.value) if isinstance(function, ast.Attribute) else ""
    at = {"read_text": 0, "write_text": 1}.get(called, 99)
    if called in ("read_text", "write_text") and "encoding" not in keywords and len(call.args) <= at:
        yield f"{called} without an encoding"
    if "encoding" not in keywords and _opens_text(call, called, owner, call in with_items):
        yield "a text file opened without an encoding"
    if "newline" not in keywords and (called == "write_text" or _writes_text(call, called, owner)):
        yield f"{called} without newline: Windows would write other bytes than all others"
    if called in ("run", "Popen", "check_output", "check_call") and owner == "subprocess":
        if "text" in keywords and "encoding" not in keywords:
            yield "output of a program read without an encoding"
        if isinstance(keywords.get("shell"), ast.Constant) and keywords["shell"].value:  # type: ignore[attr-defined]
            yield "a shell of one system"
    if (owner, called) in (("os", "system"), ("os", "popen")):
        yield "a shell of one system"
    if name != "annotator/store/renaming.py":
        if (owner, called) in (("os", "replace"), ("os", "rename"), ("os", "renames"), ("shutil", "move")):
            yield f"{owner}.{called}: store.renaming waits for who holds the file"
        if called in ("replace", "rename") and owner not in ("os", "") and len(call.args) == 1 and not keywords:
            yield f"Path.{called}: store.renaming waits for who holds the file"
    if called in ("strftime", "strptime"):
        for form in (a for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)):
            if DIRECTIVES.search(str(form.value)):
                yield f"{called} with what one system alone knows: {form.value}"
    if called in ("with_name", "with_stem", "joinpath", "Path") and any(_of_people(a) for a in call.args):
        yield "a name of a file out of a person's words: domain.file_names makes it"


def _opens_text(call: ast.Call, called: str, owner: str, entered: bool) -> bool:
    given = [*call.args, *(k.value for k in call.keywords if k.arg == "mode")]
    words = [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    modes = [w for w in words if MODE.match(w)]
    if any("b" in m for m in modes):
        return False
    if called in ("open", "fdopen") and owner in ("", "io", "os", "codecs"):
        return (owner, called) != ("os", "open")
    if called == "open":
        return (bool(modes) or (entered and not call.args)) and not re.search("zip|archive", owner)
    if called in ("NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"):
        return bool(modes)
    return called == "TextIOWrapper" and len(call.args) < 2


def _writes_text(call: ast.Call, called: str, owner: str) -> bool:
    """Whether a text file is opened to be written, whose line ends would be those of the system."""
    if called not in ("open", "fdopen", "NamedTemporaryFile", "TemporaryFile", "SpooledTemporaryFile"):
        return False
    at = 1 if called in ("open", "fdopen") and owner in ("", "io", "os", "codecs") else 0
    given = [*call.args[at : at + 1], *(k.value for k in call.keywords if k.arg == "mode")]
    words = [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    modes = [w for w in words if MODE.match(w)]
    nowhere = any(ast.unparse(a) == "os.devnull" for a in call.args)
    if not any(set("wxa") & set(m) and "b" not in m for m in modes) or nowhere or (owner, called) == ("os", "open"):
        return False
    return not re.search("zip|archive", owner)


def _of_people(node: ast.expr) -> bool:
    """Whether words that a person wrote go into a name of a file as they are."""
    if isinstance(node, ast.Attribute):
        owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
        return node.attr in WRITTEN_BY_PEOPLE or (node.attr == "name" and owner in PEOPLE)
    if isinstance(node, ast.JoinedStr):
        return any(_of_people(v.value) for v in node.values if isinstance(v, ast.FormattedValue))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return _of_people(node.left) or _of_people(node.right)
    return False


def _guarded(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether the system was asked for before: around it, before it in the same function, or by what catches it."""
    here: ast.AST | None = node
    while here is not None:
        above = parents.get(here)
        if isinstance(above, ast.If | ast.IfExp) and here is not above.test and SYSTEM.search(ast.unparse(above.test)):
            return True
        if isinstance(above, ast.BoolOp) and SYSTEM.search(ast.unparse(above).split(ast.unparse(here))[0]):
            return True
        if isinstance(above, ast.Try) and any(
            "ImportError" in ast.unparse(h.type or ast.Name("")) for h in above.handlers
        ):
            return True
        for body in (getattr(above, "body", None), getattr(above, "orelse", None)):
            if isinstance(body, list) and here in body and any(_leaves(s) for s in body[: body.index(here)]):
                return True
        here = above
    return False


def _leaves(statement: ast.AST) -> bool:
    """`if sys.platform == "win32": return`."""
    ends = ast.Return | ast.Raise | ast.Continue
    return (
        isinstance(statement, ast.If)
        and bool(SYSTEM.search(ast.unparse(statement.test)))
        and isinstance(statement.body[-1], ends)
    )


WRONG = [
    "import fcntl",
    "from msvcrt import locking",
    "import os\nprint(os.geteuid())",
    "from os import getuid",
    "import os, sys\nx = os.getuid() if sys.argv else 0",
    "import signal, os\nos.kill(1, signal.SIGKILL)",
    "open('x')",
    "open('x', 'w')",
    "p.open('w')",
    "with p.open() as f: pass",
    "p.read_text()",
    "p.write_text('x')",
    "p.write_text('x', encoding='utf-8')",
    "p.write_text('x', 'utf-8')",
    "open('x', 'w', encoding='utf-8')",
    "with p.open('a', encoding='utf-8') as f: pass",
    "NamedTemporaryFile('w', encoding='utf-8')",
    "io.TextIOWrapper(b)",
    "os.fdopen(3)",
    "NamedTemporaryFile('w')",
    "import os\nos.replace(a, b)",
    "os.rename(a, b)",
    "path.replace(other)",
    "shutil.move(a, b)",
    "subprocess.run(x, text=True)",
    "subprocess.run(x, shell=True)",
    "os.system('ls')",
    "now.strftime('%-d %B')",
    "now.strftime('%s')",
    "Path('/tmp/x')",
    "x = 'C:\\\\Users'",
    "out = folder / f'{study.title}.csv'",
    "out = folder / coder.name",
    "out = path.with_name(d.title + '.txt')",
    "if sys.argv:\n    import fcntl",
]
RIGHT = [
    "import sys\nif sys.platform != 'win32':\n    import fcntl",
    "def f():\n    if sys.platform == 'win32':\n        return 1\n    import fcntl\n    return 2",
    "try:\n    import pwd\nexcept ImportError:\n    pwd = None",
    "x = sys.platform == 'win32' or os.geteuid()",
    "x = os.geteuid() if hasattr(os, 'geteuid') else 0",
    "getattr(os, 'O_BINARY', 0)",
    "open('x', 'rb')",
    "open('x', encoding='utf-8')",
    "p.open('xb')",
    "archive.open('name')",
    "Study.open(path)",
    "dialog.open()",
    "p.read_text(encoding='utf-8')",
    "p.read_text('utf-8')",
    "p.write_text(text, 'utf-8', newline='\\n')",
    "p.write_text(text, encoding='utf-8', newline='')",
    "open('x', 'w', encoding='utf-8', newline='\\n')",
    "open(os.devnull, 'w', encoding='utf-8')",
    "text.replace('a', 'b')",
    "dataclasses.replace(x, y=1)",
    "now.strftime('%Y-%m-%dT%H:%M:%S.%fZ')",
    "out = folder / path.name",
    "out = folder / names.of(coder.name, '.csv')",
    "subprocess.run(x, text=True, encoding='utf-8')",
]


@pytest.mark.parametrize("line", WRONG)
def test_the_guard_finds_what_is_not_portable(line: str) -> None:
    assert slips(line)


@pytest.mark.parametrize("line", RIGHT)
def test_the_guard_lets_through_what_is(line: str) -> None:
    assert slips(line) == []


def test_the_program_is_portable() -> None:
    found = {}
    for path in PROGRAM:
        name = path.relative_to(ROOT).as_posix()
        if told := slips(path.read_text(encoding="utf-8"), name):
            found[name] = told
    assert found == {}


def test_test_modules_can_be_read_on_every_system() -> None:
    """What is done when a module is imported needs no module or name that Windows lacks; psycopg may be absent."""
    found = {}
    for path in TESTS:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        at_once = ast.Module([n for n in tree.body if not isinstance(n, ast.FunctionDef | ast.ClassDef)], [])
        for kind in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)):
            at_once.body += [ast.Expr(d) for d in kind.decorator_list]
        told = [s for s in slips(ast.unparse(at_once)) if "of one system" in s and "path" not in s]
        imports = [n for n in tree.body if isinstance(n, ast.Import)]
        told += [f"{n.lineno}: psycopg" for n in imports if n.names[0].name == "psycopg"]
        if told:
            found[path.relative_to(ROOT).as_posix()] = told
    assert found == {}
