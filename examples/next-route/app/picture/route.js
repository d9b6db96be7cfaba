import { neg } from '@neg/ai'
import { NegError } from '@neg/core'
import { node } from '@neg/node'
import portraits from '@neg/portraits'
import { generateImage } from 'ai'

/** One model for all requests; opened by the first. */
let model
const open = () => (model ??= node({ model: portraits }).then(neg))

/** GET /picture?prompt=…&negative=…&seed=…: a PNG file, drawn in this very process. */
export async function GET(request) {
  const { searchParams } = new URL(request.url)
  const negative = searchParams.get('negative')
  const seed = searchParams.get('seed')
  try {
    const { image } = await generateImage({
      model: await open(),
      prompt: searchParams.get('prompt') ?? '',
      ...(seed ? { seed: Number(seed) } : {}),
      providerOptions: { neg: { negatives: negative ? [negative] : [] } },
      abortSignal: request.signal,
    })
    return new Response(image.uint8Array, { headers: { 'content-type': image.mediaType } })
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    return Response.json({ code: error.code, message: error.message }, { status: 400 })
  }
}
