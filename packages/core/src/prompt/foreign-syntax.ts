import { matchBrackets } from './brackets'
import { withoutNetworks } from './extra-networks'
import { word } from './word'

interface Foreign {
  readonly code: string
  readonly message: string
}

const hint = (what: string, said: string): Foreign => ({ code: 'prompt-syntax', message: `'${what}' ${said}` })

/** What neither AUTOMATIC1111 nor neg reads, but extensions and other tools do. */
const elsewhere: readonly (readonly [pattern: RegExp, said: string])[] = [
  [/(?<![\p{L}\p{N}_])embedding:[^\s,()[\]]+/u, 'is read as words: neg loads no textual inversions.'],
  [/__[\p{L}\p{N}][\p{L}\p{N}_\-/*]*?__/u, 'is read as words: neg has no wildcards. Write out what is meant.'],
  [
    /\{[^{}]*\|[^{}]*\}/u,
    'is read as words: neg chooses none of them. Write out what is meant, or [a|b] to take turns.',
  ],
]

const weight = /\([^()]*:\s*([+-]?[.\d]+)\s*\)/g
const breakInBrackets = new RegExp(`[([][^()[\\]]*${word('BREAK')}`, 'u')
const composing = new RegExp(word('(?:AND|BREAK)'), 'u')

/** What of a prompt is not read as whoever wrote it may have meant it, by name. */
export function foreignSyntax(text: string, syntax: 'plain' | 'a1111'): Foreign[] {
  const others = elsewhere.flatMap(([pattern, said]) => {
    const found = pattern.exec(text)
    return found ? [hint(found[0], said)] : []
  })
  return [...(syntax === 'plain' ? plainSyntax(text) : a1111Syntax(text)), ...others]
}

function a1111Syntax(text: string): Foreign[] {
  const networks = withoutNetworks(text).networks.map((name) =>
    hint(name, 'has no effect: neg loads no extra networks. Merge it into the model before export.'),
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
