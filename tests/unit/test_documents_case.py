"""The six documents as use cases: written from a kept run, finished, checked, filed, asked for."""

from __future__ import annotations

import re
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest

from rightplace.app.backtest.use_case import BacktestOptions, backtest
from rightplace.app.documents.filing import check_folder, file_folder, held_documents, read_folder
from rightplace.app.documents.writing import document_texts, read_answers, write_documents
from rightplace.app.evidence import Question
from rightplace.app.service.database import create_records
from rightplace.app.service.publish import judged, publish_run
from rightplace.app.workspace import Workspace
from rightplace.core.runs import code_version
from rightplace.errors import BadInputError, NotHeldError, RefusedError, UsageError
from rightplace.records.audit.transaction import transaction
from rightplace.records.database.front import sqlite_url
from rightplace.records.documents.document import EXAMPLE, Status, read_document
from rightplace.records.documents.kinds import DocumentKind, example_answers, template_of
from rightplace.records.documents.sections import blanks_of
from tests.document_world import file_six, finish_files, finished
from tests.records.acting import ANALYST
from tests.walks import Kept, kept
from tests.worlds import AS_OF, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from rightplace.records.database.front import Database

TODAY = date(2026, 5, 4)
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder: Path = tmp_path_factory.mktemp("documents")
    return kept(folder / "workspace", publish(folder / "files"), AS_OF)


def answered(folder: Path, day: str = "2026-05-01") -> None:
    """Finish the drafts of a folder, dated by hand."""
    finish_files(folder)
    for path in folder.glob("*.md"):
        text = re.sub(r"^dated = .*$", f"dated = {day}", path.read_text(), flags=re.MULTILINE)
        text = re.sub(r"^review_due = .*$", "review_due = 2027-05-01", text, flags=re.MULTILINE)
        path.write_text(text)


def drafts(world: Kept, folder: Path) -> Path:
    write_documents(world.workspace, world.plan.result.plan_id, folder=folder)
    return folder


def test_six_drafts_are_written_and_tell_what_the_run_itself_tells(
    world: Kept, tmp_path: Path
) -> None:
    forecast_id = world.made.record.id
    answer = write_documents(world.workspace, forecast_id, folder=tmp_path / "six")
    assert [each.kind for each in answer.result.documents] == [kind.value for kind in DocumentKind]
    assert answer.result.subject == "additive_memory"
    assert answer.result.code_version == code_version()
    assert not answer.result.ready
    for kind in DocumentKind:
        text = (tmp_path / "six" / f"{kind.value}.md").read_text()
        document = read_document(text)
        assert (document.kind, document.status) == (kind, Status.DRAFT)
        assert (document.dated, document.reviewed_by, document.review_due) == (None, "", None)
        assert "$" not in text
        assert max(len(line) for line in text.splitlines() if line[:1] != "|") <= 100
    card = (tmp_path / "six" / "model-card.md").read_text()
    record = (tmp_path / "six" / "algorithmic-transparency-record.md").read_text()
    assert forecast_id in card
    assert world.made.record.result is not None
    records = f"{world.made.record.result['records']:,} records"
    assert records in " ".join(card.split())
    assert records in " ".join(record.split())
    assert str(tmp_path.parent) not in card + record, "no folder of this machine in public texts"
    register = (tmp_path / "six" / "record-of-processing-activities.md").read_text()
    assert "seconds_reading (personal)" in " ".join(register.split())


def test_the_transparency_record_has_each_field_of_the_standard(world: Kept) -> None:
    """Fields as DOMAIN 9.4.20 lists them."""
    text = document_texts(world.workspace, world.made.record.id)[DocumentKind.TRANSPARENCY]
    for field in (
        "Metadata|ID|Version of the standard|Date completed|Dates updated|Date archived|"
        "Type of organisation|Function|Phase|Region|Tier 1|1.1 Name|1.2 Description|1.3 Website|"
        "1.4 Contact email|2.1.1 Organisation|2.1.2 Team|2.1.3 Senior responsible owner|"
        "2.1.4 Third party|Companies House number|role|Procurement procedure type|"
        "data access terms|Detailed description|Scope|Benefit|Previous process|"
        "Alternatives considered|Process integration|Provided information|Frequency and scale|"
        "Human decisions and review|Required training|Appeals and review|System architecture|"
        "System-level input|System-level output|Maintenance|Model name|Model version|Model task|"
        "Model input|Model output|Model architecture|Model performance|Datasets and purposes|"
        "2.4.3: development data|2.4.4: operational data|Modality|Quantities|"
        "Sensitive attributes|Completeness and representativeness|Collection|Cleaning|"
        "Access and storage|Sharing agreements|Risk|Mitigation|Impact assessments"
    ).split("|"):
        assert field in text, field


