import type { Requirement } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { createQueue } from '../session/queue'
import type { Session } from '../session/session'
import { type GraphEditor, plainGraph } from './denoiser-graph'
import { denoiserSession } from './denoiser-session'

const capture = 'attention.capture'
const nag = 'attention.edit:nag'
const pag = 'attention.edit:pag'

/** A denoiser whose sessions are counted; a graph is named by what it has. */
function counted() {
  const opened: string[] = []
  let open = 0
  let most = 0
  const editor: GraphEditor = {
    provides: new Set<Requirement>([capture, nag, pag]),
    layersOf: () => new Set(),
    build: async (needs, layers) => {
      const name = [...needs].sort().join(' ') || 'plain'
      // Layers are closed where some are asked for.
      return { ...plainGraph, name, provides: needs, open: layers ?? 'all', patch: { name } as never }
    },
  }
  const session = denoiserSession(
    createQueue(),
    async (patch) => {
      opened.push((patch as { name?: string } | undefined)?.name ?? 'plain')
      most = Math.max(most, ++open)
      return { release: async () => void open-- } as unknown as Session
    },
    editor,
  )
  const use = (...needs: Requirement[]) =>
    session.use({ additions: new Set(needs), layers: new Set() }, async ({ name }) => name, {})
  const useLayers = (...layers: string[]) =>
    session.use({ additions: new Set([pag]), layers: new Set(layers) }, async (graph) => graph.open, {})
  const prepare = (...needs: Requirement[]) => session.prepare(new Set(needs), {})
  return { session, opened, use, useLayers, prepare, most: () => most, open: () => open }
}

describe('the denoiser’s session', () => {
  it('has exactly what a run that prepares needs', async () => {
    const { prepare, opened, most } = counted()
    expect([await prepare(nag, capture), await prepare(capture, nag), await prepare(nag), await prepare()]).toEqual([
      `${capture} ${nag}`,
      `${capture} ${nag}`,
      nag,
      'plain',
    ])
    expect(opened).toEqual([`${capture} ${nag}`, nag, 'plain'])
    expect(most()).toBe(1)
  })

  it('does not count what no graph is changed for', async () => {
    const { prepare, opened } = counted()
    expect(await prepare('encode-image', 'gradient:latent-classifier')).toBe('plain')
    expect(opened).toEqual(['plain'])
  })

  it('ends up with one graph that has all, where runs with different needs take turns', async () => {
    const { use, opened, most } = counted()
    for (let turn = 0; turn < 3; turn++) {
      await use(nag)
      await use(pag)
      await use()
    }
    expect(opened).toEqual([nag, `${nag} ${pag}`])
    expect(most()).toBe(1)
  })

  it('is opened again for layers that were closed, and keeps those open that were', async () => {
    const { useLayers, opened } = counted()
    expect(await useLayers('mid')).toEqual(new Set(['mid']))
    expect(await useLayers('mid')).toEqual(new Set(['mid']))
    expect(await useLayers('up')).toEqual(new Set(['up', 'mid']))
    expect(await useLayers('mid', 'up')).toEqual(new Set(['up', 'mid']))
    expect(opened).toEqual([pag, pag])
  })

  it('refuses what its graph can’t be given, and works on', async () => {
    const { use, open } = counted()
    await expect(use('attention.edit:unknown')).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('attention.edit:unknown'),
    })
    expect(await use(nag)).toBe(nag)
    expect(open()).toBe(1)
  })

  it('is opened again after it was released', async () => {
    const { session, use, opened, open } = counted()
    await use()
    await session.release()
    await session.release()
    expect(open()).toBe(0)
    await use()
    expect(opened).toEqual(['plain', 'plain'])
  })
})
