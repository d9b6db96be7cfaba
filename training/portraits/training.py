"""What the trainings of denoisers share: data, latents, two optimizers, the rate over a run, the average, going on where one was cut off."""
import argparse
import contextlib
import json
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import captions
import tokenizer
from models import AutoencoderKL
from optimizer import Muon, split

HELD_OUT = 256


def arguments(description):
    ap = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("data")
    ap.add_argument("vae")
    ap.add_argument("out")
    ap.add_argument("--steps", type=int, default=8000, help="steps of this run; a resumed one keeps its own")
    ap.add_argument("--minutes", type=float, default=float("inf"), help="stop after them; --resume goes on")
    ap.add_argument("--within", type=float, default=float("inf"), help="end the run, its rate fallen to zero, in so many minutes at most")
    ap.add_argument("--batch", type=int, default=64)
    ap.add_argument("--lr", type=float, default=2e-3)
    ap.add_argument("--averaging", type=float, default=0.999, help="how slowly the average follows")
    ap.add_argument("--decay", type=float, default=0.4, help="the last part of the run in which the rate falls to zero")
    ap.add_argument("--resume")
    ap.add_argument("--adamw", action="store_true", help="AdamW for everything, without Muon")
    return ap.parse_args()


def mixed_precision(device):
    """bfloat16 where the hardware multiplies it, float32 elsewhere."""
    multiplies = device == "cuda" or torch.cpu._is_avx512_bf16_supported()
    return torch.autocast(device, dtype=torch.bfloat16) if multiplies else contextlib.nullcontext()


