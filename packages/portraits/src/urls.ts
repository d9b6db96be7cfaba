/**
 * The files of the embedded model by their path in the folder, as URLs that bundlers follow: each file is copied beside
 * the bundle.
 */
const urls: Readonly<Record<string, string>> = {
  'model_index.json': new URL('../model/model_index.json', import.meta.url).href,
  'neg.json': new URL('../model/neg.json', import.meta.url).href,
  'scheduler/scheduler_config.json': new URL('../model/scheduler/scheduler_config.json', import.meta.url).href,
  'tokenizer/merges.txt': new URL('../model/tokenizer/merges.txt', import.meta.url).href,
  'tokenizer/special_tokens_map.json': new URL('../model/tokenizer/special_tokens_map.json', import.meta.url).href,
  'tokenizer/tokenizer_config.json': new URL('../model/tokenizer/tokenizer_config.json', import.meta.url).href,
  'tokenizer/vocab.json': new URL('../model/tokenizer/vocab.json', import.meta.url).href,
  'text_encoder/config.json': new URL('../model/text_encoder/config.json', import.meta.url).href,
  'text_encoder/model.onnx': new URL('../model/text_encoder/model.onnx', import.meta.url).href,
  'unet/config.json': new URL('../model/unet/config.json', import.meta.url).href,
  'unet/model.onnx': new URL('../model/unet/model.onnx', import.meta.url).href,
  'vae_decoder/config.json': new URL('../model/vae_decoder/config.json', import.meta.url).href,
  'vae_decoder/model.onnx': new URL('../model/vae_decoder/model.onnx', import.meta.url).href,
  'vae_encoder/config.json': new URL('../model/vae_encoder/config.json', import.meta.url).href,
  'vae_encoder/model.onnx': new URL('../model/vae_encoder/model.onnx', import.meta.url).href,
  'image_classifier/config.json': new URL('../model/image_classifier/config.json', import.meta.url).href,
  'image_classifier/model.onnx': new URL('../model/image_classifier/model.onnx', import.meta.url).href,
  'latent_classifier/config.json': new URL('../model/latent_classifier/config.json', import.meta.url).href,
  'latent_classifier/model.onnx': new URL('../model/latent_classifier/model.onnx', import.meta.url).href,
}

export default urls
