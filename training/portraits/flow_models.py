"""Stable Diffusion 3's denoiser and text encoders, small, with the parameter names and config keys of diffusers and transformers, so that a
checkpoint loads there unchanged (SD3Transformer2DModel, CLIPTextModelWithProjection). Latents are those of models.py's autoencoder."""
from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from models import TEXT_CONFIG, ClipTransformer, Stage, TimestepEmbedding, scaled_dot_product

TOKENS = 32
TEXT_CONFIGS = [
    {**TEXT_CONFIG, "architectures": ["CLIPTextModelWithProjection"], "max_position_embeddings": TOKENS, "projection_dim": 128},
    {**TEXT_CONFIG, "architectures": ["CLIPTextModelWithProjection"], "max_position_embeddings": TOKENS, "hidden_size": 64, "intermediate_size": 256,
     "num_hidden_layers": 3, "projection_dim": 64},
]
TRANSFORMER_CONFIG = {
    "sample_size": 16, "patch_size": 2, "in_channels": 8, "out_channels": 8, "num_layers": 8, "attention_head_dim": 32, "num_attention_heads": 6,
    "joint_attention_dim": 192, "caption_projection_dim": 192, "pooled_projection_dim": 192, "pos_embed_max_size": 24, "qk_norm": "rms_norm",
}


class CLIPTextModelWithProjection(nn.Module):
    """token ids [b, n] -> (last but one state [b, n, d], vector of the sentence [b, projection_dim])."""

    def __init__(self, vocab, cfg):
        super().__init__()
        self.end = vocab - 1
        self.text_model = ClipTransformer(cfg, vocab)
        self.text_projection = nn.Linear(cfg["hidden_size"], cfg["projection_dim"], bias=False)
        nn.init.normal_(self.text_model.embeddings.token_embedding.weight, std=0.02)
        nn.init.normal_(self.text_model.embeddings.position_embedding.weight, std=0.01)

    def forward(self, ids):
        states = self.text_model.states(ids)
        ends = (ids == self.end).int().argmax(-1)       # the first: what follows is padding, by the same token
        last = self.text_model.final_layer_norm(states[-1])[torch.arange(len(ids), device=ids.device), ends]
        return states[-2], self.text_projection(last)


class TextEncoders(nn.Module):
    """Both side by side, filled up to `width`, and as many zeros as tokens after them, where Stable Diffusion 3 has T5: what its pipeline
    without T5 gives the transformer. -> ([b, 2 n, width], [b, pooled])."""

    def __init__(self, vocab, width=TRANSFORMER_CONFIG["joint_attention_dim"]):
        super().__init__()
        self.width = width
        self.encoders = nn.ModuleList([CLIPTextModelWithProjection(vocab, c) for c in TEXT_CONFIGS])

    def forward(self, ids):
        states, vectors = zip(*(e(ids) for e in self.encoders))
        hidden = torch.cat(states, -1)
        hidden = F.pad(hidden, (0, self.width - hidden.shape[-1], 0, hidden.shape[1]))
        return hidden, torch.cat(vectors, -1)


