"""The sampler of the threshold test: NumPyro's NUTS, in a process of its own.

Needs the extra ``threshold``; nothing else of the product loads NumPyro or JAX.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from rightplace.powers.searches.threshold_model import Draws

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

    from numpy.typing import NDArray

    from rightplace.powers.searches.threshold_settings import ThresholdSettings

_NEWTONS = 4
_ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
"""One thread a chain: arrays are small, and threads that wait for each other on a busy machine
made a step 60 times slower."""
_SMALLEST = 1e-300
_DENSE = ("m", "n", "t_g", "s", "a", "c", "b", "d")


def run(
    connection: Connection,
    tables: tuple[tuple[NDArray[np.int64], ...], ...],
    settings: ThresholdSettings,
    seed: int,
) -> None:
    """Sample for each table of residents, searches, known and hits; send the draws, one by one.

    It is the whole life of a process, so that a limit on its time can be kept, and the sampler's
    threads and memory end with it.
    """
    os.environ["XLA_FLAGS"] = _ONE_THREAD  # read when JAX is loaded

    import numpyro  # noqa: PLC0415 - an extra, loaded in the sampler's process alone

    numpyro.enable_x64()
    numpyro.set_host_device_count(settings.chains)
    sampler = None
    for number, table in enumerate(tables):
        sampler = sampler or _sampler(table[0].shape, settings)
        connection.send(_draws(sampler, table, seed=seed + number))
    connection.close()


def _sampler(shape: tuple[int, ...], settings: ThresholdSettings) -> Any:  # noqa: ANN401 - untyped
    """Return the sampler, which starts where counts point and learns its steps while it warms."""
    from numpyro.infer import MCMC, NUTS, init_to_value  # noqa: PLC0415 - as above

    start = {"z": np.zeros(shape), "m": -3.0, "n": 0.5, "s": 0.3}
    start |= {"t_g": np.full(shape[1], -1.0)}
    kernel = NUTS(
        _model(settings),
        target_accept_prob=0.9,
        dense_mass=[_DENSE],
        init_strategy=init_to_value(values=start),
    )
    return MCMC(
        kernel,
        num_warmup=settings.warm_up,
        num_samples=settings.draws,
        num_chains=settings.chains,
        progress_bar=False,
        jit_model_args=True,
    )


def _draws(sampler: Any, table: tuple[NDArray[np.int64], ...], *, seed: int) -> Draws:  # noqa: ANN401 - untyped
    import jax  # noqa: PLC0415 - as above
    from numpyro.diagnostics import summary  # noqa: PLC0415 - as above

    sampler.run(
        jax.random.PRNGKey(seed),
        *(each.astype(np.float64) for each in table),
        extra_fields=("diverging",),
    )
    by_chain = {k: np.asarray(v) for k, v in sampler.get_samples(group_by_chain=True).items()}
    told = summary(by_chain).values()
    threshold, searched, hits = (
        by_chain[name].reshape(-1, *table[0].shape) for name in ("t", "rate", "hit")
    )
    return Draws(
        threshold=1 / (1 + np.exp(-threshold)),
        search_rate=searched,
        hit_rate=hits,
        largest_r_hat=float(max(np.max(each["r_hat"]) for each in told)),
        least_effective=float(min(np.min(each["n_eff"]) for each in told)),
        divergences=int(np.asarray(sampler.get_extra_fields()["diverging"]).sum()),
    )


def _model(settings: ThresholdSettings) -> Callable[..., None]:
    """Return the model of ``threshold_model`` as NumPyro takes it, moved by search rates."""
    import numpyro  # noqa: PLC0415 - as above
    from jax import nn  # noqa: PLC0415 - as above
    from jax import numpy as jnp  # noqa: PLC0415 - as above
    from numpyro import distributions as dist  # noqa: PLC0415 - as above

    def scaled(name: str, scale: float, *shape: int) -> Any:  # noqa: ANN401 - untyped
        return scale * numpyro.sample(name, dist.Normal(0, 1).expand(shape))

    def model(residents: Any, searches: Any, known: Any, hits: Any) -> None:  # noqa: ANN401 - untyped
        places, groups = residents.shape
        carry = (
            numpyro.sample("m", dist.Normal(-3, 1))
            + scaled("a", settings.group_spread, groups)
            + scaled("b", settings.place_spread, places, 1)
            + scaled("e", settings.cell_spread, places, groups)
        )
        delta = jnp.exp(
            numpyro.sample("n", dist.Normal(0.5, 0.5))
            + scaled("c", settings.group_signal, groups)
            + scaled("d", settings.place_signal, places, 1)
        )
        middle = numpyro.sample("t_g", dist.Normal(-1, 1).expand((groups,)))
        spread = numpyro.sample("s", dist.HalfNormal(0.5))
        flat = dist.ImproperUniform(dist.constraints.real, (), (places, groups))
        width = 1 / (jnp.sqrt(searches + 0.5) * 2)  # of a signal that the counts leave open
        seen = (searches + 0.5) / (residents + 1)
        signal = _signal_of(seen, carry, delta) + width * numpyro.sample("z", flat)
        right = nn.log_sigmoid(carry) + _log_above(signal - delta)
        wrong = nn.log_sigmoid(-carry) + _log_above(signal)
        rate = jnp.logaddexp(right, wrong)
        threshold = numpyro.deterministic("t", carry + delta * signal - delta**2 / 2)
        numpyro.deterministic("rate", jnp.exp(rate))
        numpyro.deterministic("hit", jnp.exp(right - rate))
        prior = dist.Normal(middle, spread, validate_args=False).log_prob(threshold) + jnp.log(
            delta
        )
        counts = searches * rate + (residents - searches) * jnp.log1p(-jnp.exp(rate))
        counts += hits * right + (known - hits) * wrong - known * rate
        numpyro.factor("told", (prior + counts).sum())

    return model


def _log_above(x: Any) -> Any:  # noqa: ANN401 - untyped
    """Return the log of the share of a standard normal distribution above x."""
    from jax import numpy as jnp  # noqa: PLC0415 - as above
    from jax.scipy.special import ndtr  # noqa: PLC0415 - as above

    return jnp.log(jnp.maximum(ndtr(-x), _SMALLEST))


def _signal_of(rate: Any, carry: Any, delta: Any) -> Any:  # noqa: ANN401 - untyped
    """Return about the signal from which so many are searched.

    Searched is ``phi Q(x - delta) + (1 - phi) Q(x)``, which falls with x. Some of Newton's steps
    on its log come near enough: what is left is the sampler's to move, and any smooth start of
    its moves leaves the posterior as it is.
    """
    from jax import lax, nn  # noqa: PLC0415 - as above
    from jax import numpy as jnp  # noqa: PLC0415 - as above
    from jax.scipy.special import ndtri  # noqa: PLC0415 - as above

    def newton(x: Any, carry: Any, delta: Any) -> Any:  # noqa: ANN401 - untyped
        log_phi, log_rest = nn.log_sigmoid(carry), nn.log_sigmoid(-carry)
        above = jnp.logaddexp(log_phi + _log_above(x - delta), log_rest + _log_above(x))
        density = jnp.logaddexp(log_phi - (x - delta) ** 2 / 2, log_rest - x**2 / 2)
        slope = jnp.exp(density - 0.5 * jnp.log(2 * jnp.pi) - above)
        return x + (above - jnp.log(rate)) / lax.stop_gradient(slope)

    held = lax.stop_gradient(carry), lax.stop_gradient(jnp.broadcast_to(delta, carry.shape))
    x = lax.fori_loop(0, _NEWTONS, lambda _, x: newton(x, *held), -ndtri(rate))
    return newton(lax.stop_gradient(x), carry, delta)
