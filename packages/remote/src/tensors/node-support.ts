import { NegError } from '@neg/core'

type NegNode = Pick<typeof import('@neg/node'), 'nodeFiles' | 'nodeSessions'>

/** `@neg/node`, for folders on a disk and networks on this machine. @throws `runtime-missing` saying what to do instead */
export async function negNode(need: string, instead: string): Promise<NegNode> {
  let module: Partial<NegNode>
  try {
    module = (await import('#neg-node')) as unknown as Partial<NegNode>
  } catch (cause) {
    throw new NegError(
      'runtime-missing',
      `${need} needs the package @neg/node: npm install @neg/node, or ${instead}.`,
      {
        cause,
      },
    )
  }
  if (module.nodeFiles && module.nodeSessions) return module as NegNode
  throw new NegError('runtime-missing', `${need} works on Node only; ${instead}.`)
}
