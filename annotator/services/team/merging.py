"""Bringing packages and other studies together: a union by id in one transaction, all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from annotator.domain.annotations import Coder
from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.words import by_door, say
from annotator.services.accounts import before_arrival
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.applying import Landing
from annotator.services.team.codebook_upgrade import carry_landed
from annotator.services.team.incoming import incoming, land
from annotator.services.team.incoming_entities import merge_entities
from annotator.services.team.landed import Landed, LandedEntities
from annotator.services.team.other_merging import bring
from annotator.services.team.other_study import OtherStudy, of_package, other_file
from annotator.services.team.outcomes import Merged, MergedPackage, MergedStudy, NewQuestion
from annotator.services.team.package_file import Package, is_study, read_package
from annotator.services.team.packed import Whose
from annotator.services.team.packed_suggestions import take_suggestions
from annotator.services.team.references import screen_records, unknown_commands
from annotator.services.team.validation import screen
from annotator.store import merges, people
from annotator.store.records import collector_at_rest
from annotator.store.study_file import Connection

Progress = Callable[[int, int], bool]


class _Counted:
    """Steps told to a progress that may say stop."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def one(self) -> None:
        self._done += 1
        if self._progress is not None and not self._progress(self._done, self._total):
            raise Cancelled("merging was stopped; nothing was written")


class _Shown(Exception):
    """Ends a transaction whose outcome was only to be looked at."""


@collector_at_rest()
def merge(
    study: Study,
    paths: Sequence[Path],
    dry_run: bool = False,
    passwords: Sequence[str] = (),
    progress: Progress | None = None,
    apart: Collection[str] = (),
) -> Merged:
    """What `annotator merge` answers. Raises BadInput, with nothing written, where anything that comes in is off.

    paths: packages of this study; study files and packages of other studies, which are brought in as a whole.
    ``passwords``: tried on packages that are encrypted. ``progress``: (done, total) -> whether to go on;
    where it says no, Cancelled is raised and nothing is written. apart: see `other_merging.bring`.
    """
    done = _Counted(progress, 2 * len(paths) + 1)
    packages: list[tuple[Path, Package | None]] = []
    for path in paths:
        _refuse_itself(study, path)
        packages.append((path, None if is_study(path) else read_package(path, passwords)))
        done.one()
    of_packages: list[MergedPackage] = []
    of_studies: list[MergedStudy] = []
    _refuse_unused(apart, packages, study)
    try:
        with study.file.transaction() as connection:
            before = before_arrival(study)
            merges.defer_references(connection)
            for path, package in packages:
                if package is not None and package.manifest.study.id == study.id:
                    of_packages.append(_one(study, connection, path, package))
                else:
                    with _other(path, package) as other:
                        of_studies.append(bring(study, connection, other, str(path), apart))
                done.one()
            answer = Merged(tuple(of_packages), tuple(of_studies), not dry_run, before.account(study))
            if answer.news:
                refuse_faults(study, ", ".join(str(p) for p in paths))
            done.one()
            if dry_run:
                raise _Shown
    except _Shown:
        pass
    study.coding.forget()
    return answer


def _refuse_itself(study: Study, path: Path) -> None:
    here = study.file.path
    if isinstance(here, Path) and path.exists() and here.exists() and path.samefile(here):
        raise BadInput("this is the study itself", str(path), "name another study, or a package")


def _refuse_unused(apart: Collection[str], packages: Sequence[tuple[Path, Package | None]], study: Study) -> None:
    if apart and all(p is not None and p.manifest.study.id == study.id for _, p in packages):
        raise BadInput(
            "packages of this study say by their ids who their coder is",
            ", ".join(apart),
            by_door("leave --apart out", say("bring them in as they are")),
        )


@contextmanager
def _other(path: Path, package: Package | None) -> Iterator[OtherStudy]:
    if package is not None:
        yield of_package(package, str(path))
        return
    with other_file(path) as other:
        yield other


def conflicts(study: Study) -> list[merges.Conflict]:
    """What was changed in two places, with both versions, oldest first."""
    with study.file.reading() as connection:
        return list(merges.conflicts(connection))


def refuse_faults(study: Study, where: str) -> None:
    """Raise BadInput where the study, as it stands in this transaction, has a fault."""
    if faults := check(study):
        first, more = faults[0], len(faults) - 1
        told = say("{where}: {what}", where=first.where, what=first.what)
        if more:
            told = say("{first} and {n} more", first=told, n=more)
        raise BadInput(
            say("what it holds does not fit the study: {faults}", faults=told),
            where,
            by_door(
                "run `annotator check` on the study; where it is sound, ask the coder to check and pack again",
                say("check this study; where it is sound, ask the coder to check and pack again"),
            ),
        )


def _one(study: Study, connection: Connection, path: Path, package: Package) -> MergedPackage:
    manifest = package.manifest
    whose = Whose(manifest.coder.id, manifest.coder.name)
    screen(connection, package, str(path), receiving=False)
    screen_records(connection, package, str(path))
    before = merges.merged(connection)
    if manifest.id in before:
        if before[manifest.id] != package.sha256:
            raise BadInput("another package with the same id was merged before", str(path), "do not trust it")
        return MergedPackage(
            file=str(path),
            id=manifest.id,
            coder=whose,
            made=manifest.made,
            status="again",
            landed=Landed(),
            entities=LandedEntities(),
            already=len(package.annotations),
        )
    coder = ensure_coder(study, connection, manifest.coder.id, manifest.coder.name)
    merges.add_package(connection, manifest.id, coder.id, manifest.made, study.clock(), package.sha256)
    landing = Landing(study, connection, coder, manifest.id, package.changes)
    new_suggestions = take_suggestions(connection, package)
    things, already = incoming(landing, package)
    entities = merge_entities(landing, package, things)
    landed = land(landing, things)
    carried, marked = carry_landed(landing)
    landed = replace(landed, carried=carried, marked=marked)
    landing.finish()
    news = landed.steps or landing.apart or new_suggestions or entities.added or entities.changed
    asked = [t.there for t in things if t.kind == "note" and t.here is None and t.there and not t.conflict]
    told = unknown_commands(package)
    made_under = max((c.version for c in package.codebooks), default=study.codebook_version)
    if made_under < study.codebook_version:
        told.append(
            say(
                "it was made under version {old} of the codebook, which is at version {new} here: "
                "{carried} labels are carried over, {marked} wait for review",
                old=made_under,
                new=study.codebook_version,
                carried=carried,
                marked=marked,
            )
        )
    return MergedPackage(
        file=str(path),
        id=manifest.id,
        coder=whose,
        made=manifest.made,
        status="new" if news else "older",
        landed=landed,
        entities=entities,
        already=already,
        questions=tuple(NewQuestion(n) for n in asked if n["kind"] == "question" and not n["reply_to"]),
        conflicts=tuple(landing.apart),
        told=tuple(told),
        made_under=made_under,
        here=study.codebook_version,
    )


def ensure_coder(study: Study, connection: Connection, key: str, name: str, role: str = "coder") -> Coder:
    """The coder with this id, entered where it is new."""
    for coder in people.coders(connection):
        if coder.id == key:
            return coder
    coder = Coder(key, name, role)
    people.add_coder(connection, coder, study.clock())
    return coder
