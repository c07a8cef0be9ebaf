"""Entry point: which verbs there are, and how every failure leaves.

A verb's module is imported only when it is called, so that help is quick.
"""

from __future__ import annotations

import importlib
import os
import re
import sys
from pathlib import Path

import click

from rightplace._version import __version__
from rightplace.cli.envelope import error_envelope, print_json
from rightplace.core.suggest import did_you_mean
from rightplace.errors import RightplaceError, UsageError

VERBS = {
    "demo": "London on synthetic incidents: from nothing to a plan and briefs",
    "ingest": "Take crime, search or strength files in",
    "status": "What is held, what is missing, what was refused",
    "quarantine": "Rows that could not be used, and why",
    "fetch": "Fetch published files (the only verb that goes out to the network)",
    "areas": "Define the study area and its cells",
    "picture": "What violence was recorded where and when, domestic abuse apart",
    "forecast": "Expected violence per place and time, with intervals",
    "backtest": "How good forecasts would have been, beside simple baselines",
    "near-repeat": "Whether events follow each other closer than by chance",
    "association": "How a forecast goes with who lives where: an audit, never a feature",
    "aftermath": "What to expect nearby for 72 hours after a serious incident",
    "plan": "Which crews visit which places in the coming week",
    "replan": "Make a running plan anew: done visits stay, few others change",
    "change": "A plan changed within bounds: places left out or wanted, crews taken away",
    "holdout": "Places that a plan leaves without visits by lot: see, sign for, release",
    "hot-spots": "Judge places afterwards, fix hot spots for a term, return on them",
    "surge": "Which officers move to which boroughs, why, and who loses them",
    "roster": "Who works when, within law, practice and demand",
    "detectives": "What units of detectives can carry, and what moving some would do at both ends",
    "workforce": "How many officers there will be, how many deployable, when a target is met",
    "routes": "Each crew's round of a plan on real streets, with sheet, GPX and GeoJSON",
    "dosage": "How much patrol the places of a plan got, by unit and never by person",
    "evaluate": "Did it work: claims checked, operations judged by honest designs",
    "operations": "Units and operations registered before results exist, and locked",
    "brief": "One page per BCU, and the whole plan for maps",
    "documents": "The six documents without which nothing is published",
    "publish": "Put a forecast or plan where the web application shows it",
    "accounts": "The first accounts of a service",
    "serve": "The web application, over what is published",
    "public": "The public edition: export what may be told, serve it apart",
    "work": "Do the jobs that people asked for in the web application",
    "audit": "Whether the audit chain is whole; who looked at what, when and why",
    "nightly": "Delete what is past its period, with a certificate; verify the chain",
    "hold": "Keep records of a case from being deleted until it is over",
    "migrate": "Bring the operational database up to this version, after a backup",
    "backup": "The operational database in one file, while others go on working",
    "restore": "A backup in the database's place, without what was deleted since",
    "feedback": "Whether records follow patrol: simulated, and watched in real use",
    "searches": "Stop and search: rates, what files lack, the pack for a scrutiny panel",
    "section60": "What authorisations of section 60 break, by the law of their day",
    "card": "The model card of a forecast: what it rests on, reaches, cannot do",
    "explain": "How a number came about: data, code, settings, seed",
    "config": "Settings in force and where each came from",
    "version": "Version and digest of the code",
}


class Verbs(click.Group):
    """The verbs, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the verbs in the order of a week's work."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a verb's command; where there is none, say the nearest."""
        if cmd_name not in VERBS:
            ctx.fail(f"There is no verb {cmd_name!r}. {did_you_mean(cmd_name, VERBS)}")
        module = importlib.import_module(f"rightplace.cli.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        # What a function raises is for whoever codes, not for whoever calls the verb.
        command.help = re.split(r"\n\s*Raises\s*\n", command.help or "")[0]
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of verbs without importing any."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--workspace",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rightplace-workspace"),
    envvar="RIGHTPLACE_WORKSPACE",
    show_default=True,
    help="Folder that keeps data, areas and runs.",
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    envvar="RIGHTPLACE_CONFIG",
    help="Settings file; default: rightplace.toml in the workspace.",
)
@click.version_option(__version__, prog_name="rightplace")
@click.pass_context
def cli(ctx: click.Context, workspace: Path, config: Path | None) -> None:
    """Put the right people in the right places against violence.

    Forecasts are of places and shifts, never of persons. A person decides.
    """
    from rightplace.app.workspace import Workspace

    ctx.obj = Workspace(root=workspace, config=config)


def main() -> None:
    """Run the command line; every failure leaves with its exit code and, asked for, as JSON."""
    wants_json = "--json" in sys.argv
    try:
        code = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Abort:
        sys.stderr.write("Stopped; what was held before is untouched.\n")
        sys.exit(130)
    except click.ClickException as error:
        _leave(UsageError(error.format_message(), remedy=_help_hint(error)), wants_json=wants_json)
    except RightplaceError as error:
        _leave(error, wants_json=wants_json)
    except SystemExit:
        # So Click leaves when whoever read our output has closed it; nothing is left to say.
        sys.exit(0)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # the outermost shell keeps the contract's exit 70
        if os.environ.get("RIGHTPLACE_DEBUG"):
            raise
        _leave(_unforeseen(error), wants_json=wants_json)
    sys.exit(code if isinstance(code, int) else 0)


def _unforeseen(error: Exception) -> RightplaceError:
    """Return an error of ours for one that nobody foresaw."""
    return RightplaceError(
        f"Something failed that we did not foresee ({type(error).__name__}: {error}).",
        remedy="Please report it with the trace that RIGHTPLACE_DEBUG=1 shows.",
    )


def _help_hint(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "rightplace"
    return f"See `{path} --help`."


def _leave(error: RightplaceError, *, wants_json: bool) -> None:
    if wants_json:
        print_json(error_envelope(error))
    sys.stderr.write(f"{error}\n")
    sys.exit(error.exit_code)
