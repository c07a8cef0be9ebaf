"""A tiny backtest report that a person can check: a reference, one better and one worse method."""

from __future__ import annotations

from datetime import date, timedelta

from rightplace.briefing import (
    AreaScore,
    BestPoint,
    CurvePoint,
    Difference,
    Estimate,
    Finding,
    Findings,
    HeldInterval,
    MethodLine,
    Named,
    OriginRow,
    PitBars,
    Report,
    ReportNumbers,
    StableShare,
    TenthRow,
)

KEYS = ("A", "B", "C")
SHARES = (0.01, 0.02, 0.05, 0.1)


def estimate(value: float, half: float) -> Estimate:
    """Return an estimate with an interval of so much to either side."""
    return Estimate(value=value, lo=value - half, hi=value + half)


def method(key: str, name: str, *, is_reference: bool = False) -> MethodLine:
    """Return a row of the table of methods."""
    return MethodLine(
        key=key,
        name=name,
        is_reference=is_reference,
        log_score=-0.1,
        log_score_same_noise=-0.09,
        log_score_ceiling=None,
        crps=0.05,
        coverage80=0.8,
        areas=tuple(AreaScore(share=s, hit_rate=5 * s, pai=5.0) for s in SHARES),
        standing="the reference" if is_reference else "worse",
    )


def numbers(names: tuple[str, str, str] = ("plain", "better", "worse")) -> ReportNumbers:
    """Return all tables of three methods, the first the reference."""
    gains = {"B": estimate(0.5, 0.2), "C": estimate(-40.0, 2.0)}
    return ReportNumbers(
        methods=tuple(
            method(key, name, is_reference=key == "A")
            for key, name in zip(KEYS, names, strict=True)
        ),
        differences=tuple(
            Difference(
                key=key,
                measure="log score",
                percent=gain,
                absolute=gain,
                margin_percent=-0.1,
                words="better" if gain.value > 0 else "worse",
            )
            for key, gain in gains.items()
        ),
        curves=tuple(
            CurvePoint(key=key, by="cells", share=s, hit_rate=5 * s, pai=5.0, marked=True)
            for key in KEYS
            for s in SHARES
        ),
        best=tuple(BestPoint(by="cells", share=s, hit_rate=8 * s, pai=8.0) for s in SHARES),
        pits=tuple(
            PitBars(key=key, top=top, shares=(0.1,) * 10, band=(0.09, 0.11))
            for top in (False, True)
            for key in KEYS
        ),
        tenths=tuple(
            TenthRow(
                key=key,
                tenth=n,
                expected=100.0 * n,
                observed=100 * n,
                ratio=estimate(1.0, 0.1),
                coverage80=0.8,
                judged=n > 1,
            )
            for key in KEYS
            for n in range(1, 11)
        ),
        origins=tuple(
            OriginRow(
                key=key,
                origin=date(2018, 1, 1) + timedelta(days=7 * week),
                events=10,
                difference=0.001 * (week - 4),
            )
            for key in ("B", "C")
            for week in range(12)
        ),
        stability=tuple(StableShare(key=key, share=0.02, kept=0.9) for key in KEYS),
        intervals=tuple(
            HeldInterval(
                key=key, units="cells", level=0.8, n=50, covered=estimate(0.8, 0.1), words="holds"
            )
            for key in KEYS
        ),
    )


def report(names: tuple[str, str, str] = ("plain", "better", "worse"), **words: str) -> Report:
    """Return a report of three methods; words replace those of its head."""
    finding = Finding(title="What the chart shows", reading="How to read it.")
    said = {
        "run_id": "b-0123456789ab",
        "area": "Tiny London",
        "period": "12 weeks",
        "verdict": "One is better.",
        "in_full": "One is better, one is worse.",
    } | words
    return Report(
        **said,
        plainly=("Worse than the reference: worse.",),
        compared=(Named(name="Seed", words="0"),),
        reference=("The reference is plain.",),
        findings=Findings(
            differences=finding,
            accuracy=finding,
            pit=finding,
            tenths=finding,
            intervals=finding,
            origins=finding,
            stability=finding,
        ),
        numbers=numbers(names),
        commands=("rightplace backtest",),
        notices=("Some cells had no data.",),
        synthetic=False,
    )
