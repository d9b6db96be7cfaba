import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { overlayFiles } from '../../test/overlay-files'
import { readTokenizer } from './read-tokenizer'

const tiny = diskFiles('fixtures/layouts/tiny-sdxl')
const none = (folder: string) => ({
  [`${folder}/tokenizer_config.json`]: null,
  [`${folder}/special_tokens_map.json`]: null,
})
const clip = overlayFiles(diskFiles('fixtures/goldens'), none('clip-vocabulary'))

describe('the padding of a tokenizer without configs', () => {
  it.each(['tokenizer', 'tokenizer_2'])('is refused where the vocabulary is nobody’s: %s', async (folder) => {
    const files = overlayFiles(tiny, none(folder))
    for (const width of [undefined, 32, 768, 1280]) {
      await expect(readTokenizer(files, folder, 77, width)).rejects.toMatchObject({
        code: 'model-file-missing',
        where: `${folder}/tokenizer_config.json`,
        message: expect.stringContaining('special_tokens_map.json'),
      })
    }
  })

  it('is known by content where the vocabulary is CLIP’s: ids of transformers for SD 1, SD 2 and SDXL', async () => {
    const pads = async (width?: number) => (await readTokenizer(clip, 'clip-vocabulary', 77, width)).pad
    expect([await pads(768), await pads(1024), await pads(1280)]).toEqual([49407, 0, 0])
    await expect(pads()).rejects.toMatchObject({ code: 'model-file-missing' })
    await expect(pads(512)).rejects.toMatchObject({ code: 'model-file-missing' })
  })

  it('is not known where one word of the vocabulary stands elsewhere', async () => {
    const text = readFileSync('fixtures/goldens/clip-vocabulary/vocab.json', 'utf8')
    const vocabulary = JSON.parse(text) as Record<string, number>
    vocabulary['cat</w>'] = vocabulary['dog</w>']
    const files = overlayFiles(clip, { 'clip-vocabulary/vocab.json': JSON.stringify(vocabulary) })
    await expect(readTokenizer(files, 'clip-vocabulary', 77, 768)).rejects.toMatchObject({ code: 'model-file-missing' })
  })

  it.each(['tokenizer_config.json', 'special_tokens_map.json'])('is said by %s alone', async (path) => {
    const files = overlayFiles(tiny, { [`tokenizer_2/${path}`]: null })
    expect((await readTokenizer(files, 'tokenizer_2', 77)).pad).toBe(0)
  })

  it('is said by tokenizer.json alone', async () => {
    const vocab = JSON.parse(readFileSync('fixtures/layouts/tiny-sdxl/tokenizer_2/vocab.json', 'utf8'))
    const fast = { added_tokens: [], model: { type: 'BPE', vocab, merges: [] } }
    const files = (padding: unknown) =>
      overlayFiles(tiny, {
        ...none('tokenizer_2'),
        'tokenizer_2/vocab.json': null,
        'tokenizer_2/merges.txt': null,
        'tokenizer_2/tokenizer.json': JSON.stringify({ ...fast, padding }),
      })
    expect((await readTokenizer(files({ pad_token: '!', pad_id: 0 }), 'tokenizer_2', 77)).pad).toBe(0)
    await expect(readTokenizer(files(null), 'tokenizer_2', 77)).rejects.toMatchObject({ code: 'model-file-missing' })
  })
})
