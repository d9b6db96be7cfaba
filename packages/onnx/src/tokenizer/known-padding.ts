/** Where some words stand in CLIP's vocabulary of 49,408: no other vocabulary agrees. */
const clip: Readonly<Record<string, number>> = {
  '!': 0,
  'a</w>': 320,
  'of</w>': 539,
  'photo</w>': 1125,
  'cat</w>': 2368,
  '<|startoftext|>': 49406,
  '<|endoftext|>': 49407,
}

/**
 * What a tokenizer pads with whose configs are missing, known by content: CLIP's vocabulary is OpenAI's with ViT-L (text
 * width 768: SD 1, SDXL's first), padded with `<|endoftext|>`, and OpenCLIP's with ViT-H and ViT-bigG (1024, 1280: SD 2,
 * SDXL's second), padded with `!`, the token 0. Undefined for any other.
 */
export function knownPadding(vocabulary: ReadonlyMap<string, number>, width: number | undefined): string | undefined {
  const isClip = vocabulary.size === 49_408 && Object.entries(clip).every(([word, id]) => vocabulary.get(word) === id)
  if (!isClip) return undefined
  if (width === 768) return '<|endoftext|>'
  return width === 1024 || width === 1280 ? '!' : undefined
}
