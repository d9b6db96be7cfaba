"""Records diffusers' schedulers from a noised image, user-given timesteps and user-given sigmas:
python3 scripts/record_image_to_image.py fixtures/goldens/schedulers-image-to-image.json (torch 2.13.0, diffusers 0.42.1)

The network and the random numbers are those of fixtures/goldens/schedulers.json: output = 0.9 * input + 0.2 * cos(t / 150),
noise from a CPU generator with `seed`. The image is torch.linspace(-1, 1, 64). With a strength below 1 the run starts as
diffusers' image-to-image pipelines do: N - min(int(N * strength), N) steps are left out and the image is noised.
"""
import inspect
import json
import sys
import warnings

import diffusers
import torch

warnings.filterwarnings("ignore")
SD = dict(num_train_timesteps=1000, beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
EXTRA = {
    "PNDMScheduler": dict(skip_prk_steps=True, steps_offset=1),
    "DDIMScheduler": dict(clip_sample=False, steps_offset=1),
    "DDPMScheduler": dict(clip_sample=False),
}
VP = ("PNDM", "DDIM", "DDPM", "EulerDiscrete", "EulerAncestralDiscrete", "DPMSolverMultistep", "DPMSolverSinglestep",
      "UniPCMultistep", "DEISMultistep", "SASolver", "HeunDiscrete", "LMSDiscrete", "KDPM2Discrete",
      "KDPM2AncestralDiscrete", "LCM", "TCD")
OTHER = ("FlowMatchEulerDiscrete", "EDMEuler", "EDMDPMSolverMultistep")
TAKES_TIMESTEPS = ("DDPM", "EulerDiscrete", "DPMSolverMultistep", "DPMSolverSinglestep", "HeunDiscrete", "LCM", "TCD")


def cases():
    for short in VP + OTHER:
        name = f"{short}Scheduler"
        config = {**SD, **EXTRA.get(name, {})} if short in VP else {}
        for steps, strength in ((20, 0.6), (7, 0.5)):
            yield name, config, dict(steps=steps, strength=strength)
        if short in TAKES_TIMESTEPS:
            yield name, config, dict(timesteps=[999, 700, 300, 20])
    yield "EulerDiscreteScheduler", SD, dict(sigmas=[14.0, 5.0, 1.5, 0.2, 0.0])
    yield "FlowMatchEulerDiscreteScheduler", {"shift": 2.0}, dict(sigmas=[1.0, 0.6, 0.2])
    yield "FlowMatchEulerDiscreteScheduler", {"shift": 2.0}, dict(timesteps=[1000.0, 600.0, 200.0])


def digits(tensor):
    return [float(f"{v:.7g}") for v in tensor.double().flatten().tolist()]


def record(name, config, request, seed):
    scheduler, generator = getattr(diffusers, name)(**config), torch.Generator().manual_seed(seed)
    given = {k: v for k, v in request.items() if k in ("timesteps", "sigmas")}
    scheduler.set_timesteps(**(given or {"num_inference_steps": request["steps"]}))
    strength, timesteps = request.get("strength", 1), scheduler.timesteps
    noise, image = torch.randn(1, 4, 4, 4, generator=generator), torch.linspace(-1, 1, 64).reshape(1, 4, 4, 4)
    if strength < 1:
        steps = request["steps"]
        first = max(steps - min(int(steps * strength), steps), 0)
        timesteps = timesteps[first * scheduler.order:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(first * scheduler.order)
        add = scheduler.scale_noise if hasattr(scheduler, "scale_noise") else scheduler.add_noise
        x = add(image, timesteps[:1], noise) if hasattr(scheduler, "scale_noise") else add(image, noise, timesteps[:1])
    else:
        x = noise * float(getattr(scheduler, "init_noise_sigma", 1.0))
    start = digits(x)
    draws = {"generator": generator} if "generator" in inspect.signature(scheduler.step).parameters else {}
    for t in timesteps:
        scaled = scheduler.scale_model_input(x, t) if hasattr(scheduler, "scale_model_input") else x
        x = scheduler.step(0.9 * scaled + 0.2 * torch.cos(t.float() / 150), t, x, **draws).prev_sample
    return {"scheduler": name, "config": config, "request": request, "seed": seed, "calls": len(timesteps),
            "start": start[:8], "final": digits(x)[:8], "largest": float(x.abs().max())}


if __name__ == "__main__":
    out = [record(*case, seed=300 + i) for i, case in enumerate(cases())]
    with open(sys.argv[1], "w") as f:
        f.write('{"recordedWith": "diffusers %s, torch %s", "cases": [\n' % (diffusers.__version__, torch.__version__))
        f.write(",\n".join(json.dumps(r) for r in out) + "\n]}\n")
    print(len(out), "recorded")
