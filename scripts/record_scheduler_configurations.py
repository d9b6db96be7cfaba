"""Records random configurations of diffusers' schedulers, options against options:
python3 scripts/record_scheduler_configurations.py fixtures/goldens/schedulers-configurations.json (torch 2.13.0, diffusers 0.42.1)

Network, noise, image and strength are those of record_image_to_image.py. A run is kept where diffusers takes it and comes,
with its tables and latents in float64, to the same end within 1e-5: what only hangs on rounding says nothing.
"""
import inspect
import logging
import random
import sys
import warnings

import diffusers
import torch
from diffusers.utils import torch_utils

from scheduler_cases import collect, write

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
SCHEDULERS = {
    "PNDM": {},
    "DDIM": dict(eta=[0.3, 1.0], use_clipped_model_output=[True]),
    "DDPM": dict(variance_type=["fixed_small", "fixed_small_log", "fixed_large"]),
    "EulerDiscrete": dict(interpolation_type=["log_linear"], sigma_min=[0.05], sigma_max=[10.0], s_churn=[0.5, 5.0],
                          s_tmin=[0.5], s_tmax=[10.0], s_noise=[1.003]),
    "EulerAncestralDiscrete": {},
    "DPMSolverMultistep": dict(algorithm_type=["dpmsolver", "sde-dpmsolver++", "sde-dpmsolver"], solver_order=[1, 2, 3],
                               solver_type=["heun"], use_lu_lambdas=[True], euler_at_final=[True]),
    "DPMSolverSinglestep": dict(algorithm_type=["dpmsolver", "sde-dpmsolver++"], solver_order=[1, 2, 3], solver_type=["heun"]),
    "DEISMultistep": dict(solver_order=[1, 2, 3]),
    "UniPCMultistep": dict(solver_order=[1, 2, 3], predict_x0=[False], disable_corrector=[[0], [0, 1]], sigma_max=[12.0]),
    "SASolver": dict(predictor_order=[1, 2, 3, 4], corrector_order=[1, 2, 3, 4], algorithm_type=["noise_prediction"]),
    "HeunDiscrete": {}, "KDPM2Discrete": {}, "LMSDiscrete": dict(order=[1, 2, 3]),
    "LCM": dict(original_inference_steps=[40, 100], timestep_scaling=[5.0]),
    "TCD": dict(original_inference_steps=[40, 100], eta=[0.0, 0.7, 1.0]),
    "EDMEuler": dict(sigma_data=[1.0], sigma_schedule=["exponential"], rho=[5.0], s_churn=[1.0]),
    "EDMDPMSolverMultistep": dict(solver_order=[1, 2, 3], algorithm_type=["sde-dpmsolver++"], solver_type=["heun"]),
    "FlowMatchEulerDiscrete": dict(shift=[3.0, 0.5], stochastic_sampling=[True], shift_terminal=[0.1]),
    "FlowMatchHeunDiscrete": dict(shift=[3.0, 0.5], s_churn=[1.0]),
}
COMMON = dict(timestep_spacing=["leading", "trailing", "linspace"], steps_offset=[1, 2], set_alpha_to_one=[True, False],
              prediction_type=["epsilon", "v_prediction", "sample"], final_sigmas_type=["sigma_min"], thresholding=[True],
              lower_order_final=[True, False], use_karras_sigmas=[True], use_exponential_sigmas=[True],
              use_beta_sigmas=[True], sample_max_value=[1.5])
BETAS = (dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear"), dict(beta_start=0.0001, beta_end=0.02),
         dict(beta_start=0.0006, beta_end=0.015))


def draw(rng, short):
    scheduler = getattr(diffusers, f"{short}Scheduler")
    keys = inspect.signature(scheduler.__init__).parameters
    config = dict(rng.choice(BETAS)) if "beta_start" in keys else {}
    if "clip_sample" in keys:
        config["clip_sample"] = rng.random() < 0.2
    for key, values in {**COMMON, **SCHEDULERS[short]}.items():
        if rng.random() < 0.3 and (key in keys or key in SCHEDULERS[short]):
            config[key] = rng.choice(values)
    if short == "PNDM":  # from a noised image its Runge-Kutta start walks other timesteps than those of x
        config["skip_prk_steps"] = True
    if config.get("use_lu_lambdas"):
        config = {key: value for key, value in config.items() if not key.endswith("_sigmas")}
    request = {"steps": rng.choice((2, 3, 5, 7, 10, 12, 16, 20, 30))}
    if "timesteps" in inspect.signature(scheduler.set_timesteps).parameters and "Flow" not in short and rng.random() < 0.15:
        request = {"timesteps": sorted(rng.sample(range(1, 500), 5), reverse=True)}
    if rng.random() < 0.25:
        request["strength"] = rng.choice((0.3, 0.5, 0.8))
    return short, config, request


def run(short, config, request, seed, double):
    kind = getattr(diffusers, f"{short}Scheduler")
    step_keys = inspect.signature(kind.step).parameters
    step = {key: value for key, value in config.items() if key in step_keys}
    scheduler = kind(**{key: value for key, value in config.items() if key not in step_keys})
    scheduler.set_timesteps(**({"timesteps": request["timesteps"]} if "timesteps" in request
                               else {"num_inference_steps": request["steps"]}))
    module = sys.modules[kind.__module__]
    if hasattr(module, "randn_tensor"):
        module.randn_tensor = lambda shape, generator=None, device=None, dtype=None: torch_utils.randn_tensor(
            shape, generator=generator, dtype=torch.float32).to(dtype)
    if double:
        for key, value in vars(scheduler).items():
            if torch.is_tensor(value) and value.is_floating_point() and key != "timesteps":
                setattr(scheduler, key, value.double())
    generator, timesteps = torch.Generator().manual_seed(seed), scheduler.timesteps
    kept = torch.float64 if double else torch.float32
    noise = torch.randn(1, 4, 4, 4, generator=generator).to(kept)
    x = noise * float(getattr(scheduler, "init_noise_sigma", 1.0))
    if "strength" in request:
        steps = len(request.get("timesteps", ())) or request["steps"]
        first = (steps - int(steps * request["strength"])) * scheduler.order
        timesteps, image = timesteps[first:], torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4).to(kept)
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(first)
        x = (scheduler.scale_noise(image, timesteps[:1], noise) if hasattr(scheduler, "scale_noise")
             else scheduler.add_noise(image, noise, timesteps[:1]))
    draws = {"generator": generator} if "generator" in step_keys else {}
    for t in timesteps:
        scaled = scheduler.scale_model_input(x, t) if hasattr(scheduler, "scale_model_input") else x
        output = 0.9 * scaled + (0.2 * torch.cos(t.float() / 150)).to(kept)
        x = scheduler.step(output.to(kept), t, x, **step, **draws).prev_sample
    return scheduler, x.double().flatten()


def record(short, config, request, seed):
    scheduler, final = run(short, config, request, seed, False)
    largest = final.abs().max()
    off = (run(short, config, request, seed, True)[1] - final).abs().max() / largest
    if not (off < 1e-5 and 1e-6 < largest < 1e5):
        return None
    return {"scheduler": f"{short}Scheduler", "config": config, "request": request, "seed": seed,
            "timesteps": [float(f"{t:.7g}") for t in scheduler.timesteps.double().tolist()],
            "final": [float(f"{v:.6g}") for v in final[:6].tolist()], "largest": float(f"{largest:.6g}")}


if __name__ == "__main__":
    rng = random.Random(1)
    write(sys.argv[1], collect(SCHEDULERS, 10, 60, lambda name, n: record(*draw(rng, name), seed=500 + n)))
