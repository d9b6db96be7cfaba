import type { Context, Hono } from 'hono'
import type { ServerContext, SurfacePart } from './server-context'

/** What hangs on a request while it is answered. */
export interface Variables {
  requestId: string
  /** Who asks; set before any route runs. */
  principal: Principal
}

/** What a token may do: run jobs, run single networks on tensors, see and do everything. */
export type Scope = 'jobs' | 'tensors' | 'admin'

/** Limits of one token; what is left out is not limited, or as the server's limits say. */
export interface PrincipalLimits {
  readonly jobsPerMinute?: number
  /** Jobs waiting or running at a time. */
  readonly concurrent?: number
  readonly uploadsPerMinute?: number
  /** Bytes of all pictures that are kept uploaded. */
  readonly assetsBytes?: number
}

/** Who asks. Without tokens (loopback only) everybody is `local` with all scopes. */
export interface Principal {
  readonly name: string
  readonly scopes: ReadonlySet<Scope>
  readonly limits: PrincipalLimits
}

export type App = Hono<{ Variables: Variables }>
export type AppContext = Context<{ Variables: Variables }>

/**
 * A part of the server's surface. Host, Origin, CORS, compressed bodies and the token are checked before its routes run;
 * a thrown `NegError` becomes the answer. A route asks for its scope (`requireScope`) and reads bodies with `readBody`,
 * which counts bytes while they come.
 */
export interface RouteGroup extends SurfacePart {
  register(app: App, context: ServerContext): void
}
