import type { ModelInfo } from '@neg/core'
import { table } from './table'

const computed = {
  fused: 'by the device’s own kernel, proven here',
  sliced: 'over slices of queries',
  exported: 'as exported',
} as const

/** How a model's attention is computed, a line a network. */
export function attentionText({ by, layers, why }: NonNullable<ModelInfo['attention']>): string {
  const count = (n: number) => `${n} ${n === 1 ? 'layer' : 'layers'}`
  const lines = Object.entries(layers).map(([part, { closed, exported, opened = 0 }]) => [
    part,
    [
      ...(closed > 0 ? [`${count(closed)} ${computed[by]}`] : []),
      ...(exported > 0 ? [`${count(exported)} ${computed.exported}`] : []),
      ...(opened > 0 ? [`${opened} of them one node each in the folder, taken apart where watched or edited`] : []),
    ].join(', ') || 'none',
  ])
  return `Attention\n${table(lines, '  ')}${why === undefined ? '' : `\n  ${why}`}`
}
