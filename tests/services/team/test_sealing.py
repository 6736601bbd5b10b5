"""Packages under a password: nothing shows, nothing can be changed, a wrong password is told from damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.errors import BadInput
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.encryption import PasswordNeeded, seal, unseal
from annotator.services.team.merging import merge
from annotator.services.team.package_file import is_encrypted, is_package, read_package
from annotator.services.team.packing import pack
from tests.studies import statement, study_at


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    out = tmp_path / "ada.annotator-package"
    with study_at(tmp_path / "s.annotator", documents=2) as study:
        statement(study, "Ada")
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2)))
        pack(study, "Ada", out, "Hafen é")
    return out


def test_a_sealed_package_reads_with_its_password_alone(sealed: Path) -> None:
    assert is_package(sealed)
    assert is_encrypted(sealed)
    assert read_package(sealed, ["wrong", "Hafen é"]).manifest.coder.name == "Ada"
    assert read_package(sealed, ["Hafen e\u0301"]), "however the keyboard spells it"
    for passwords, told in (((), "is encrypted"), (("hafen é",), "password is wrong")):
        with pytest.raises(PasswordNeeded, match=told):
            read_package(sealed, passwords)


def test_no_name_title_or_text_is_in_its_bytes(sealed: Path) -> None:
    data = sealed.read_bytes()
    for secret in (b"Ada", b"Ben", b"mayor", b"manifest.json", b"annotations", b"PK\x03\x04"):
        assert secret not in data


@pytest.mark.parametrize("place", [0.02, 0.3, 0.999])
def test_a_changed_or_missing_byte_is_refused(sealed: Path, tmp_path: Path, place: float) -> None:
    data = bytearray(sealed.read_bytes())
    at = max(70, int(len(data) * place))
    bad = tmp_path / "bad.annotator-package"
    for changed in (data[:at], data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]):
        bad.write_bytes(bytes(changed))
        with pytest.raises(BadInput, match="damaged"):
            read_package(bad, ["Hafen é"])
    bad.write_bytes(bytes(data[:40]))
    with pytest.raises(BadInput, match="ends too early"):
        read_package(bad, ["Hafen é"])


def test_what_is_sealed_twice_differs_and_an_empty_password_is_none(sealed: Path) -> None:
    one, two = seal(b"x", "p"), seal(b"x", "p")
    assert one != two
    assert unseal(one, "p", "") == unseal(two, "p", "") == b"x"
    with pytest.raises(BadInput, match="needs characters"):
        seal(b"x", "")


def test_merging_with_one_wrong_password_writes_nothing(sealed: Path, tmp_path: Path) -> None:
    with study_at(tmp_path / "t.annotator") as study:
        before = len(study.changes())
        with pytest.raises(PasswordNeeded):
            merge(study, [sealed], passwords=["no"])
        assert len(study.changes()) == before
