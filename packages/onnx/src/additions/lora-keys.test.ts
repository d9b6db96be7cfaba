import { expect, it } from 'vitest'
import { loraKey } from './lora-keys'
import { sgmModule } from './sgm-blocks'

const attention = 'down_blocks_0_attentions_0_transformer_blocks_0_attn1'

it.each([
  [`lora_unet_${attention}_to_q.lora_down.weight`, 'denoiser', `${attention}_to_q`, 'down'],
  [`lora_unet_${attention}_to_out_0.lora_up.weight`, 'denoiser', `${attention}_to_out_0`, 'up'],
  [`lora_unet_${attention}_to_q.alpha`, 'denoiser', `${attention}_to_q`, 'alpha'],
  ['lora_unet_conv_in.lora_mid.weight', 'denoiser', 'conv_in', 'mid'],
  [
    'lora_te_text_model_encoder_layers_0_mlp_fc1.lora_up.weight',
    'text_encoder',
    'text_model_encoder_layers_0_mlp_fc1',
    'up',
  ],
  [
    'lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha',
    'text_encoder',
    'text_model_encoder_layers_0_mlp_fc1',
    'alpha',
  ],
  [
    'lora_te2_text_model_encoder_layers_9_mlp_fc1.alpha',
    'text_encoder_2',
    'text_model_encoder_layers_9_mlp_fc1',
    'alpha',
  ],
  ['unet.mid_block.attentions.0.proj_in.lora_A.weight', 'denoiser', 'mid_block_attentions_0_proj_in', 'down'],
  ['unet.mid_block.attentions.0.proj_in.lora.up.weight', 'denoiser', 'mid_block_attentions_0_proj_in', 'up'],
  ['unet.mid_block.attn1.processor.to_out_lora.down.weight', 'denoiser', 'mid_block_attn1_to_out_0', 'down'],
  ['base_model.model.mid_block.attn1.to_k.lora_B.default.weight', 'denoiser', 'mid_block_attn1_to_k', 'up'],
  [
    'text_encoder_2.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.down.weight',
    'text_encoder_2',
    'text_model_encoder_layers_0_self_attn_q_proj',
    'down',
  ],
  [
    'base_model.model.text_model.encoder.layers.0.self_attn.v_proj.lora_A.weight',
    'text_encoder',
    'text_model_encoder_layers_0_self_attn_v_proj',
    'down',
  ],
])('%s', (key, part, module, role) => {
  expect(loraKey(key)).toEqual({ part, module, role })
})

it('leaves other keys', () => {
  for (const key of ['emb_params', 'lora_unet_conv_in.diff', 'lora_unet_conv_in.bias'])
    expect(loraKey(key)).toBeUndefined()
})

// diffusers 0.35.2, lora_conversion_utils, _maybe_map_sgm_blocks_to_diffusers, for SDXL's UNet.
it.each([
  ['input_blocks_0_0', 'input_blocks_0_0'],
  ['input_blocks_0_0_', 'input_blocks_0_0_'],
  ['input_blocks_1_0_in_layers_2', 'down_blocks_0_resnets_0_conv1'],
  ['input_blocks_3_0_op', 'down_blocks_0_downsamplers_0_conv'],
  ['input_blocks_4_1_transformer_blocks_1_attn2_to_v', 'down_blocks_1_attentions_0_transformer_blocks_1_attn2_to_v'],
  ['input_blocks_8_0_out_layers_3', 'down_blocks_2_resnets_1_conv2'],
  ['middle_block_0_emb_layers_1', 'mid_block_resnets_0_time_emb_proj'],
  ['middle_block_1_proj_in', 'mid_block_attentions_0_proj_in'],
  ['middle_block_2_in_layers_2', 'mid_block_resnets_1_conv1'],
  ['output_blocks_2_1_transformer_blocks_0_ff_net_2', 'up_blocks_0_attentions_2_transformer_blocks_0_ff_net_2'],
  ['output_blocks_2_2_conv', 'up_blocks_0_upsamplers_0_conv'],
  ['output_blocks_7_0_skip_connection', 'up_blocks_2_resnets_1_conv_shortcut'],
  ['time_embed_0', 'time_embedding_linear_1'],
  ['label_emb_0_2', 'add_embedding_linear_2'],
  ['out_2', 'conv_out'],
  ['down_blocks_0_resnets_0_conv1', 'down_blocks_0_resnets_0_conv1'],
])('%s is %s', (sgm, diffusers) => {
  expect(sgmModule(sgm)).toBe(diffusers)
})
