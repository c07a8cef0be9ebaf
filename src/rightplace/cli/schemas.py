"""JSON Schemas of what the command line prints and of the files whose columns it fixes.

They are made from the dataclasses that the verbs answer with, so that they cannot go stale.
``docs/schemas`` holds them as files; a test compares the two, and the verbs with ``RESULTS``.
Unknown keys are allowed everywhere: keys may be added inside ``/1``, never removed.
"""

from __future__ import annotations

import importlib
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_type_hints

from pydantic import TypeAdapter, create_model
from pydantic.json_schema import GenerateJsonSchema

from rightplace.app.answer import Notice, Problem
from rightplace.cli.docstrings import described
from rightplace.cli.envelope import CONTRACT_WORDS
from rightplace.cli.modes import MODES

if TYPE_CHECKING:
    from pydantic_core import core_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# The result of each verb, as module and class. The class imports its types at run time.
RESULTS = {
    "demo": "rightplace.app.demo:DemoResult",
    "ingest": "rightplace.app.ingest:IngestResult",
    "status": "rightplace.app.status:StatusResult",
    "quarantine": "rightplace.app.status:QuarantineResult",
    "fetch": "rightplace.app.fetch:FetchResult",
    "areas": "rightplace.app.areas:AreaResult",
    "picture": "rightplace.app.picture.result:PictureResult",
    "forecast": "rightplace.app.forecast.use_case:ForecastResult",
    "backtest": "rightplace.app.backtest.use_case:BacktestResult",
    "near-repeat": "rightplace.app.near_repeat.use_case:NearRepeatResult",
    "association": "rightplace.app.association.result:AssociationResult",
    "aftermath": "rightplace.app.aftermath.result:AftermathResult",
    "plan": "rightplace.app.plan.result:PlanResult",
    "replan": "rightplace.app.replan.result:ReplanResult",
    "change": "rightplace.app.changed.result:ChangedPlan",
    "holdout": "rightplace.app.holdout.show:HoldOutShown",
    "hot-spots": "rightplace.app.hot_spots.term_result:TermResult",
    "surge": "rightplace.app.surge.result:SurgeResult",
    "roster": "rightplace.app.roster.result:RosterResult",
    "detectives": "rightplace.app.investigation.result:DetectivesResult",
    "workforce": "rightplace.app.workforce.result:WorkforceResult",
    "routes": "rightplace.app.routes.result:RoutesResult",
    "dosage": "rightplace.app.dosage.result:DosageResult",
    "evaluate": "rightplace.app.evaluation.result:EvaluationResult",
    "operations": "rightplace.app.evaluation.register.result:OperationsResult",
    "brief": "rightplace.app.brief.use_case:BriefResult",
    "documents": "rightplace.app.documents.result:DocumentsResult",
    "publish": "rightplace.app.service.publish:PublishResult",
    "accounts": "rightplace.app.accounts.first:AccountsResult",
    "serve": "rightplace.app.service.serve:ServeResult",
    "public": "rightplace.app.public.result:PublicExported",
    "work": "rightplace.app.service.jobs_work:WorkResult",
    "audit": "rightplace.app.accountability.chain:AuditVerdict",
    "nightly": "rightplace.app.accountability.nightly:NightlyResult",
    "hold": "rightplace.app.accountability.holds:HoldsResult",
    "migrate": "rightplace.app.accountability.migrating:MigrateResult",
    "backup": "rightplace.app.accountability.backups:BackupResult",
    "restore": "rightplace.app.accountability.backups:RestoreResult",
    "feedback": "rightplace.app.feedback.result:FeedbackResult",
    "searches": "rightplace.app.searches.report_result:PackResult",
    "section60": "rightplace.app.section_60.check_result:CheckResult",
    "card": "rightplace.app.forecast.model_card:CardResult",
    "explain": "rightplace.app.explain:ExplainResult",
    "config": "rightplace.app.about:ConfigResult",
    "version": "rightplace.app.about:VersionResult",
}

Schema = dict[str, Any]


class _Untitled(GenerateJsonSchema):
    """Schemas without titles."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        """Return False: a title made from the name says nothing."""
        return False


class _Printed(_Untitled):
    """Schemas of dataclasses as ``cli.envelope`` prints them: every field, each explained."""

    def field_is_required(self, field: object, total: bool) -> bool:  # noqa: ARG002, FBT001 - as above
        """Return True: every field is printed, also those at their default."""
        return True

    def dataclass_schema(self, schema: core_schema.DataclassSchema) -> Schema:
        """Return a dataclass's schema with the contract's words and its docstring's."""
        content = super().dataclass_schema(schema)
        said = described(schema["cls"])
        properties = {
            CONTRACT_WORDS.get(name, name): _plain_property(inner)
            | ({"description": said.fields[name]} if name in said.fields else {})
            for name, inner in content["properties"].items()
        }
        return {
            "type": "object",
            "description": " ".join([said.summary, *said.prose]),
            "properties": properties,
            "required": list(properties),
        }


