"""Writes model folders of real models' size with random weights: python3 make.py KIND OUT [--dtype float16] [--torch]

KIND is sd15 or sdxl. OUT gets what `optimum-cli export onnx` writes for such a model: graphs with their weights beside
them, configs, scheduler and a tokenizer (one token a letter: the vocabulary is as large as CLIP's and says nothing).
With --torch the same weights lie in OUT-torch, as a folder that diffusers loads. Needs torch, diffusers 0.35,
transformers 4.55, onnx; 5 GB of disk and 9 GB of memory for sd15, 14 GB of disk and 13 GB of memory for sdxl in float16.
"""
import argparse
import gc
import json
import os
import tempfile

import onnx
import torch
from diffusers import (AutoencoderKL, EulerDiscreteScheduler, PNDMScheduler, StableDiffusionPipeline,
                       StableDiffusionXLPipeline, UNet2DConditionModel)
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

B, H, W, N = "batch_size", "height", "width", "sequence_length"

VAE = dict(in_channels=3, out_channels=3, down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
           block_out_channels=[128, 256, 512, 512], layers_per_block=2, latent_channels=4, norm_num_groups=32)
CLIP = dict(vocab_size=49408, max_position_embeddings=77, pad_token_id=1, bos_token_id=49406, eos_token_id=49407)
LARGE = dict(CLIP, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12,
             hidden_act="quick_gelu", projection_dim=768)
BIG = dict(CLIP, hidden_size=1280, intermediate_size=5120, num_hidden_layers=32, num_attention_heads=20, hidden_act="gelu",
           projection_dim=1280)
SCHEDULER = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1)

