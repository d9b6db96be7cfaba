import { type CallOptions, NegError, type Requirement } from '@neg/core'
import type { GraphPatch } from '../graph/graph-patch'
import type { Queue } from '../session/queue'
import type { Session } from '../session/session'
import { type DenoiserGraph, type GraphEditor, plainGraph } from './denoiser-graph'

/** What rows need of the denoiser's graph. */
export interface DenoiserNeeds {
  readonly additions: ReadonlySet<Requirement>
  /** Attention layers that their edits work on, where edits choose. */
  readonly layers: ReadonlySet<string>
}

/** The one denoiser session of a model: two of a 3 GB UNet do not fit. */
export interface DenoiserSession {
  /** Makes ready the graph that has exactly what is needed, having released another one. Answers with its name. */
  prepare(needs: ReadonlySet<Requirement>, options: CallOptions): Promise<string>
  /**
   * Does work with a graph that has at least what is needed, while no other session runs. Where runs with different needs
   * take turns, they end up sharing one graph that has all of them.
   */
  use<T>(
    needs: DenoiserNeeds,
    work: (graph: DenoiserGraph, session: Session) => Promise<T>,
    options: CallOptions,
  ): Promise<T>
  /** While nothing runs. */
  release(): Promise<void>
}

interface Current {
  readonly graph: DenoiserGraph
  /** Absent until it is needed, where memory is short. */
  session?: Session
}

const includes = <T>(all: ReadonlySet<T>, some: ReadonlySet<T>) => [...some].every((x) => all.has(x))

const isOpen = ({ open }: DenoiserGraph, layers: ReadonlySet<string>) => open === 'all' || includes(open, layers)

/** @param late `prepare` opens no session: whoever uses it first does */
export function denoiserSession(
  queue: Queue,
  open: (patch?: GraphPatch) => Promise<Session>,
  editor?: GraphEditor,
  late = false,
): DenoiserSession {
  let current: Current | undefined

  const close = async () => {
    const last = current?.session
    if (current) current.session = undefined
    await last?.release()
  }
  const opened = async (one: Current): Promise<Session> => {
    one.session ??= await open(one.graph.patch)
    return one.session
  }

  /** Only ever inside the queue: nothing runs meanwhile. */
  const replace = async (needs: ReadonlySet<Requirement>, layers?: ReadonlySet<string>): Promise<Current> => {
    const missing = [...needs].filter((need) => !editor?.provides.has(need))
    if (missing.length > 0) {
      throw new NegError('model-unsupported', `The denoiser's graph can't be given ${missing.join(', ')}.`)
    }
    const graph = editor ? await editor.build(needs, layers) : plainGraph
    await close()
    current = { graph }
    return current
  }

  return {
    async prepare(needs, options) {
      const wanted = new Set([...needs].filter((need) => need.startsWith('attention.')))
      const { graph } = await queue(async () => {
        const exact = current && includes(current.graph.provides, wanted) && includes(wanted, current.graph.provides)
        const next = current && exact ? current : await replace(wanted)
        if (!late) await opened(next)
        return next
      }, options)
      return graph.name
    },
    use: (needs, work, options) =>
      queue(async () => {
        const { additions, layers } = needs
        const enough = current && includes(current.graph.provides, additions) && isOpen(current.graph, layers)
        const next =
          current && enough
            ? current
            : await replace(new Set([...additions, ...(current?.graph.provides ?? [])]), joined(layers, current))
        return work(next.graph, await opened(next))
      }, options),
    release: close,
  }
}

/** Layers that are open stay open: whoever opened them will come again. */
function joined(layers: ReadonlySet<string>, current: Current | undefined): ReadonlySet<string> | undefined {
  const open = current?.graph.open
  if (layers.size === 0 && open === undefined) return undefined
  return new Set([...layers, ...(open === undefined || open === 'all' ? [] : open)])
}
