"""Draws with diffusers what `npm run bench:full` draws with neg: python3 draw.py FOLDER STEPS SIZE [--dtype float16]

FOLDER is what make.py wrote with --torch. Prints JSON: seconds to open, of each step, of the decoder, in all, and the peak of
resident memory in MiB; `processor` is processor time of each step but the first. Needs torch, diffusers 0.35, transformers 4.55, accelerate.
"""
import argparse
import json
import re
import time

started = time.monotonic()
import torch
from diffusers import DDIMScheduler, DiffusionPipeline

parser = argparse.ArgumentParser()
parser.add_argument("folder")
parser.add_argument("steps", type=int)
parser.add_argument("size", type=int)
parser.add_argument("--dtype", default="float32", choices=["float32", "float16"])
given = parser.parse_args()

imported = time.monotonic()
pipeline = DiffusionPipeline.from_pretrained(given.folder, torch_dtype=getattr(torch, given.dtype))
pipeline.scheduler = DDIMScheduler.from_config(pipeline.scheduler.config)
pipeline.set_progress_bar_config(disable=True)
opened = time.monotonic()
marks, spent = [], []


def mark(pipeline, step, t, values):
    marks.append(time.monotonic())
    spent.append(time.process_time())
    return values


unet = pipeline.unet
first = []
unet.register_forward_pre_hook(lambda *_: first.append(time.monotonic()))
pipeline("a red cat", negative_prompt="ugly", num_inference_steps=given.steps, guidance_scale=5.0, width=given.size,
         height=given.size, generator=torch.Generator().manual_seed(1), callback_on_step_end=mark)
ended = time.monotonic()
with open("/proc/self/status") as f:
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", f.read())[1]) // 1024
steps = [b - a for a, b in zip([first[0], *marks], marks)]
print(json.dumps({"modules": imported - started, "open": opened - imported, "first": first[0] - started, "steps": steps,
                  "processor": [b - a for a, b in zip(spent, spent[1:])], "decode": ended - marks[-1], "total": ended - started, "peak": peak}))
