import type { ModelInfo } from '@neg/core'
import { type OpenReason, reasons } from '../graph/attention-form'
import { type ProofSize, proveAttention } from '../graph/attention-proof'
import { findAttention } from '../graph/attention-site'
import { type ClosableAttention, closableAttention, closingPatch } from '../graph/closable-attention'
import type { ClosedBy } from '../graph/close-attention'
import type { GraphNodes } from '../graph/graph-nodes'
import type { GraphPatch } from '../graph/graph-patch'
import { openAttention } from '../graph/open-attention'
import type { SessionFactory, Signature } from '../session/session'
import type { ModelParts } from './model-parts'

/**
 * How attention is computed. `auto`: by the runtime's own kernel where the device proves it right, else over slices of
 * queries; `sliced`: over slices; `exported`: as the graphs have it.
 */
export type AttentionOption = 'auto' | 'sliced' | 'exported'

/** A network whose attention may be closed. */
export interface AttentivePart {
  readonly part: string
  readonly nodes: GraphNodes
  readonly closable: ClosableAttention
}

/** Tokens of the largest attention that a kernel is tried at: beyond, one more block is as the others. */
const mostTokens = 4096

/** What a model's attention is proven at: each of its head sizes, against its text and against its largest layer. */
export function proofSizes({ grid, vae }: Pick<ModelParts, 'grid' | 'vae'>): ProofSize[] {
  const cells = Math.min(mostTokens, grid.trained[0] * grid.trained[1])
  const sizes = new Set([...(grid.headSizes.length > 0 ? grid.headSizes : usualSizes), ...vae.headSizes])
  return [...sizes].flatMap((size) => [77, cells].map((keys) => ({ size, keys })))
}

/** Head sizes of the usual models, where a config doesn't tell. */
const usualSizes = [40, 64, 80, 160]

/** Networks of a model that have attention which nothing else takes care of: the denoiser, if it is here, its ControlNets, and the VAE's halves. */
export async function attentiveParts(
  sessions: SessionFactory,
  {
    architecture,
    controls = [],
    decoder,
    encoder,
  }: Pick<ModelParts, 'architecture' | 'controls' | 'decoder' | 'encoder'>,
  denoiser: AttentivePart | undefined,
): Promise<AttentivePart[]> {
  const halves = await Promise.all([
    vaePart(sessions, 'vae_decoder', decoder),
    encoder && vaePart(sessions, 'vae_encoder', encoder),
  ])
  const led = await Promise.all(controls.map(({ part }) => controlPart(sessions, part, architecture)))
  return [denoiser, ...led, ...halves].filter((part) => part !== undefined)
}

/** A ControlNet: half of a denoiser. */
async function controlPart(
  sessions: SessionFactory,
  part: string,
  { attention }: ModelParts['architecture'],
): Promise<AttentivePart | undefined> {
  const nodes = await sessions.nodes?.(part)
  return nodes && { part, nodes, closable: closableAttention(nodes, attention.find(nodes)) }
}

/** A VAE's half: attention over its one input. */
async function vaePart(
  sessions: SessionFactory,
  part: string,
  { inputs }: Signature,
): Promise<AttentivePart | undefined> {
  const exported = await sessions.nodes?.(part)
  if (!exported) return undefined
  const nodes = openAttention(exported)
  const sites = findAttention(nodes, { latents: inputs[0].name, text: '' })
  return { part, nodes, closable: closableAttention(nodes, sites) }
}

/** What closes a model's attention, and what is said of it. */
export interface AttentionPlan {
  /** Undefined: all layers stay as they were exported. */
  readonly by?: ClosedBy
  readonly info?: ModelInfo['attention']
  /** What is added to a part that no run watches or edits. */
  patch(part: string): GraphPatch | undefined
}

/** Decides how a model's layers are computed; a kernel is proven by a small graph on the same device. */
export async function attentionPlan(
  sessions: SessionFactory,
  parts: readonly AttentivePart[],
  sizes: readonly ProofSize[],
  option: AttentionOption,
): Promise<AttentionPlan> {
  const some = parts.some(({ closable }) => closable.forms.size > 0)
  if (!some) return { patch: () => undefined, ...(parts.length > 0 ? { info: told(parts, undefined) } : {}) }
  if (option === 'exported') {
    return { info: told(parts, undefined, 'attention is left as exported, as asked'), patch: () => undefined }
  }
  const { by, why } =
    option === 'sliced' ? { by: 'sliced' as const, why: 'as asked' } : await choose(sessions, parts, sizes)
  return {
    by,
    info: told(parts, by, why),
    patch(name) {
      const found = parts.find(({ part }) => part === name)
      return found && closingPatch(found.nodes, found.closable, by)
    },
  }
}

/**
 * Where `MultiHeadAttention` is right, but no better than what it replaces: ONNX Runtime walks over blocks that fit the processor's
 * second cache, whose size WebAssembly does not tell.
 */
const wholeScores: ReadonlySet<string> = new Set(['wasm'])

async function choose(
  { openGraph, numerics }: SessionFactory,
  parts: readonly AttentivePart[],
  sizes: readonly ProofSize[],
): Promise<{ by: ClosedBy; why?: string }> {
  if (wholeScores.has(numerics.device)) {
    return { by: 'sliced', why: `${numerics.device}: the runtime’s kernel holds scores whole there` }
  }
  if (!openGraph) return { by: 'sliced', why: 'the runtime opens no graph to prove its kernel with' }
  const halves = new Set(parts.map(({ nodes }) => nodes.half))
  for (const half of [...halves].sort()) {
    const proof = await proveAttention(openGraph, sizes, half)
    if (!proof.proven) return { by: 'sliced', why: `${numerics.device}: ${proof.why}` }
  }
  return { by: 'fused' }
}

function told(parts: readonly AttentivePart[], by: ClosedBy | undefined, why?: string): ModelInfo['attention'] {
  const layers = Object.fromEntries(
    parts.map(({ part, nodes, closable: { forms, left } }) => {
      const closed = by ? forms.size : 0
      const nodesOf = nodes.opened?.layers.size ?? 0
      const exported = forms.size + left.size - closed
      return [part, { closed, exported, ...(nodesOf > 0 ? { opened: nodesOf } : {}) }]
    }),
  )
  const open = new Map<OpenReason, number>()
  for (const { closable } of parts)
    for (const reason of closable.left.values()) open.set(reason, (open.get(reason) ?? 0) + 1)
  const left = [...open].map(([reason, count]) => `${count} stay as exported: ${reasons[reason]}`)
  const said = [...(why === undefined ? [] : [why]), ...left].join('; ')
  return { by: by ?? 'exported', layers, ...(said === '' ? {} : { why: said }) }
}
