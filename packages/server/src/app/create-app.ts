import { NegError } from '@neg/core'
import { Hono } from 'hono'
import { authenticate } from '../auth/authenticate'
import type { Operation } from '../openapi/operation'
import { crossOrigin } from './cross-origin'
import { errorAnswer } from './error-answer'
import { hostGuard } from './host-guard'
import { refuseCompressed } from './refuse-compressed'
import { type Log, logged, requestLog } from './request-log'
import type { App, Principal, RouteGroup, Variables } from './route-group'
import type { ServerContext } from './server-context'

export interface AppOptions {
  readonly groups: readonly RouteGroup[]
  readonly context: ServerContext
  readonly log: Log
  readonly hosts: readonly string[]
  readonly loopback: boolean
  readonly cors: readonly string[]
  /** Whose a token is; undefined on a server without tokens. */
  readonly findToken: ((token: string) => Principal | undefined) | undefined
  /** Told of what is no `NegError`. */
  onMistake(error: unknown, requestId: string): void
}

const pattern = (path: string) =>
  new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{(\w+)\}/g, (_, name) => (name === 'id' ? '.+' : '[^/]+'))}$`)

/** Everything between a request and its answer; knows nothing of sockets. */
export function createApp({ groups, context, log, hosts, loopback, cors, findToken, onMistake }: AppOptions): App {
  const app: App = new Hono<{ Variables: Variables }>()
  const operations = groups.flatMap((group) => group.operations)
  const open = new Set(operations.filter((one) => one.open).map(({ path }) => path))

  app.onError((error, c) => {
    if (!NegError.isInstance(error)) onMistake(error, c.get('requestId'))
    else logged.set(c.req.raw, { ...logged.get(c.req.raw), error: error.code })
    return errorAnswer(c, error)
  })
  app.notFound((c) => missing(c.req.path, c.req.method, operations, c))
  app.use(requestLog(log, context.metrics))
  app.use(hostGuard({ allowed: hosts, loopback }))
  app.use(crossOrigin(cors))
  app.use(refuseCompressed)
  app.use(authenticate(findToken, open))
  for (const group of groups) group.register(app, context)
  return app
}

function missing(
  path: string,
  method: string,
  operations: readonly Operation[],
  c: Parameters<typeof errorAnswer>[0],
): Response {
  const others = operations.filter((one) => pattern(one.path).test(path)).map((one) => one.method.toUpperCase())
  if (others.length === 0) {
    return errorAnswer(
      c,
      new NegError('route-missing', 'There is nothing at this address; /openapi.json has all there is.'),
    )
  }
  c.header('Allow', [...new Set(others)].join(', '))
  const message = `${method.slice(0, 20)} is not possible here; ${others.join(', ')} is.`
  const answer = errorAnswer(c, new NegError('route-missing', message))
  return new Response(answer.body, { status: 405, headers: answer.headers })
}
