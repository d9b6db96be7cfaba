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
  /** Of the text encoders, where it is another. */
  readonly textWeight?: number
}

/**
 * `NAME`, `NAME:WEIGHT`, `NAME:TE:UNET`, `NAME:te=0.5:unet=1`: weights of the text encoders and of the UNet, 1 where there is none, and the text
 * encoders' for both where there is one. Undefined for anything else (`dyn`, what is no number), and for a name that there is not.
 */
function readLora(content: string, known: ReadonlyMap<string, string>): Required<PromptLora> | undefined {
  const [asked, ...given] = content.split(':').map((part) => part.trim())
  const name = known.get(asked.toLowerCase())
  const named = new Map(
    given.filter((part) => part.includes('=')).map((part) => part.split('=', 2) as [string, string]),
  )
  const [te = '1', unet, ...more] = given.filter((part) => !part.includes('='))
  if (name === undefined || more.length > 0 || [...named.keys()].some((key) => key !== 'te' && key !== 'unet')) {
    return undefined
  }
  const numberOf = (text: string) => (text === '' ? Number.NaN : Number(text))
  const textWeight = numberOf(named.get('te') ?? te)
  const weight = numberOf(named.get('unet') ?? unet ?? `${textWeight}`)
  return Number.isFinite(weight) && Number.isFinite(textWeight) ? { name, weight, textWeight } : undefined
}

/** Every LoRA that a prompt names and that is there. */
function* lorasIn(prompt: string, shelf: readonly string[]): Generator<Required<PromptLora>> {
  const known = new Map(shelf.map((name) => [name.toLowerCase(), name]))
  for (const [, kind, content] of prompt.matchAll(network)) {
    const read = kind === 'lora' ? readLora(content, known) : undefined
    if (read) yield read
  }
}

/** Whether a tag (`<lora:film:0.7>`) is read: there is a LoRA of its name, and its weights are numbers. */
export const isLora = (tag: string, shelf: readonly string[]): boolean => lorasIn(tag, shelf).next().done === false

/**
 * The LoRA files that a prompt asks for, `<lora:NAME:WEIGHT>` or `<lora:NAME:TE:UNET>`, each once: weights of one name add up. One with
 * weight 0 asks for nothing.
 *
 * Source: stable-diffusion-webui, extensions-builtin/Lora/extra_networks_lora.py.
 *
 * @param shelf names that there are, in any case
 */
export function promptLoras(prompt: string, shelf: readonly string[]): PromptLora[] {
  const found = new Map<string, Required<PromptLora>>()
  for (const { name, weight, textWeight } of lorasIn(prompt, shelf)) {
    const before = found.get(name) ?? { weight: 0, textWeight: 0 }
    found.set(name, { name, weight: before.weight + weight, textWeight: before.textWeight + textWeight })
  }
  return [...found.values()]
    .filter(({ weight, textWeight }) => weight !== 0 || textWeight !== 0)
    .map(({ name, weight, textWeight }) => ({ name, weight, ...(textWeight === weight ? {} : { textWeight }) }))
}
