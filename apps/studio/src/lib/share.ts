import { checkRecipe, NegError, type RecipeInput } from '@neg/core'

const marker = '#recipe='

const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer())
}

/** An address of this page that carries a recipe; nothing of it reaches a server. */
export async function shareLink(recipe: RecipeInput, page: string): Promise<string> {
  const json = new TextEncoder().encode(JSON.stringify(recipe))
  return page.split('#')[0] + marker + toBase64Url(await through(json, new CompressionStream('deflate-raw')))
}

/** The recipe that an address carries, if it does. @throws `recipe-invalid` */
export async function sharedRecipe(hash: string): Promise<RecipeInput | undefined> {
  if (!hash.startsWith(marker)) return undefined
  let data: unknown
  try {
    const json = await through(fromBase64Url(hash.slice(marker.length)), new DecompressionStream('deflate-raw'))
    data = JSON.parse(new TextDecoder().decode(json))
  } catch (cause) {
    throw new NegError(
      'recipe-invalid',
      'The link carries no whole recipe: it was cut off or changed. Ask for it anew.',
      { cause },
    )
  }
  checkRecipe(data)
  return data as RecipeInput
}
