"""What a verb answers with when it is asked for something else than its main work."""

# As module and class, by the name of the schema. The class imports its types at run time.
MODES = {
    "audit-show": "rightplace.app.accountability.chain:AuditShown",
    "public-serve": "rightplace.app.public.result:PublicServed",
    "roster-check": "rightplace.app.roster.result:RosterCheckResult",
    "aftermath-learn": "rightplace.app.aftermath.learning:Learned",
    "holdout-sign": "rightplace.app.holdout.sign_off:SignedOff",
    "holdout-release": "rightplace.app.holdout.releases:Released",
    "hot-spots-score": "rightplace.app.hot_spots.score_result:ScoreResult",
    "hot-spots-return": "rightplace.app.hot_spots.return_result:ReturnResult",
    "hot-spots-problem": "rightplace.app.hot_spots.problem_result:ProblemKept",
    "hot-spots-problems": "rightplace.app.hot_spots.problem_result:ProblemsResult",
    "searches-record": "rightplace.app.searches.record_result:RecordedResult",
    "searches-caused": "rightplace.app.searches.caused_result:CausedResult",
    "searches-darkness": "rightplace.app.searches.darkness:DarknessAnswer",
    "searches-rates": "rightplace.app.searches.rates_result:RatesResult",
    "searches-threshold": "rightplace.app.searches.threshold:ThresholdAnswer",
    "evaluate-claim": "rightplace.app.evaluation.claim:ClaimResult",
    "evaluate-wdd": "rightplace.app.evaluation.displacement:WddResult",
    "evaluate-claims": "rightplace.app.evaluation.claim:ClaimsResult",
    "evaluate-power": "rightplace.app.evaluation.power:PowerResult",
    "evaluate-lot": "rightplace.app.evaluation.lot:LotResult",
    "evaluate-trial": "rightplace.app.evaluation.trial_result:TrialResult",
    "evaluate-trial-lock": "rightplace.app.evaluation.trial_lock:TrialShown",
    "evaluate-trial-end": "rightplace.app.evaluation.trial_lock:TrialShown",
    "evaluate-trials": "rightplace.app.evaluation.trial_lock:TrialsResult",
}