def test_every_blank_has_a_hint_and_an_example(world: Kept) -> None:
    keys = {key for kind in DocumentKind for key in blanks_of(template_of(kind))}
    for key in keys:
        assert re.search(rf"^{key} = \"", example_answers(), re.MULTILINE), key
    texts = document_texts(world.workspace, world.made.record.id, example_on=TODAY)
    for text in texts.values():
        document = read_document(text)
        assert document.is_synthetic
        assert EXAMPLE in text
        assert document.faults(day=TODAY) == ()


def test_files_that_somebody_may_have_worked_on_are_never_touched(
    world: Kept, tmp_path: Path
) -> None:
    folder = drafts(world, tmp_path / "six")
    (folder / "model-card.md").write_text("mine")
    with pytest.raises(UsageError, match="stands there already"):
        drafts(world, folder)
    assert (folder / "model-card.md").read_text() == "mine"


def test_a_dry_run_writes_nothing(world: Kept, tmp_path: Path) -> None:
    forecast_id = world.made.record.id
    write_documents(world.workspace, forecast_id, folder=tmp_path / "six", dry_run=True)
    assert not (tmp_path / "six").exists()


def test_answers_fill_the_same_blank_in_every_document_and_nothing_else(
    world: Kept, tmp_path: Path
) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text('controller = "The Chief Constable, at $5 a page"\n')
    write_documents(world.workspace, world.made.record.id, folder=tmp_path / "six", answers=answers)
    for kind in (DocumentKind.IMPACT, DocumentKind.PROCESSING):
        text = (tmp_path / "six" / f"{kind.value}.md").read_text()
        assert "The Chief Constable, at $5 a page" in text
        assert "controller" not in blanks_of(text)
        assert "lawful_basis" in blanks_of(text)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('controler = "x"', "controller"),
        ("controller = 5", "no text"),
        ('controller = " "', "no text"),
        ('controller = "x\\n## Purposes"', "holds a heading"),
        ("controller =", "cannot be read"),
    ],
)
def test_answers_that_fit_no_blank_are_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "answers.toml").write_text(content)
    with pytest.raises(BadInputError, match=said):
        read_answers(tmp_path / "answers.toml")


def test_only_a_model_that_forecasts_has_documents(world: Kept, tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        write_documents(world.workspace, "f-ffffffffffff", folder=tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# A model card", "does not begin with its front matter"),
        ("+++\nkind = \n+++\n\nx", "not TOML"),
        ("CARD", "is 'model-cart'"),
        ("EXTRA", "unknown key 'owner'"),
        ("WHEN", "no day"),
        ("NOBODY", "says no subject"),
        ("BELL", "control characters"),
        ("LONG", "at most 200,000"),
    ],
)
def test_a_text_that_is_no_document_is_refused(text: str, said: str) -> None:
    card = finished(DocumentKind.CARD)
    broken = {
        "CARD": card.replace('"model-card"', '"model-cart"'),
        "EXTRA": card.replace("dated =", 'owner = "me"\ndated ='),
        "WHEN": card.replace("dated = 2026-05-01", 'dated = "in May"'),
        "NOBODY": card.replace('"additive_memory"', '" "'),
        "BELL": card + "\x07",
        "LONG": card + "x" * 200_000,
    }.get(text, text)
    with pytest.raises(BadInputError, match=said):
        read_document(broken, file="here.md")


def test_a_folder_holds_one_of_each_kind_about_one_model(tmp_path: Path) -> None:
    with pytest.raises(NotHeldError):
        read_folder(tmp_path)
    (tmp_path / "a.md").write_text(finished(DocumentKind.CARD))
    (tmp_path / "b.md").write_text(finished(DocumentKind.CARD))
    with pytest.raises(BadInputError, match="Two files are the model card"):
        read_folder(tmp_path)
    (tmp_path / "b.md").write_text(finished(DocumentKind.IMPACT, subject="kernel"))
    with pytest.raises(BadInputError, match="additive_memory and kernel"):
        read_folder(tmp_path)
    (tmp_path / "b.md").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInputError, match="cannot be read"):
        read_folder(tmp_path)


