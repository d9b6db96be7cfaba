/** Bytes and SHA-256 of the files of the model: what is downloaded is checked against them. */
export const manifest: Readonly<Record<string, { readonly size: number; readonly sha256: string }>> = {
  'model_index.json': {
    size: 478,
    sha256: '997bead30568c195089a2b29e71ef7a664ae93ad61a5e1a695facdf42423fdb9',
  },
  'neg.json': {
    size: 1652,
    sha256: '0d3c2b91a616c5272a370c06c1fa90636076134f62ba9d647cc4358bf0737196',
  },
  'scheduler/scheduler_config.json': {
    size: 340,
    sha256: '1258e268753511fb1c42646f3fb91341874b663574aa50d77fc69e87769a2707',
  },
  'tokenizer/merges.txt': {
    size: 3505,
    sha256: 'f29acb18c1e2264a31317bbd3987fd1eb0e5a83939f6fe6856698ba1c6d5c199',
  },
  'tokenizer/special_tokens_map.json': {
    size: 133,
    sha256: '92e1e31d71a7f63cd75b4dfa1469377bd2cd6b8292cf70b3ff5b7082b0edc1c9',
  },
  'tokenizer/tokenizer_config.json': {
    size: 274,
    sha256: '8260ecbab88b2cf36a6bd44e5fb988b5cba7c55a1f454508124b41e5a9b27f7f',
  },
  'tokenizer/vocab.json': {
    size: 12769,
    sha256: 'e465863e69ae93a56c064122f6335ebdf93cbf93159aaea5fedd69a01ee2a0af',
  },
  'text_encoder/config.json': {
    size: 393,
    sha256: '6d01808ff252277f47e0f4cb4706eb8a6a46f4ff3671a54504739cf4f1ee5bd1',
  },
  'text_encoder/model.onnx': {
    size: 1933350,
    sha256: 'a4218a05981590537d3c8b22e4f539ca5ed1275a2777bc78ea276d6c0dc49962',
  },
  'unet/config.json': {
    size: 743,
    sha256: 'c3c23756ee8a16b352d6caf0ab68ecb7aae949e984c9b7e3297feed6ac103990',
  },
  'unet/model.onnx': {
    size: 22954355,
    sha256: '54d27f81084821688890711468e0b6bc0cccf2d7f3eadc1f6c32e3624ed55c3e',
  },
  'vae_decoder/config.json': {
    size: 575,
    sha256: '7495251a28413b3788214b134860ed6b6c019f69a1d4f35f214a31aa4de8518c',
  },
  'vae_decoder/model.onnx': {
    size: 3508119,
    sha256: '5607963273f0d004529e5afd1f2b64137c895d56203a26a83b1015269b1d3730',
  },
  'vae_encoder/config.json': {
    size: 575,
    sha256: '7495251a28413b3788214b134860ed6b6c019f69a1d4f35f214a31aa4de8518c',
  },
  'vae_encoder/model.onnx': {
    size: 2139174,
    sha256: 'ef956a3f4aaaa94733f6751f867f0f97f6b037f0ab91b6d641b90157687af6f2',
  },
  'image_classifier/config.json': {
    size: 924,
    sha256: '94f8dd519eac4fa469d3a8acb867a88f87bc05ba936df6be7cc5114bd278b0e2',
  },
  'image_classifier/model.onnx': {
    size: 1914428,
    sha256: '97ec686622a4e477dab6246bd340dfd19b674fbb0bcb2523109cf4659b710fc5',
  },
  'latent_classifier/config.json': {
    size: 924,
    sha256: '94f8dd519eac4fa469d3a8acb867a88f87bc05ba936df6be7cc5114bd278b0e2',
  },
  'latent_classifier/model.onnx': {
    size: 1029626,
    sha256: 'f4a1d33f63ccc5933518a19d974244643dc1cf469b0687772523d02692f213fd',
  },
}
