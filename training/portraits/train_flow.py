"""Trains a rectified-flow transformer and its text encoders on the autoencoder's latents, in Stable Diffusion 3's layout.

  python3 train_flow.py DATA VAE OUT --steps 8000 [--minutes 120] [--resume FILE]

OUT is a folder with tokenizer/ and weights.pt, as train_unet.py's. Latents go to noise in straight lines, x_t = (1 - t) x0 + t n, and the
network predicts n - x0; t is drawn logit-normal (Esser et al. 2024, arXiv 2403.03206).
"""
import torch

import training
from flow_models import TOKENS, TRANSFORMER_CONFIG, SD3Transformer2DModel, TextEncoders

FACES = training.attention_to_faces()


def flow_matching(networks, z, ids, texts):
    t = torch.sigmoid(torch.randn(len(z), device=z.device))
    noise = torch.randn_like(z)
    x = torch.lerp(z, noise, t[:, None, None, None])
    ids = short(ids)
    with training.mixed_precision(z.device.type):
        states, vector = networks["text"](ids)
        predicted = networks["transformer"](x, states, vector, 1000 * t)
    loss = (FACES.to(z.device) * (predicted.float() - (noise - z)) ** 2).mean()
    bound = networks["binding"](states[:, :TOKENS], ids, texts)
    return loss + 0.1 * bound, loss, bound


def short(ids):
    """The first TOKENS of each text; one that is longer still ends with the end."""
    ids = ids[:, :TOKENS].clone()
    ids[:, -1] = ids.max()
    return ids


def networks(vocab):
    return {"text": TextEncoders(vocab), "transformer": SD3Transformer2DModel(),
            "binding": training.Binding(TRANSFORMER_CONFIG["joint_attention_dim"])}


if __name__ == "__main__":
    training.train(training.arguments(__doc__), networks, flow_matching)
