"""Exports a ControlNet to ONNX, and its model's UNet with inputs for what the ControlNet adds (docs/models.md, ControlNet):

    python export_controlnet.py MODEL CONTROLNET UNET_FOLDER CONTROLNET_FOLDER

MODEL and CONTROLNET are folders of diffusers or ids on the Hugging Face Hub, of Stable Diffusion 1, 2 or SDXL. Each graph goes to a folder of
its own, empty before: beyond 2 GB the weights lie beside it. pip install torch diffusers transformers onnx
"""
import os, sys
import torch
from diffusers import ControlNetModel, UNet2DConditionModel

model, controlnet, unet_folder, net_folder = sys.argv[1:]
unet = UNet2DConditionModel.from_pretrained(model, subfolder="unet").eval()
net = ControlNetModel.from_pretrained(controlnet).eval()
xl, size = unet.config.addition_embed_type == "text_time", unet.config.sample_size
inputs = dict(sample=torch.randn(2, 4, size, size), timestep=torch.tensor(1.0),
              encoder_hidden_states=torch.randn(2, 77, unet.config.cross_attention_dim))
pooled = unet.config.projection_class_embeddings_input_dim - 6 * unet.config.addition_time_embed_dim if xl else 0
added = dict(text_embeds=torch.randn(2, pooled), time_ids=torch.randn(2, 6)) if xl else {}
picture = dict(controlnet_cond=torch.rand(2, 3, 8 * size, 8 * size))


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.network = net

    def forward(self, x, t, text, picture, *added):
        down, mid = self.network(x, t, text, picture, 1.0, added_cond_kwargs=dict(zip(("text_embeds", "time_ids"), added)), return_dict=False)
        return *down, mid


class Unet(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.network = unet

    def forward(self, x, t, text, *rest):
        added, rest = rest[: 2 * xl], rest[2 * xl :]
        return self.network(x, t, text, added_cond_kwargs=dict(zip(("text_embeds", "time_ids"), added)),
                    down_block_additional_residuals=rest[:-1], mid_block_additional_residual=rest[-1], return_dict=False)[0]


def export(network, inputs, outputs, folder):
    os.makedirs(folder, exist_ok=True)
    free = {name: {i: f"{name}_{i}" for i in ((0, 2, 3) if one.ndim == 4 else (0,))} for name, one in inputs.items() if one.ndim > 1}
    torch.onnx.export(network, tuple(inputs.values()), f"{folder}/model.onnx", input_names=list(inputs), output_names=outputs,
                      dynamic_axes=free, opset_version=17, dynamo=False)


with torch.no_grad():
    residuals = Net()(*inputs.values(), *picture.values(), *added.values())
    names = [f"down_block_additional_residuals_{i}" for i in range(len(residuals) - 1)] + ["mid_block_additional_residual"]
    export(Net(), {**inputs, **picture, **added}, names, net_folder)
    export(Unet(), {**inputs, **added, **dict(zip(names, residuals))}, ["out_sample"], unet_folder)
