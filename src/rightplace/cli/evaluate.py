"""``rightplace evaluate``: did it work, how sure is that, and what these data cannot tell."""

from __future__ import annotations

import click

from rightplace.cli.evaluate_before_after import before_after_verb
from rightplace.cli.evaluate_claim import claim_verb
from rightplace.cli.evaluate_did import command as did
from rightplace.cli.evaluate_effect import effect
from rightplace.cli.evaluate_lot import command as lot
from rightplace.cli.evaluate_power import command as power
from rightplace.cli.evaluate_report import command as report
from rightplace.cli.evaluate_series import command as series
from rightplace.cli.evaluate_synth import command as synth
from rightplace.cli.evaluate_trial import trial, trial_end, trial_lock, trials
from rightplace.cli.evaluate_wdd import wdd_verb


@click.group()
def command() -> None:
    """Say whether an operation worked, how sure that is, and what these data cannot tell.

    Every design answers in one form: estimate, interval, checks, refutations, evidence level and
    a plain verdict. Null results are results.
    """


# Verbs of the group, from the simplest comparison to the strongest.
for _verb in (
    claim_verb,
    wdd_verb,
    before_after_verb,
    series,
    did,
    synth,
    power,
    lot,
    trial,
    trial_lock,
    trial_end,
    trials,
    report,
    effect,
):
    command.add_command(_verb)