def _plain_property(inner: Schema) -> Schema:
    """Return a property without its default: what is printed always stands."""
    return {key: value for key, value in inner.items() if key != "default"}


def _definitions(*classes: type) -> tuple[list[Schema], Schema]:
    """Return a reference for each class, and the definitions they lead to."""
    made, found = TypeAdapter.json_schemas(
        [(number, "serialization", TypeAdapter(each)) for number, each in enumerate(classes)],
        schema_generator=_Printed,
    )
    return [made[number, "serialization"] for number in range(len(classes))], found.get("$defs", {})


def result_class(verb: str) -> type:
    """Return the dataclass that a verb answers with.

    Raises
    ------
    TypeError
        If what stands in the registry is none.
    """
    home = (RESULTS | MODES)[verb]
    module, _, name = home.partition(":")
    found = getattr(importlib.import_module(module), name)
    if not (isinstance(found, type) and is_dataclass(found)):
        msg = f"{home} is no dataclass."
        raise TypeError(msg)
    return found


def verb_schema(verb: str) -> Schema:
    """Return the schema of the one object that a verb prints with ``--json``.

    Parameters
    ----------
    verb
        A verb of ``RESULTS``, or a mode of one.
    """
    (notice, problem, result), definitions = _definitions(Notice, Problem, result_class(verb))
    properties: Schema = {
        "schema": {"const": f"rightplace/{verb}/1"},
        "id": {"type": ["string", "null"], "description": "Id of the run or area made."},
        "ok": {"type": "boolean", "description": "Whether all that was asked for was done."},
        "as_of": {
            "type": ["string", "null"],
            "format": "date",
            "description": "The last day whose events were used.",
        },
        "data_releases": {
            "type": "array",
            "items": {"type": "string"},
            "description": "Declared releases of the files used: days, or an archive's month.",
        },
        "warnings": {"type": "array", "items": notice},
        "result": result,
    }
    return {
        "$schema": DIALECT,
        "$id": f"urn:rightplace:{verb}:1",
        "title": f"rightplace {verb} --json",
        "type": "object",
        "properties": properties | {"error": problem},
        "required": list(properties),
        "if": {"properties": {"ok": {"const": False}}},
        "then": {"required": ["error"]},
        "$defs": definitions,
    }


def error_schema() -> Schema:
    """Return the schema of what any verb prints with ``--json`` when it fails as a whole."""
    (problem,), definitions = _definitions(Problem)
    return {
        "$schema": DIALECT,
        "$id": "urn:rightplace:error:1",
        "title": "Any verb that fails",
        "type": "object",
        "properties": {"ok": {"const": False}, "error": problem},
        "required": ["ok", "error"],
        "$defs": definitions,
    }


def crews_schema() -> Schema:
    """Return the schema of a row of a crew file, its cells read as JSON values."""
    from rightplace.deploy.crews import Crew

    hints = get_type_hints(Crew, localns={"datetime": datetime})
    columns = [field.name for field in fields(Crew) if field.default is MISSING]
    cells: dict[str, Any] = {name: (hints[name], ...) for name in columns}
    row = create_model("Crew", **cells)
    content = row.model_json_schema(schema_generator=_Printed)["properties"]
    meanings = described(Crew).fields
    properties = {name: _cell(content[name]) | {"description": meanings[name]} for name in columns}
    return _row_schema("crews", "A row of the crew file (plan --crews)", properties)


def _cell(content: Schema) -> Schema:
    """Return the schema of a cell: tables write yes and no as 1 and 0."""
    return {"enum": [0, 1]} if content["type"] == "boolean" else content


def pings_schema() -> Schema:
    """Return the schema of a row of a ping file, its cells read as JSON values."""
    from rightplace.evaluate.pings import MEANINGS, NEEDED

    kinds: dict[str, Schema] = {
        "time": {"type": "string", "format": "date-time"},
        "lon": {"type": "number", "minimum": -180, "maximum": 180},
        "lat": {"type": "number", "minimum": -90, "maximum": 90},
        "accuracy_m": {"type": ["number", "null"], "minimum": 0},
    }
    properties = {
        name: kinds.get(name, {"type": "string", "minLength": 1}) | {"description": meaning}
        for name, meaning in MEANINGS.items()
    }
    schema = _row_schema("pings", "A row of the ping file (dosage --pings)", properties)
    return schema | {"required": list(NEEDED)}


def surge_schemas() -> dict[str, Schema]:
    """Return the schemas of rows of the files of a surge, their cells as text."""
    from rightplace.app.surge.equality import GROUP_MEANINGS
    from rightplace.deploy.surge import demand, limits, officers

    tables: dict[str, tuple[str, dict[str, str], dict[str, bool]]] = {
        "officers": ("--officers", officers.OFFICER_MEANINGS, officers.OFFICER_COLUMNS),
        "demand": ("--demand", demand.DEMAND_MEANINGS, demand.DEMAND_COLUMNS),
        "donors": ("--donors", limits.DONOR_MEANINGS, limits.DONOR_COLUMNS),
        "overrides": ("--overrides", limits.OVERRIDE_MEANINGS, limits.OVERRIDE_COLUMNS),
        "groups": ("--groups", GROUP_MEANINGS, {"officer_id": True}),
    }
    made = {}
    for name, (option, meanings, needed) in tables.items():
        cells: Schema = {
            column: {"type": "string", "description": meaning}
            for column, meaning in meanings.items()
        }
        row = _row_schema(f"surge-{name}", f"A row of the {name} file (surge {option})", cells)
        required = [column for column, is_needed in needed.items() if is_needed]
        made[f"surge-{name}"] = row | {"required": required, "additionalProperties": False}
    return made


