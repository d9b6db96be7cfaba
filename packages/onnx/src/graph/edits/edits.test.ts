import type { Json } from '@neg/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { difference, type UnetGraph, unetFolders, unetGraph } from '../../../test/unet-graph'
import type { DenoiserGraph } from '../../denoiser/denoiser-graph'
import type { ResolvedRow } from '../../denoiser/resolved-row'
import { unet } from '../../denoiser/unet'
import type { Session } from '../../session/session'
import { attentionEditor } from '../attention-editor'

const conditioning = { id: 'x', prompt: { text: '' }, words: [], length: 77, warnings: [], release: () => {} }

const edit = (name: string, options: Json) => ({
  edit: { name, options, ...(name === 'nag' || name === 'replace' ? { against: conditioning } : {}) },
})

describe.each(unetFolders)('attention edits of %s', (folder) => {
  let graph: UnetGraph
  let plain: Session
  let edited: DenoiserGraph
  let session: Session

  /** Outputs of each row: one array a row. */
  const run = async (rows: ResolvedRow[], which = session) => {
    const feeds = graph.unet.feeds(rows)
    const outputs = await which.run(which === plain ? feeds : { ...feeds, ...edited.feeds(rows) })
    return graph.unet.predictions(outputs, rows).map(({ data }) => data)
  }

  beforeAll(async () => {
    graph = await unetGraph(folder)
    const editor = attentionEditor(unet, graph.nodes)
    expect([...editor.provides].toSorted()).toEqual([
      'attention.capture',
      'attention.edit:nag',
      'attention.edit:pag',
      'attention.edit:replace',
      'attention.edit:seg',
    ])
    edited = await editor.build(editor.provides)
    expect(edited.name).toBe('capture+nag+pag+replace+seg')
    plain = await graph.open()
    session = await graph.open(edited.patch)
  }, 60_000)

  afterAll(async () => {
    await plain.release()
    await session.release()
  })

  it('with neutral parameters equal no edit', async () => {
    const neutral: [string, Json][] = [
      ['nag', { scale: 1, tau: 2.5, alpha: 0.5 }],
      ['nag', { scale: 5, tau: 2.5, alpha: 0 }],
      ['pag', { layers: [] }],
      ['seg', { layers: 'mid', blurSigma: 0 }],
    ]
    for (const [name, options] of neutral) {
      const rows = [graph.row(1, edit(name, options), 2)]
      const [expected] = await run(rows, plain)
      expect(difference(expected, (await run(rows))[0])).toBeLessThan(1e-6)
    }
    const own = graph.row(1)
    const replaced = { ...graph.row(1, edit('replace', { self: true })), companion: own }
    const [expected] = await run([own], plain)
    expect(difference(expected, (await run([replaced, own]))[0])).toBeLessThan(1e-6)
  })

  it('change the rows that ask for them, and no other', async () => {
    const strong: [string, Json][] = [
      ['nag', { scale: 5, tau: 2.5, alpha: 0.5 }],
      ['pag', { layers: 'all' }],
      ['seg', { layers: 'all', blurSigma: 9_999_999 }],
    ]
    for (const [name, options] of strong) {
      const rows = [graph.row(1), graph.row(2, edit(name, options), 3), graph.row(4)]
      const expected = await run(rows, plain)
      const found = await run(rows)
      expect(difference(expected[0], found[0])).toBeLessThan(1e-5)
      expect(difference(expected[1], found[1])).toBeGreaterThan(1e-3)
      expect(difference(expected[2], found[2])).toBeLessThan(1e-5)
    }
  })

  it('do so alike whatever other rows do in the same call', async () => {
    const a = graph.row(1, edit('nag', { scale: 5, tau: 2.5, alpha: 0.5 }), 2)
    const b = graph.row(3, edit('pag', { layers: 'mid' }))
    const c = graph.row(5, edit('seg', { layers: 'mid', blurSigma: 1 }))
    const together = await run([a, b, c])
    for (const [i, row] of [a, b, c].entries()) {
      expect(difference((await run([row]))[0], together[i])).toBeLessThan(1e-5)
    }
  })

  it('nag against the own prompt is no guidance', async () => {
    const rows = [graph.row(1, edit('nag', { scale: 9, tau: 2.5, alpha: 1 }), 1)]
    expect(difference((await run(rows, plain))[0], (await run(rows))[0])).toBeLessThan(1e-4)
  })

  it('replace makes every map the source’s, so that only values differ', async () => {
    const source = graph.row(1)
    const target = (options: Json) => ({
      ...graph.row(2, edit('replace', options)),
      companion: source,
    })
    const [own] = await run([graph.row(2)], plain)
    const row = target({ cross: true, self: true })
    const [swapped, untouched] = await run([row, source])
    expect(difference(own, swapped)).toBeGreaterThan(1e-3)
    expect(difference((await run([source], plain))[0], untouched)).toBeLessThan(1e-5)
    // Capture sees the maps that were used.
    const captured = graph.row(1, { capture: { tokens: 'all', maps: true } })
    const rows = [
      { ...graph.row(2, { ...edit('replace', {}), capture: { tokens: 'all', maps: true } }), companion: captured },
      captured,
    ]
    const outputs = await session.run({ ...graph.unet.feeds(rows), ...edited.feeds(rows) })
    const [used, given] = edited.attention(outputs, rows)
    used?.layers.forEach((layer, l) => {
      expect(difference(given?.layers[l].maps ?? [], layer.maps ?? [])).toBeLessThan(1e-6)
    })
    // Tokens that no pair names keep their own map; weights scale maps.
    const other = graph.row(1, { capture: { tokens: [2, 3], maps: true } })
    const options = {
      tokens: [[1, 2]],
      weights: [
        [1, 0.5],
        [3, 2],
      ],
    }
    const watched = [
      { ...graph.row(2, { ...edit('replace', options), capture: { tokens: [1, 3], maps: true } }), companion: other },
      other,
      graph.row(2, { capture: { tokens: [1, 3], maps: true } }),
    ]
    const seen = edited.attention(
      await session.run({ ...graph.unet.feeds(watched), ...edited.feeds(watched) }),
      watched,
    )
    const first = seen.map((capture) => capture?.layers[0].maps ?? new Float32Array())
    const n = first[0].length / 2
    expect(
      difference(
        first[1].subarray(0, n).map((p) => p / 2),
        first[0].subarray(0, n),
      ),
    ).toBeLessThan(1e-5)
    expect(
      difference(
        first[2].subarray(n).map((p) => p * 2),
        first[0].subarray(n),
      ),
    ).toBeLessThan(1e-5)
  })
})
