import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { difference, unetGraph } from '../../test/unet-graph'
import { unet } from '../denoiser/unet'
import type { ModelFiles } from '../files/model-files'
import { attentionEditor } from '../graph/attention-editor'
import { localSessions } from './local-sessions'
import { toFloats } from './value'

const folder = 'fixtures/graphs/attention-3d'

/** The same files for a runtime that reads no paths. */
const withoutPaths = (files: ModelFiles): ModelFiles => ({
  ...files,
  async open(path) {
    const { size, slice } = await files.open(path)
    return { size, slice }
  },
})

describe('a graph whose weights are external data', () => {
  it.each([
    ['from the disk', diskFiles(folder), cpu],
    ['from bytes', withoutPaths(diskFiles(folder)), { ...cpu, paths: false }],
  ])('opens patched as plain, %s', async (_, files, runtime) => {
    const sessions = await localSessions({ files, runtime })
    const graph = await unetGraph(folder)
    const row = graph.row(1)
    const plain = await sessions.open('unet')
    const expected = toFloats((await plain.run(graph.unet.feeds([row]))).out_sample)
    await plain.release()
    const nodes = await sessions.nodes?.('unet')
    if (!nodes) throw new Error('local sessions read nodes')
    const edited = await attentionEditor(unet, nodes).build(new Set(['attention.capture']))
    const session = await sessions.open('unet', edited.patch)
    const found = await session.run({ ...graph.unet.feeds([row]), ...edited.feeds([row]) })
    await session.release()
    expect(difference(expected, toFloats(found.out_sample))).toBeLessThan(1e-6)
  })
})
