import { type GuidanceSpec, type ModelInfo, NegError, plan, type RecipeInput, type Requirement } from '@neg/core'
import { findGuidance } from '@neg/core/guidance'
import { startRun } from '@neg/core/internal'
import type { SchedulerOption } from '@neg/core/schedulers'
import type { DrawEvent, DrawOptions, DrawResult, Place, PlaceRun } from './place'

export interface ServerAddress {
  readonly url: string
  readonly token?: string
  /** One of its models by name; default its first. */
  readonly model?: string
}

/**
 * A browser says the same of a server that isn't there and of one that keeps this page's origin out. Whether somebody answers
 * can be found out by a request whose answer nobody reads.
 */
async function explain(error: unknown, url: string): Promise<never> {
  if (!NegError.isInstance(error) || error.code !== 'remote-unreachable') throw error
  await fetch(new URL('healthz', url.endsWith('/') ? url : `${url}/`), { method: 'POST', mode: 'no-cors' }).catch(
    () => {
      throw error
    },
  )
  throw new NegError('origin-forbidden', `A server answers at ${url}, but not to pages of ${location.origin}.`, {
    cause: error,
  })
}

/** Whether this page has a guidance and all that it wraps. */
const isKnown = ({ name, of = [] }: GuidanceSpec): boolean => findGuidance(name) !== undefined && of.every(isKnown)

/**
 * A neg server as a place to draw: each picture is a job of its own there. Its client is fetched when it is first needed.
 * @throws what keeps the server from answering; `model-missing` where it has no such model
 */
export async function serverPlace({ url, token, model: name }: ServerAddress): Promise<Place> {
  const { attach, generate, negServer } = await import('@neg/remote/jobs')
  // Few repeats: somebody is looking on, and can try again.
  const server = negServer({ url, token, retries: 2 })
  const [models, { guidances, schedulers }] = await Promise.all([server.models(), server.capabilities()]).catch(
    (error) => explain(error, url),
  )
  const model = name === undefined ? models[0] : models.find(({ id }) => id === name)
  if (!model) {
    const known = models.map(({ id }) => id).join(', ')
    throw new NegError('model-missing', `The server at ${url} has no model ${name ?? ''}; it has ${known || 'none'}.`)
  }
  const here = { info: model.info as ModelInfo, provides: new Set(model.provides as Requirement[]) }
  const draw = (recipe: RecipeInput, { inputs = [], ...options }: DrawOptions): PlaceRun => {
    const asked = { ...options, model: model.id }
    if (inputs.length === 0) return generate(server, recipe, asked)
    // Pictures go before the job that names them.
    let settle: (id: Promise<string>) => void
    const id = new Promise<string>((resolve) => (settle = resolve))
    id.catch(() => {})
    const run = startRun<DrawEvent, DrawResult>(async (emit, signal) => {
      for (const { file } of inputs) {
        await server.upload(new Uint8Array(await file.arrayBuffer()), file.type, { signal })
      }
      const job = generate(server, recipe, { ...asked, signal })
      settle(job.id)
      for await (const event of job) emit(event)
      return job.result
    }, options.signal)
    return { ...run, id }
  }
  return {
    ...here,
    where: new URL(url).host,
    models: models.map(({ id }) => id),
    guidances,
    schedulers: schedulers.map(({ name, aliases, options }) => ({
      name,
      aliases,
      options: Object.entries(options).map(([name, schema]) => ({ name, schema: schema as SchedulerOption['schema'] })),
    })),
    plan(recipe) {
      // Core would count `general` where the model recommends a guidance that only the server has.
      const own = here.info.recommended?.guidance
      if (!recipe.guidance && own && !isKnown(own)) return undefined
      try {
        return plan(recipe, here)
      } catch (error) {
        if (NegError.isInstance(error) && /^(guidance|scheduler)-unknown$/.test(error.code)) return undefined
        throw error
      }
    },
    draw,
    attach: (id, options) => attach(server, id, options),
    async dispose() {},
  }
}