def sincos(dim, at):
    """[n] positions -> [n, dim]: sines, then cosines."""
    omega = 10000 ** -(torch.arange(dim // 2, dtype=torch.float64) / (dim // 2))
    angle = at.double()[:, None] * omega
    return torch.cat([angle.sin(), angle.cos()], -1)


class PatchEmbed(nn.Module):
    """Patches of latents with the place of each in a larger square, from whose middle smaller pictures are cut."""

    def __init__(self, cfg, dim):
        super().__init__()
        self.patch, self.most = cfg["patch_size"], cfg["pos_embed_max_size"]
        self.proj = nn.Conv2d(cfg["in_channels"], dim, self.patch, stride=self.patch)
        base = cfg["sample_size"] // self.patch
        at = torch.arange(self.most) / (self.most / base)
        y, x = torch.meshgrid(at, at, indexing="ij")
        place = torch.cat([sincos(dim // 2, x.flatten()), sincos(dim // 2, y.flatten())], -1)
        self.register_buffer("pos_embed", place.float()[None])

    def forward(self, latents):
        x = self.proj(latents)
        h, w = x.shape[-2:]
        top, left = (self.most - h) // 2, (self.most - w) // 2
        place = self.pos_embed.reshape(1, self.most, self.most, -1)[:, top:top + h, left:left + w].flatten(1, 2)
        return x.flatten(2).transpose(1, 2) + place


class Perceptron(nn.Module):
    """Two layers around SiLU, as diffusers embeds vectors of texts."""

    def __init__(self, cin, dim):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(cin, dim), nn.Linear(dim, dim)

    def forward(self, x):
        return self.linear_2(F.silu(self.linear_1(x)))


class TimeTextEmbedding(nn.Module):
    def __init__(self, pooled, dim):
        super().__init__()
        self.timestep_embedder, self.text_embedder = TimestepEmbedding(256, dim), Perceptron(pooled, dim)

    def forward(self, t, vector):
        return self.timestep_embedder(t) + self.text_embedder(vector)


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.eps, self.weight = eps, nn.Parameter(torch.ones(dim))

    def forward(self, x):
        y = x.float()
        return (y * torch.rsqrt(y.pow(2).mean(-1, keepdim=True) + self.eps)).to(x.dtype) * self.weight


def plain_norm(x):
    """Layer norm without weights, in float32 whatever the autocast type."""
    return F.layer_norm(x.float(), x.shape[-1:], eps=1e-6)


class Modulation(nn.Module):
    """`count` vectors of the time's and text's embedding; the first ones shift and scale a normed stream."""

    def __init__(self, dim, count):
        super().__init__()
        self.count, self.linear = count, nn.Linear(dim, count * dim)

    def forward(self, emb):
        return self.linear(F.silu(emb))[:, None].chunk(self.count, -1)


class FeedForward(nn.Module):
    def __init__(self, dim):
        super().__init__()
        first = Stage()
        first.proj = nn.Linear(dim, 4 * dim)
        self.net = nn.ModuleList([first, nn.Identity(), nn.Linear(4 * dim, dim)])

    def forward(self, x):
        return self.net[2](F.gelu(self.net[0].proj(x), approximate="tanh"))


class JointAttention(nn.Module):
    """Image and text tokens ask and answer as one sequence, each with projections of its own."""

    def __init__(self, dim, heads, last):
        super().__init__()
        self.heads = heads
        self.to_q, self.to_k, self.to_v = (nn.Linear(dim, dim) for _ in range(3))
        self.add_q_proj, self.add_k_proj, self.add_v_proj = (nn.Linear(dim, dim) for _ in range(3))
        self.norm_q, self.norm_k, self.norm_added_q, self.norm_added_k = (RMSNorm(dim // heads) for _ in range(4))
        self.to_out = nn.ModuleList([nn.Linear(dim, dim), nn.Identity()])
        self.to_add_out = None if last else nn.Linear(dim, dim)

    def forward(self, image, text):
        b, n, d = image.shape
        split = lambda x: x.reshape(b, -1, self.heads, d // self.heads).transpose(1, 2)     # noqa: E731
        q = torch.cat([self.norm_q(split(self.to_q(image))), self.norm_added_q(split(self.add_q_proj(text)))], 2)
        k = torch.cat([self.norm_k(split(self.to_k(image))), self.norm_added_k(split(self.add_k_proj(text)))], 2)
        v = torch.cat([split(self.to_v(image)), split(self.add_v_proj(text))], 2)
        x = scaled_dot_product(q.to(v.dtype), k.to(v.dtype), v, self.training).transpose(1, 2).reshape(b, -1, d)
        return self.to_out[0](x[:, :n]), None if self.to_add_out is None else self.to_add_out(x[:, n:])


class JointBlock(nn.Module):
    def __init__(self, dim, heads, last):
        super().__init__()
        self.last = last
        self.norm1, self.norm1_context = Modulation(dim, 6), Modulation(dim, 2 if last else 6)
        self.attn = JointAttention(dim, heads, last)
        self.ff = FeedForward(dim)
        self.ff_context = None if last else FeedForward(dim)

    def forward(self, image, text, emb):
        shift, scale, gate, shift_mlp, scale_mlp, gate_mlp = self.norm1(emb)
        if self.last:                                                           # diffusers' AdaLayerNormContinuous has its scale first
            c_scale, c_shift = self.norm1_context(emb)
        else:
            c_shift, c_scale, c_gate, c_shift_mlp, c_scale_mlp, c_gate_mlp = self.norm1_context(emb)
        seen, said = self.attn(plain_norm(image) * (1 + scale) + shift, plain_norm(text) * (1 + c_scale) + c_shift)
        image = image + gate * seen
        image = image + gate_mlp * self.ff(plain_norm(image) * (1 + scale_mlp) + shift_mlp)
        if self.last:
            return image, None
        text = text + c_gate * said
        return image, text + c_gate_mlp * self.ff_context(plain_norm(text) * (1 + c_scale_mlp) + c_shift_mlp)


class SD3Transformer2DModel(nn.Module):
    """(latents [b, c, h, w], text [b, n, joint_attention_dim], vector of the text [b, pooled_projection_dim], t [b] to 1000) -> flow
    n - x0 [b, c, h, w]."""

    def __init__(self, cfg=TRANSFORMER_CONFIG):
        super().__init__()
        dim, heads, layers = cfg["caption_projection_dim"], cfg["num_attention_heads"], cfg["num_layers"]
        self.patch, self.channels = cfg["patch_size"], cfg["out_channels"]
        self.pos_embed = PatchEmbed(cfg, dim)
        self.time_text_embed = TimeTextEmbedding(cfg["pooled_projection_dim"], dim)
        self.context_embedder = nn.Linear(cfg["joint_attention_dim"], dim)
        self.transformer_blocks = nn.ModuleList([JointBlock(dim, heads, i == layers - 1) for i in range(layers)])
        self.norm_out = Modulation(dim, 2)
        self.proj_out = nn.Linear(dim, self.patch ** 2 * self.channels)
        for block in self.transformer_blocks:                                   # every block begins as the identity (DiT's adaLN-zero)
            for modulation in (block.norm1, block.norm1_context):
                nn.init.zeros_(modulation.linear.weight)
                nn.init.zeros_(modulation.linear.bias)
        for linear in (self.norm_out.linear, self.proj_out):
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)

    def forward(self, hidden_states, encoder_hidden_states, pooled_projections, timestep):
        b, _, h, w = hidden_states.shape
        p = self.patch
        emb = self.time_text_embed(timestep, pooled_projections)
        image, text = self.pos_embed(hidden_states), self.context_embedder(encoder_hidden_states)
        for block in self.transformer_blocks:
            image, text = block(image, text, emb)
        scale, shift = self.norm_out(emb)
        x = self.proj_out(plain_norm(image) * (1 + scale) + shift)
        return x.reshape(b, h // p, w // p, p, p, self.channels).permute(0, 5, 1, 3, 2, 4).reshape(b, self.channels, h, w)