def attention_to_faces(side=16, face=2.0, mouth=8.0):
    """[side, side], mean 1: how much the loss of a cell counts. Expressions are a few cells of a picture, the mouth's most of all."""
    weight = torch.ones(side, side)
    at = lambda top, bottom, left, right: (slice(side * top // 16, side * bottom // 16), slice(side * left // 16, side * right // 16))   # noqa: E731
    weight[at(5, 12, 4, 12)] = face
    weight[at(10, 12, 6, 10)] = mouth
    return weight / weight.mean()


class Binding(torch.nn.Module):
    """Reads from the states of a text's words which colour it gives to what, and so teaches the encoder to keep it there. The denoiser's loss
    alone stays where "red hair" and "red dress" look the same: neither reads what the other has not yet written."""

    def __init__(self, width):
        super().__init__()
        self.linear = torch.nn.Linear(width, len(captions.BINDINGS))
        torch.nn.init.constant_(self.linear.bias, -4.0)                         # nearly all is unsaid

    def forward(self, states, ids, texts):
        said = torch.zeros(len(texts), len(captions.BINDINGS), device=states.device)
        for row, text in zip(said, texts):
            row[captions.bindings(text)] = 1
        words = (ids < ids.max() - 1)[..., None]                                # neither start nor end, which are the highest ids
        logits = self.linear(states.float()).masked_fill(~words, -20.0).amax(1)
        return F.binary_cross_entropy_with_logits(logits, said, reduction="sum") / len(texts)


@torch.no_grad()
def encode(images, vae, path, device, batch=64):
    """Writes moments [n, 2 (mean, std), c, h, w] as float16."""
    n, c, side = len(images), vae.post_quant_conv.in_channels, images.shape[1] // 8
    out = np.lib.format.open_memmap(path, "w+", np.float16, (n, 2, c, side, side))
    for i in range(0, n, batch):
        x = torch.from_numpy(images[i:i + batch].copy()).to(device).permute(0, 3, 1, 2).float() / 127.5 - 1
        with mixed_precision(device):
            mean, logvar = vae.moments(x.contiguous(memory_format=torch.channels_last))
        out[i:i + batch, 0] = mean.float().cpu().numpy()
        out[i:i + batch, 1] = (0.5 * logvar.float()).exp().cpu().numpy()
    out.flush()
    return out


def read(args, rng, device):
    """(scenes, moments, tokenizer); moments and tokenizer are made on first use."""
    with open(f"{args.data}/scenes.json") as f:
        scenes = json.load(f)
    os.makedirs(f"{args.out}/tokenizer", exist_ok=True)
    if not os.path.exists(f"{args.out}/tokenizer/vocab.json"):
        texts = [captions.caption(s, rng) for s in scenes[:20000]]
        tokenizer.save(f"{args.out}/tokenizer", tokenizer.learn(texts, 510))
    path = f"{args.data}/moments.npy"
    if os.path.exists(path):
        moments = np.load(path, mmap_mode="r")
    else:
        vae = AutoencoderKL().to(device, memory_format=torch.channels_last).eval()
        vae.load_state_dict(torch.load(args.vae, map_location=device))
        moments = encode(np.load(f"{args.data}/images.npy", mmap_mode="r"), vae, path, device)
    return scenes, np.asarray(moments), tokenizer.Tokenizer(f"{args.out}/tokenizer")


def train(args, networks, loss):
    """Trains `networks(vocabulary size)`, a dictionary of modules, by `loss(networks, latents [b, c, h, w], token ids [b, 77], texts)`."""
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    seed = int(time.time()) if args.resume else 1
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    scenes, moments, tok = read(args, rng, device)
    scale = float(1 / moments[:4000, 0].astype(np.float32).std())
    model = torch.nn.ModuleDict(networks(len(tok.vocab))).to(device, memory_format=torch.channels_last)
    print("scaling_factor", scale, *(f"{k} {sum(p.numel() for p in m.parameters()) / 1e6:.2f}M" for k, m in model.items()), flush=True)

    muon, adam = split(model)
    if args.adamw:
        adam, muon = adam + muon, []
    optimizers = [torch.optim.AdamW(adam, lr=args.lr, betas=(0.9, 0.99), weight_decay=0.01)]
    if muon:
        optimizers.append(Muon(muon, lr=args.lr))
    step = 0
    first, last = 0, args.steps
    if args.resume:
        state = torch.load(args.resume, map_location=device)
        average, step = {k: v.float() for k, v in state["average"].items()}, state["step"]
        model.load_state_dict(state.get("raw", average), strict="raw" in state)     # an average may lack what only training reads
        average = {k: average.get(k, v.detach()).clone() for k, v in model.state_dict().items()}
        for o, s in zip(optimizers, state.get("optimizers", [])):
            o.load_state_dict(s)
        scale = state["scaling_factor"]     # the one that the weights know, not that of other pictures
        first, last = (state["first"], state["last"]) if "last" in state else (step, step + args.steps)
    else:
        average = {k: v.detach().clone() for k, v in model.state_dict().items()}
    running = {k: torch.compile(m) if device == "cuda" else m for k, m in model.items()}

    def save():
        torch.save({"average": average, "raw": model.state_dict(), "optimizers": [o.state_dict() for o in optimizers],
                    "step": step, "first": first, "last": last, "scaling_factor": scale}, f"{args.out}/weights.tmp")
        os.replace(f"{args.out}/weights.tmp", f"{args.out}/weights.pt")

    start, losses = time.time(), []
    while step < last and (used := time.time() - start) < min(args.minutes, args.within) * 60:
        left = min((last - step) / (last - first), 1 - used / 60 / args.within)
        rate = min(1.0, (step - first + 1) / 200) * min(1.0, 0.01 + left / args.decay)
        for o in optimizers:
            for g in o.param_groups:
                g["lr"] = args.lr * rate
        index = rng.integers(0, len(scenes) - HELD_OUT, args.batch)
        m = torch.from_numpy(moments[index].astype(np.float32)).to(device)
        z = (m[:, 0] + m[:, 1] * torch.randn_like(m[:, 1])) * scale
        texts = [captions.caption(scenes[i], rng) for i in index]
        value, *parts = loss(running, z, torch.tensor([tok(text) for text in texts], device=device), texts)
        model.zero_grad(set_to_none=True)
        value.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for o in optimizers:
            o.step()
        decay = min(args.averaging, (1 + step - first) / (10 + step - first))
        for k, v in model.state_dict().items():
            average[k].lerp_(v, 1 - decay) if v.dtype.is_floating_point else average[k].copy_(v)
        step += 1
        losses.append([v.item() for v in parts])
        if step % 20 == 0:
            print(f"step {step} {used:.0f}s", *(f"{v:.4f}" for v in np.mean(losses[-200:], 0)), "last 20", *(f"{v:.4f}" for v in np.mean(losses[-20:], 0)), flush=True)
        if step % 100 == 0:
            save()
    save()
