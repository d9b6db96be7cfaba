/**
 * The files of the model, by their path in its folder, where a bundler or a browser finds them. Written out one by one:
 * bundlers follow literal `new URL(…, import.meta.url)` only.
 */
export const urls: Readonly<Record<string, URL>> = {
  'image_classifier/config.json': new URL('../model/image_classifier/config.json', import.meta.url),
  'image_classifier/model.onnx': new URL('../model/image_classifier/model.onnx', import.meta.url),
  'latent_classifier/config.json': new URL('../model/latent_classifier/config.json', import.meta.url),
  'latent_classifier/model.onnx': new URL('../model/latent_classifier/model.onnx', import.meta.url),
  'model_index.json': new URL('../model/model_index.json', import.meta.url),
  'scheduler/scheduler_config.json': new URL('../model/scheduler/scheduler_config.json', import.meta.url),
  'text_encoder/config.json': new URL('../model/text_encoder/config.json', import.meta.url),
  'text_encoder/model.onnx': new URL('../model/text_encoder/model.onnx', import.meta.url),
  'tokenizer/merges.txt': new URL('../model/tokenizer/merges.txt', import.meta.url),
  'tokenizer/special_tokens_map.json': new URL('../model/tokenizer/special_tokens_map.json', import.meta.url),
  'tokenizer/tokenizer_config.json': new URL('../model/tokenizer/tokenizer_config.json', import.meta.url),
  'tokenizer/vocab.json': new URL('../model/tokenizer/vocab.json', import.meta.url),
  'unet/config.json': new URL('../model/unet/config.json', import.meta.url),
  'unet/model.onnx': new URL('../model/unet/model.onnx', import.meta.url),
  'vae_decoder/config.json': new URL('../model/vae_decoder/config.json', import.meta.url),
  'vae_decoder/model.onnx': new URL('../model/vae_decoder/model.onnx', import.meta.url),
  'vae_encoder/config.json': new URL('../model/vae_encoder/config.json', import.meta.url),
  'vae_encoder/model.onnx': new URL('../model/vae_encoder/model.onnx', import.meta.url),
}

const index = urls['model_index.json']

/** The model's folder on disk, where this package lies on one (Node); else the folder's URL. */
const folder: string =
  index.protocol === 'file:'
    ? decodeURIComponent(new URL('.', index).pathname)
        .replace(/\/$/, '')
        .replace(/^\/(?=[A-Za-z]:)/, '')
    : index.href.replace(/[^/]*$/, '')

export default folder
