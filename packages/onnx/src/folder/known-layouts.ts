/** Public repositories of graphs alone, and the model whose configs, tokenizer and scheduler go with them. */
const configs: Readonly<Record<string, string>> = {
  'microsoft/sd-turbo-webnn': 'stabilityai/sd-turbo',
  'microsoft/stable-diffusion-v1.5-webnn': 'stable-diffusion-v1-5/stable-diffusion-v1-5',
  'schmuell/sd-turbo-ort-web': 'stabilityai/sd-turbo',
}

/** Where the configs of a Hub id come from, where it is known to have none. */
export const knownConfigs = (id: string | undefined): string | undefined =>
  id !== undefined && Object.hasOwn(configs, id.toLowerCase()) ? configs[id.toLowerCase()] : undefined
