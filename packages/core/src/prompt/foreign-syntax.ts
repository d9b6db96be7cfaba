import { matchBrackets } from './brackets'
import { isLora, withoutNetworks } from './extra-networks'
import { word } from './word'

interface Foreign {
  readonly code: string
  readonly message: string
}

const hint = (what: string, said: string): Foreign => ({ code: 'prompt-syntax', message: `'${what}' ${said}` })

/** What neither AUTOMATIC1111 nor neg reads, but extensions and other tools do. */
const elsewhere: readonly (readonly [pattern: RegExp, said: string])[] = [
  [/__[\p{L}\p{N}][\p{L}\p{N}_\-/*]*?__/u, 'is read as words: neg has no wildcards. Write out what is meant.'],
  [
    /\{[^{}]*\|[^{}]*\}/u,
    'is read as words: neg chooses none of them. Write out what is meant, or [a|b] to take turns.',
  ],
]

const weight = /\([^()]*:\s*([+-]?[.\d]+)\s*\)/g
const breakInBrackets = new RegExp(`[([][^()[\\]]*${word('BREAK')}`, 'u')
const composing = new RegExp(word('(?:AND|BREAK)'), 'u')

/** What a model has beside its own words. */
export interface Known {
  readonly embeddings: readonly { readonly name: string }[]
  /** Textual inversions that it left out. */
  readonly skipped: readonly string[]
  /** LoRA files that this text may ask for. */
  readonly shelf: readonly string[]
}

const nothing: Known = { embeddings: [], skipped: [], shelf: [] }

const embedding = /(?<![\p{L}\p{N}_])embedding:([^\s,()[\]:]+)/gu

/** `embedding:NAME` of what the model has not, and names that were in its folder and did not fit. */
function absentEmbeddings(text: string, { embeddings, skipped }: Known): Foreign[] {
  const has = new Set(embeddings.map(({ name }) => name.toLowerCase()))
  const asked = [...text.matchAll(embedding)].filter(
    ([, name]) => !has.has(name.toLowerCase().replace(/\.(?:safetensors|pt|bin)$/, '')),
  )
  const left = skipped.filter((name) =>
    new RegExp(word(name.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')), 'iu').test(text),
  )
  return [
    ...asked.map(([found]) =>
      hint(found, 'is read as words: the model was opened without this embedding (embeddings, --embedding).'),
    ),
    ...left.map((name) => hint(name, 'is read as words: the embedding of this name is of another kind of model.')),
  ]
}

/** What of a prompt is not read as whoever wrote it may have meant it, by name. */
export function foreignSyntax(text: string, syntax: 'plain' | 'a1111', known: Known = nothing): Foreign[] {
  const others = elsewhere.flatMap(([pattern, said]) => {
    const found = pattern.exec(text)
    return found ? [hint(found[0], said)] : []
  })
  return [
    ...(syntax === 'plain' ? plainSyntax(text) : a1111Syntax(text, known)),
    ...absentEmbeddings(text, known),
    ...others,
  ]
}

function a1111Syntax(text: string, { shelf }: Known): Foreign[] {
  const networks = withoutNetworks(text)
    .networks.filter((name) => !isLora(name, shelf))
    .map((name) =>
      hint(
        name,
        'has no effect: only <lora:NAME:WEIGHT> (or :TE:UNET) of a folder that the model was opened with (loras, --loras) has one, in the prompt.',
      ),
    )
  const weights = [...text.matchAll(weight)]
    .filter(([, number]) => !Number.isFinite(Number(number)))
    .map(([found]) => hint(found, 'has no weight that is a number, and is read as words. Expected (text:1.2).'))
  const broken = breakInBrackets.exec(text)
  return [
    ...networks,
    ...weights,
    ...(broken ? [hint('BREAK', 'inside brackets is a word, as in AUTOMATIC1111. Close the brackets before it.')] : []),
  ]
}

/** In plain syntax everything is words; one hint says so of whatever another syntax would read otherwise. */
function plainSyntax(text: string): Foreign[] {
  const [network] = withoutNetworks(text).networks
  const [bracket] = matchBrackets(text)
  const composed = composing.exec(text)
  const found = network ?? (bracket ? shortened(text.slice(bracket[0], bracket[1] + 1)) : undefined) ?? composed?.[0]
  return found === undefined
    ? []
    : [hint(found, "is read as words. Syntax 'a1111' reads weights, timing, BREAK and AND as AUTOMATIC1111 does.")]
}

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text)