def roster_schemas() -> dict[str, Schema]:
    """Return the schemas of rows of the files that rosters are made from, their cells as text."""
    from rightplace.deploy.roster.demand import DEMAND_COLUMNS
    from rightplace.deploy.roster.files import ABSENCE_COLUMNS, OFFICER_COLUMNS, WISH_COLUMNS

    files = {
        "officers": OFFICER_COLUMNS,
        "demand": DEMAND_COLUMNS,
        "absences": ABSENCE_COLUMNS,
        "wishes": WISH_COLUMNS,
    }
    found = {}
    for name, columns in files.items():
        properties: Schema = {
            column: {"type": "string", "description": meaning}
            for column, meaning in columns.items()
        }
        title = f"A row of the {name} of a roster (roster --{name})"
        found[f"roster-{name}"] = _row_schema(f"roster-{name}", title, properties)
    return found


def file_schemas() -> dict[str, Schema]:
    """Return the schemas of rows of the other files of plans and dosage, their cells as text."""
    from rightplace.cli.row_schemas import FILES

    made = {}
    for name, (option, meanings) in FILES.items():
        properties: Schema = {
            column: {"type": "string", "description": meaning}
            for column, meaning in meanings.items()
        }
        made[name] = _row_schema(name, f"A row of the file of {option}", properties)
    return made


def shift_profile_schema() -> Schema:
    """Return the schema of a row of a shift profile, its cells read as JSON values."""
    from rightplace.deploy.shift_profile import WEEKDAYS

    meaning = "Share of the violence in this shift; all shares sum to 1 within 0.005."
    properties: Schema = {
        "shift": {"type": "string", "description": "Name of a shift of the study area."},
        "weekday": {
            "enum": list(WEEKDAYS),
            "description": "Weekday of the policing day; in every row, or in none.",
        },
        "share": {"type": "number", "minimum": 0, "maximum": 1, "description": meaning},
    }
    title = "A row of the shift profile (plan --profile)"
    schema = _row_schema("shift-profile", title, properties)
    return schema | {"required": ["shift", "share"], "additionalProperties": False}


def _row_schema(name: str, title: str, properties: Schema) -> Schema:
    return {
        "$schema": DIALECT,
        "$id": f"urn:rightplace:{name}:1",
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def section_60_schema() -> Schema:
    """Return the schema of the file of authorisations; an unknown key is an error."""
    from rightplace.powers.section_60.file_rows import Section60File

    content = Section60File.model_json_schema(schema_generator=_Untitled)
    title = "A file of authorisations (section60 check)"
    return {"$schema": DIALECT, "$id": "urn:rightplace:section60-file:1", **content, "title": title}


def mapping_schema() -> Schema:
    """Return the schema of a mapping; an unknown key is an error."""
    from rightplace.crime.mapping import Mapping

    content = Mapping.model_json_schema(schema_generator=_Untitled)
    title = "A mapping (ingest --mapping)"
    return {"$schema": DIALECT, "$id": "urn:rightplace:mapping:1", **content, "title": title}


def settings_schema() -> Schema:
    """Return the schema of ``rightplace.toml``; an unknown section or key is an error."""
    from rightplace.app.workspace import sections

    properties = {name: _section(section) for name, section in sections().items()}
    return _closed("settings", "rightplace.toml", properties)


def _section(section: type) -> Schema:
    said = described(section)
    kinds = {str: "string", int: "integer", float: "number", bool: "boolean"}
    properties = {
        each.name: {
            "type": kinds[type(each.default)],
            "default": each.default,
            "description": said.fields[each.name],
        }
        for each in fields(section)
    }
    return {
        "type": "object",
        "description": said.summary,
        "properties": properties,
        "additionalProperties": False,
    }


def _closed(name: str, title: str, properties: Schema) -> Schema:
    """Return the schema of a file in which an unknown key is an error and none is needed."""
    row = _row_schema(name, title, properties)
    return row | {"required": [], "additionalProperties": False}


def all_schemas() -> dict[str, Schema]:
    """Return every schema by the name of its file."""
    return {
        **{verb: verb_schema(verb) for verb in (*RESULTS, *MODES)},
        "error": error_schema(),
        "crews": crews_schema(),
        "pings": pings_schema(),
        **surge_schemas(),
        "shift-profile": shift_profile_schema(),
        **roster_schemas(),
        **file_schemas(),
        "section60-file": section_60_schema(),
        "mapping": mapping_schema(),
        "settings": settings_schema(),
    }
