"""Records random configurations of diffusers' inverse schedulers:
python3 scripts/record_inverse_schedulers.py fixtures/goldens/schedulers-inverse.json (torch 2.14.1, diffusers 0.35.2)

The network is that of record_image_to_image.py: output = 0.9 * input + 0.2 * cos(t / 150). The picture that is inverted is
torch.linspace(-1, 1, 64); with a strength below 1 the last N - int(N * strength) timesteps are left out, as
StableDiffusionDiffEditPipeline.invert does. A run is kept where diffusers takes it and walks as many steps as it was asked for.
"""
import inspect
import logging
import random
import sys
import warnings

import diffusers
import torch

from scheduler_cases import collect, write

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
OPTIONS = dict(
    timestep_spacing=["leading", "trailing", "linspace"], steps_offset=[1, 2], set_alpha_to_one=[True, False],
    prediction_type=["epsilon", "v_prediction", "sample"], thresholding=[True], sample_max_value=[1.5],
    lower_order_final=[True, False], euler_at_final=[True], use_karras_sigmas=[True], use_exponential_sigmas=[True],
    use_beta_sigmas=[True], clip_sample=[True, False], clip_sample_range=[1.5], rescale_betas_zero_snr=[True],
    algorithm_type=["dpmsolver", "dpmsolver++", "sde-dpmsolver++", "sde-dpmsolver"], solver_order=[1, 2, 3],
    solver_type=["heun"], lambda_min_clipped=[-3.0])
BETAS = (dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"), dict(beta_start=0.0001, beta_end=0.02),
         dict(beta_schedule="squaredcos_cap_v2"))


def draw(rng, kind):
    keys = inspect.signature(kind.__init__).parameters
    config = dict(rng.choice(BETAS))
    for key, values in OPTIONS.items():
        if key in keys and rng.random() < 0.3:
            config[key] = rng.choice(values)
    request = {"steps": rng.choice((2, 3, 5, 7, 10, 12, 16, 20, 30, 50))}
    if rng.random() < 0.3:
        request["strength"] = rng.choice((0.3, 0.5, 0.8))
    return config, request


def record(kind, config, request, seed):
    scheduler, steps = kind(**config), request["steps"]
    scheduler.set_timesteps(steps)
    generator, x = torch.Generator().manual_seed(seed), torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4)
    run = scheduler.timesteps[:max(int(steps * request.get("strength", 1)), 0)]
    if len(scheduler.timesteps) != steps or len(run) == 0:
        return None
    draws = {"generator": generator} if "generator" in inspect.signature(scheduler.step).parameters else {}
    for t in run:
        x = scheduler.step(0.9 * x + 0.2 * torch.cos(t.float() / 150), t, x, **draws).prev_sample
    largest = float(x.abs().max())
    if not 1e-6 < largest < 1e5:
        return None
    sigmas = {"sigmas": [float(f"{s:.7g}") for s in scheduler.sigmas.double().tolist()]} if "DPM" in kind.__name__ else {}
    return {"scheduler": kind.__name__, "config": config, "request": request, "seed": seed,
            "timesteps": scheduler.timesteps.tolist(), **sigmas,
            "final": [float(f"{v:.6g}") for v in x.double().flatten()[:6].tolist()], "largest": float(f"{largest:.6g}")}


if __name__ == "__main__":
    rng = random.Random(7)
    kinds = (diffusers.DDIMInverseScheduler, diffusers.DPMSolverMultistepInverseScheduler)
    write(sys.argv[1], collect(kinds, 24, 400, lambda kind, n: record(kind, *draw(rng, kind), seed=700 + n)))
