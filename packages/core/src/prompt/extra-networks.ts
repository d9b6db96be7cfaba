/** `<lora:film:0.7>` and its kind. */
const network = /<(\w+):([^>]+)>/g

/**
 * A prompt without the extra networks that AUTOMATIC1111 takes out of it (`<lora:NAME:WEIGHT>`, `<hypernet:…>`, `<lyco:…>`), and
 * their names. They are no words there, whether or not they are found.
 *
 * Source: stable-diffusion-webui, modules/extra_networks.py, parse_prompt.
 */
export function withoutNetworks(prompt: string): { readonly text: string; readonly networks: readonly string[] } {
  const networks: string[] = []
  const text = prompt.replaceAll(network, (found) => {
    networks.push(found)
    return ''
  })
  return { text, networks }
}

/** A LoRA that a prompt asks for. */
export interface PromptLora {
  readonly name: string
  readonly weight: number
}

/**
 * The LoRA files that a prompt asks for, `<lora:NAME:WEIGHT>`, each once: weights of one name add up. The weight is 1 where there is none;
 * a second one, for the UNet apart from the text encoder, is not read as such: the first holds for both.
 *
 * @param shelf names that there are, in any case
 */
export function promptLoras(prompt: string, shelf: readonly string[]): PromptLora[] {
  const known = new Map(shelf.map((name) => [name.toLowerCase(), name]))
  const found = new Map<string, number>()
  for (const [, kind, content] of prompt.matchAll(network)) {
    const [asked, weight = '1'] = content.split(':')
    const name = known.get(asked.trim().toLowerCase())
    if (kind !== 'lora' || name === undefined || !Number.isFinite(Number(weight))) continue
    found.set(name, (found.get(name) ?? 0) + Number(weight))
  }
  return [...found].filter(([, weight]) => weight !== 0).map(([name, weight]) => ({ name, weight }))
}
