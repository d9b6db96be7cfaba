"""Writes the flow transformer as the folder that Optimum exports of a Stable Diffusion 3 pipeline without T5:

  python3 export_flow.py VAE FLOW_FOLDER OUT

OUT.torch is the same for diffusers (what record_references.py takes). Weights are float16 behind a Cast, as export_onnx.py's.
"""
import os
import shutil
import sys

import torch
from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, SD3Transformer2DModel, StableDiffusion3Pipeline
from optimum.exporters.onnx import onnx_export_from_model
from transformers import CLIPTextConfig, CLIPTextModelWithProjection, CLIPTokenizer

from export_onnx import halve, rounded, under
from flow_models import TEXT_CONFIGS, TOKENS, TRANSFORMER_CONFIG
from models import VAE_CONFIG


def loaded(model, state):
    model.load_state_dict(state)
    return model.eval()


def main(vae_path, folder, out):
    weights = torch.load(f"{folder}/weights.pt", map_location="cpu")
    average = rounded(weights["average"])
    tok = CLIPTokenizer.from_pretrained(f"{folder}/tokenizer", model_max_length=TOKENS)
    ids = {"vocab_size": len(tok), "bos_token_id": tok.bos_token_id, "eos_token_id": tok.eos_token_id, "pad_token_id": tok.eos_token_id}
    first, second = (loaded(CLIPTextModelWithProjection(CLIPTextConfig(**{**config, **ids})), under(f"text.encoders.{i}.", average))
                     for i, config in enumerate(TEXT_CONFIGS))
    vae = AutoencoderKL(**{k: v for k, v in VAE_CONFIG.items() if k[0] != "_"} | {"scaling_factor": weights["scaling_factor"], "shift_factor": 0.0})
    pipe = StableDiffusion3Pipeline(
        transformer=loaded(SD3Transformer2DModel(**TRANSFORMER_CONFIG), under("transformer.", average)),
        vae=loaded(vae, rounded(torch.load(vae_path, map_location="cpu"))), scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
        text_encoder=first, tokenizer=tok, text_encoder_2=second, tokenizer_2=tok, text_encoder_3=None, tokenizer_3=None)
    shutil.rmtree(f"{out}.torch", ignore_errors=True)
    pipe.save_pretrained(f"{out}.torch")
    onnx_export_from_model(pipe, out, task="text-to-image", do_validation=True)
    for part in ("text_encoder", "text_encoder_2", "transformer", "vae_encoder", "vae_decoder"):
        halve(f"{out}/{part}/model.onnx")
        print(part, os.path.getsize(f"{out}/{part}/model.onnx") // 1024, "KiB")


if __name__ == "__main__":
    main(*sys.argv[1:])