def test_a_check_says_of_each_what_is_left_to_do(world: Kept, tmp_path: Path) -> None:
    folder = drafts(world, tmp_path / "six")
    answer = check_folder(folder, day=TODAY, code_version=code_version())
    assert answer.exit_code == RefusedError.exit_code
    assert answer.error is not None
    assert "is a draft" in answer.error.message
    answered(folder)
    (folder / "model-card.md").unlink()
    answer = check_folder(folder, day=TODAY, code_version=code_version())
    faults = {each.kind: each.faults for each in answer.result.documents if each.faults}
    assert faults == {"model-card": ("is missing",)}
    assert not answer.result.ready
    later = check_folder(folder, day=date(2027, 5, 2), code_version="0.9")
    assert later.result.documents[0].faults == (
        "was due for review on 2027-05-01",
        f"is for code {code_version()}, not 0.9",
    )


@dataclass(frozen=True)
class Service:
    """A service database with nothing in it."""

    world: Kept
    database: Database

    def publish(self, run_id: str) -> tuple[str, ...]:
        answer = publish_run(self.world.workspace, self.database, run_id, actor=ANALYST, at=NOON)
        return answer.result.published


@pytest.fixture
def service(world: Kept, tmp_path: Path) -> Iterator[Service]:
    apart = {"records.url": sqlite_url(tmp_path), "records.apart": str(tmp_path / "apart")}
    workspace = Workspace(root=world.workspace.root, flags=apart)
    with closing(create_records(workspace, ANALYST, kind="service", at=NOON)) as database:
        yield Service(world, database)


def test_a_plan_is_published_once_its_documents_are_finished_and_filed(
    service: Service, tmp_path: Path
) -> None:
    world, plan_id = service.world, service.world.plan.result.plan_id
    with pytest.raises(RefusedError, match="all six documents of the model additive_memory"):
        service.publish(plan_id)
    folder = drafts(world, tmp_path / "six")
    with pytest.raises(RefusedError, match="is not dated"):
        file_folder(world.workspace, service.database, folder, actor=ANALYST, at=NOON)
    answered(folder)
    filed = file_folder(world.workspace, service.database, folder, actor=ANALYST, at=NOON)
    assert filed.result.ready
    assert [each.version for each in filed.result.documents] == [1] * 6
    assert plan_id in service.publish(plan_id)


def test_documents_of_one_folder_are_filed_together_or_not_at_all(
    service: Service, tmp_path: Path
) -> None:
    world = service.world
    folder = drafts(world, tmp_path / "six")
    answered(folder)
    path = folder / "record-of-processing-activities.md"
    path.write_text(path.read_text().replace("what the force says", "[FILL IN x]"))
    with pytest.raises(RefusedError):
        file_folder(world.workspace, service.database, folder, actor=ANALYST, at=NOON)
    held = held_documents(service.database, "additive_memory", at=NOON, code_version=code_version())
    assert {each.faults for each in held.result.documents} == {("is missing",)}


def test_examples_do_not_enter_a_service(service: Service, tmp_path: Path) -> None:
    world = service.world
    folder = tmp_path / "six"
    write_documents(world.workspace, world.made.record.id, folder=folder, example_on=TODAY)
    with pytest.raises(RefusedError, match="only in a demo"):
        file_folder(world.workspace, service.database, folder, actor=ANALYST, at=NOON)


def test_a_backtest_needs_the_documents_of_what_it_judges_and_not_of_plain_counts(
    service: Service,
) -> None:
    made = backtest(
        service.world.workspace,
        Question(as_of=AS_OF),
        BacktestOptions(
            methods=("fading@half_life_weeks=52", "uniform"),
            origins=(date(2018, 4, 1), date(2018, 5, 1)),
            shares=(0.25,),
            reference=None,
        ),
        made_at=NOON,
    )
    assert made.id is not None
    with pytest.raises(RefusedError, match="all six documents of the model fading"):
        service.publish(made.id)
    with transaction(service.database, ANALYST, purpose="File.", at=NOON) as tx:
        file_six(tx, subject="fading", code=code_version())
    assert service.publish(made.id) == (made.id,)


def test_a_backtest_of_plain_counts_alone_judges_them() -> None:
    both: dict[str, Any] = {"result": {"methods": {"uniform": {}, "last_28_days": {}}}}
    assert judged(both) == ("model/uniform", "model/last_28_days")
    one: dict[str, Any] = {"result": {"methods": {"uniform": {}, "kernel@bandwidth_m=100": {}}}}
    assert judged(one) == ("model/kernel@bandwidth_m=100",)
