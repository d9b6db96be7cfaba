import { NegError } from '@neg/core'
import { assetSchema, routes } from '@neg/remote/wire'
import { mediaType, readBody } from '../app/read-body'
import type { RouteGroup } from '../app/route-group'
import { registered } from '../app/route-path'
import { requireScope } from '../auth/authenticate'
import { assetShelf } from '../blobs/asset-shelf'
import type { PictureCodec } from '../image/picture-codec'

const types = ['image/png', 'image/jpeg', 'image/webp']

/** Input pictures, by content: bytes come in, no address is ever fetched. */
export const assetRoutes = (codec: PictureCodec): RouteGroup => ({
  name: 'assets',
  operations: [
    {
      method: 'post',
      path: routes.assets,
      id: 'uploadAsset',
      summary: 'Uploads a picture that recipes can start from.',
      tag: 'assets',
      body: Object.fromEntries(types.map((type) => [type, 'binary' as const])),
      answers: { 201: { description: 'It is kept.', content: { 'application/json': assetSchema } } },
    },
    {
      method: 'delete',
      path: routes.asset,
      id: 'deleteAsset',
      summary: 'Deletes a picture that you uploaded.',
      tag: 'assets',
      answers: { 204: { description: 'It is gone.' } },
    },
  ],
  register(app, { blobs, limits }) {
    const shelf = assetShelf(blobs, limits)
    app.post(routes.assets, async (c) => {
      const principal = requireScope(c, 'jobs')
      const type = mediaType(c)
      if (!types.includes(type)) {
        throw new NegError('request-unsupported', `The body’s content-type is '${type}'; expected ${types.join(', ')}.`)
      }
      const announced = c.req.header('content-length')
      const done = shelf.admit(principal, announced === undefined ? undefined : Number(announced))
      try {
        const bytes = await readBody(c, limits.assetBytes)
        const { width, height } = await codec.size(bytes)
        if (width * height > limits.assetPixels) {
          throw new NegError(
            'limit-exceeded',
            `The picture says it has ${width}×${height} pixels; at most ${limits.assetPixels} in all are taken here.`,
          )
        }
        const sha256 = await shelf.keep(principal, bytes, type)
        return c.json({ sha256, bytes: bytes.length, width, height }, 201)
      } finally {
        done()
      }
    })
    app.delete(registered(routes.asset), async (c) => {
      const principal = requireScope(c, 'jobs')
      const sha256 = c.req.param('sha256')
      if (!/^[0-9a-f]{64}$/.test(sha256)) {
        throw new NegError('request-invalid', 'A picture goes by its SHA-256 in lower-case hex.', { where: 'sha256' })
      }
      await shelf.remove(principal, sha256)
      return c.body(null, 204)
    })
  },
})