KINDS = {
    "sd15": dict(
        pipeline=StableDiffusionPipeline, scheduler=lambda: PNDMScheduler(skip_prk_steps=True, set_alpha_to_one=False, **SCHEDULER),
        vae=dict(VAE, sample_size=512, scaling_factor=0.18215), text={"text_encoder": (CLIPTextModel, LARGE)},
        unet=dict(sample_size=64, cross_attention_dim=768, attention_head_dim=8, block_out_channels=[320, 640, 1280, 1280],
                  down_block_types=["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
                  up_block_types=["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3)),
    "sdxl": dict(
        pipeline=StableDiffusionXLPipeline,
        scheduler=lambda: EulerDiscreteScheduler(timestep_spacing="leading", **SCHEDULER),
        vae=dict(VAE, sample_size=1024, scaling_factor=0.13025),
        text={"text_encoder": (CLIPTextModel, LARGE), "text_encoder_2": (CLIPTextModelWithProjection, BIG)},
        unet=dict(sample_size=128, cross_attention_dim=2048, attention_head_dim=[5, 10, 20], block_out_channels=[320, 640, 1280],
                  down_block_types=["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
                  up_block_types=["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
                  transformer_layers_per_block=[1, 2, 10], use_linear_projection=True, addition_embed_type="text_time",
                  addition_time_embed_dim=256, projection_class_embeddings_input_dim=2816)),
}


class Text(torch.nn.Module):
    """Optimum's outputs of a text encoder."""

    def __init__(self, model, hidden):
        super().__init__()
        self.model, self.hidden = model, hidden

    def forward(self, input_ids):
        out = self.model(input_ids, output_hidden_states=self.hidden, return_dict=True)
        first = out.text_embeds if hasattr(out, "text_embeds") else out.last_hidden_state
        second = out.last_hidden_state if hasattr(out, "text_embeds") else out.pooler_output
        return (first, second, *(out.hidden_states if self.hidden else ()))


class Denoise(torch.nn.Module):
    def __init__(self, unet):
        super().__init__()
        self.unet = unet

    def forward(self, sample, timestep, encoder_hidden_states, text_embeds=None, time_ids=None):
        added = None if text_embeds is None else {"text_embeds": text_embeds, "time_ids": time_ids}
        return self.unet(sample, timestep, encoder_hidden_states, added_cond_kwargs=added, return_dict=False)[0]


class Encode(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.encoder, self.quant_conv = vae.encoder, vae.quant_conv

    def forward(self, sample):
        return self.quant_conv(self.encoder(sample))


class Decode(torch.nn.Module):
    def __init__(self, vae):
        super().__init__()
        self.decoder, self.post_quant_conv = vae.decoder, vae.post_quant_conv

    def forward(self, latent_sample):
        return self.decoder(self.post_quant_conv(latent_sample))


def gather_weights(source, folder):
    """Writes a graph whose weights lie in files of their own, or in it, as model.onnx and one model.onnx_data, a tensor at a time."""
    model = onnx.load(source, load_external_data=False)
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/model.onnx_data", "wb") as out:
        for tensor in model.graph.initializer:
            if tensor.data_location == onnx.TensorProto.EXTERNAL:
                entry = {e.key: e.value for e in tensor.external_data}
                with open(os.path.join(os.path.dirname(source), entry["location"]), "rb") as f:
                    f.seek(int(entry.get("offset", 0)))
                    data = f.read(int(entry["length"]) if "length" in entry else -1)
            elif len(tensor.raw_data) >= 1024:
                data = tensor.raw_data
            else:
                continue
            out.write(b"\0" * (-out.tell() % 4096))
            tensor.ClearField("raw_data")
            del tensor.external_data[:]
            tensor.data_location = onnx.TensorProto.EXTERNAL
            for key, value in {"location": "model.onnx_data", "offset": out.tell(), "length": len(data)}.items():
                tensor.external_data.add(key=key, value=str(value))
            out.write(data)
    onnx.save(model, f"{folder}/model.onnx")


def export(module, args, folder, inputs, outputs, axes):
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(folder))) as scratch, torch.no_grad():
        path = f"{scratch}/model.onnx"
        torch.onnx.export(module.eval(), args, path, input_names=list(inputs), output_names=outputs, dynamic_axes=axes,
                          opset_version=17, do_constant_folding=True, dynamo=False)
        gather_weights(path, folder)
    gc.collect()
    print(folder, os.path.getsize(f"{folder}/model.onnx_data") >> 20, "MiB", flush=True)


def random_model(cls, config, dtype):
    torch.set_default_dtype(dtype)
    model = cls.from_config(config) if hasattr(cls, "load_config") else cls(CLIPTextConfig(**config))
    torch.set_default_dtype(torch.float32)
    return model.to(dtype).eval()


def write_tokenizer(folder):
    """CLIP's special tokens and its alphabet; no merges, so that a letter is a token."""
    os.makedirs(folder, exist_ok=True)
    from transformers.models.clip.tokenization_clip import bytes_to_unicode
    letters = list(bytes_to_unicode().values())
    tokens = letters + [letter + "</w>" for letter in letters]
    tokens += [f"unused{i}" for i in range(CLIP["vocab_size"] - 2 - len(tokens))] + ["<|startoftext|>", "<|endoftext|>"]
    with open(f"{folder}/vocab.json", "w") as f:
        json.dump({token: i for i, token in enumerate(tokens)}, f)
    with open(f"{folder}/merges.txt", "w") as f:
        f.write("#version: 0.2\n")
    return CLIPTokenizer(f"{folder}/vocab.json", f"{folder}/merges.txt", model_max_length=77, pad_token="<|endoftext|>")


def main(kind, out, dtype, keep_torch):
    spec, dtype = KINDS[kind], getattr(torch, dtype)
    torch.manual_seed(0)
    os.makedirs(out, exist_ok=True)
    components, ids = {"scheduler": spec["scheduler"]()}, torch.zeros(2, 77, dtype=torch.int64)
    many = len(spec["text"]) > 1
    for i, (part, (cls, config)) in enumerate(spec["text"].items()):
        model = components[part] = random_model(cls, config, dtype)
        model.config.save_pretrained(f"{out}/{part}")
        outputs = ["text_embeds", "last_hidden_state"] if cls is CLIPTextModelWithProjection else ["last_hidden_state", "pooler_output"]
        outputs += [f"hidden_states.{n}" for n in range(config["num_hidden_layers"] + 1)] if many else []
        export(Text(model, many), (ids,), f"{out}/{part}", ["input_ids"], outputs, {n: {0: B} for n in ["input_ids", *outputs]})
        name = part.replace("text_encoder", "tokenizer")
        components[name] = write_tokenizer(f"{out}/{name}")
        components[name].save_pretrained(f"{out}/{name}")
    vae = components["vae"] = random_model(AutoencoderKL, spec["vae"], dtype)
    axes = {"latent_sample": {0: B, 2: H, 3: W}, "sample": {0: B, 2: H, 3: W}, "latent_parameters": {0: B, 2: H, 3: W}}
    export(Decode(vae), (torch.randn(2, 4, 8, 8, dtype=dtype),), f"{out}/vae_decoder", ["latent_sample"], ["sample"],
           {n: axes[n] for n in ("latent_sample", "sample")})
    export(Encode(vae), (torch.randn(2, 3, 64, 64, dtype=dtype),), f"{out}/vae_encoder", ["sample"], ["latent_parameters"],
           {n: axes[n] for n in ("sample", "latent_parameters")})
    for half in ("vae_decoder", "vae_encoder"):
        vae.save_config(f"{out}/{half}")
    unet = components["unet"] = random_model(UNet2DConditionModel, spec["unet"], dtype)
    unet.save_config(f"{out}/unet")
    inputs = {"sample": torch.randn(2, 4, 16, 16, dtype=dtype), "timestep": torch.tensor(5, dtype=torch.int64),
              "encoder_hidden_states": torch.randn(2, 77, spec["unet"]["cross_attention_dim"], dtype=dtype)}
    axes = {"sample": {0: B, 2: H, 3: W}, "encoder_hidden_states": {0: B, 1: N}, "out_sample": {0: B, 2: H, 3: W}}
    if many:
        inputs |= {"text_embeds": torch.randn(2, 1280, dtype=dtype), "time_ids": torch.randn(2, 6, dtype=dtype)}
        axes |= {"text_embeds": {0: B}, "time_ids": {0: B}}
    export(Denoise(unet), tuple(inputs.values()), f"{out}/unet", inputs, ["out_sample"], axes)
    extra = {} if many else {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    pipeline = spec["pipeline"](**components, **extra)
    pipeline.scheduler.save_pretrained(f"{out}/scheduler")
    pipeline.save_config(out)
    if keep_torch:
        pipeline.save_pretrained(f"{out}-torch")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("out")
    parser.add_argument("--dtype", default="float32", choices=["float32", "float16"])
    parser.add_argument("--torch", action="store_true")
    given = parser.parse_args()
    main(given.kind, given.out, given.dtype, given.torch)
