import { NegError } from '@neg/core'
import { isConditioningMiss } from './remote-error'
import type { InferAnswer, InferRequest, Transport } from './transport'

/** What a call tells of the transport it took; another transport may still do. */
const mayBeTheTransport = new Set([
  'remote-refused',
  'remote-failed',
  'remote-malformed',
  'remote-unsupported',
  'remote-unreachable',
  'runtime-missing',
])

const isTransportFault = (error: unknown): error is NegError =>
  NegError.isInstance(error) && mayBeTheTransport.has(error.code) && !isConditioningMiss(error)

/** Calls by the fastest transport that works. */
export interface TransportChoice {
  /** The one in use; while still measuring, the one that the next call takes. */
  readonly current: Transport
  /** Measured milliseconds per call, of the transports that were compared. */
  readonly measured: ReadonlyMap<Transport, number>
  infer(request: InferRequest): Promise<InferAnswer>
}

/**
 * Chooses by the first real calls, which costs none extra, since inference is pure: the first warms the server up, then
 * each candidate is timed once at equal size, then the fastest stays. A candidate that cannot be used is left out, and
 * the same call goes to the next one.
 *
 * @param candidates the likely best first; those after it are tried when it fails, and compared with it
 * @param last tried only when no candidate works
 * @param options.dropped told of each transport that is left out, and why
 * @param options.now milliseconds of a clock; default the platform's
 */
export function chooseTransport(
  candidates: readonly Transport[],
  last: Transport | undefined,
  {
    dropped = () => undefined,
    now = () => performance.now(),
  }: { readonly dropped?: (transport: Transport, error: NegError) => void; readonly now?: () => number } = {},
): TransportChoice {
  let usable = candidates.length > 0 ? [...candidates] : last ? [last] : []
  const proven = new Set<Transport>()
  const measured = new Map<Transport, number>()
  let size = -1
  let warm = false

  const unmeasured = () => usable.find((transport) => !measured.has(transport))
  const fastest = () =>
    [...usable].sort(
      (a, b) => (measured.get(a) ?? Number.POSITIVE_INFINITY) - (measured.get(b) ?? Number.POSITIVE_INFINITY),
    )[0]
  const next = (): Transport => (usable.length === 1 || !warm ? usable[0] : (unmeasured() ?? fastest()))

  const attempt = async (transport: Transport, request: InferRequest): Promise<InferAnswer> => {
    const bytes = request.inputs.reduce((sum, input) => sum + input.bytes.byteLength, 0)
    if (warm && bytes !== size && unmeasured()) measured.clear() // times of calls of another size do not compare
    size = bytes
    const timed = warm && usable.length > 1 && !measured.has(transport)
    const started = now()
    const answer = await transport.infer(request)
    if (timed) measured.set(transport, now() - started)
    proven.add(transport)
    warm = true
    return answer
  }

  return {
    get current() {
      return next()
    },
    measured,
    async infer(request) {
      const tried: [Transport, NegError][] = []
      for (let transport = next(); ; ) {
        try {
          const answer = await attempt(transport, request)
          // Only now is it known that the fault was the transport's and not the request's.
          for (const [failed, error] of tried) {
            usable = usable.filter((other) => other !== failed)
            dropped(failed, error)
          }
          if (!usable.includes(transport)) usable = [...usable, transport]
          return answer
        } catch (error) {
          if (proven.has(transport) || !isTransportFault(error)) throw error
          tried.push([transport, error])
          const others = last ? [...usable, last] : usable
          const other = others.find((one) => !tried.some(([failed]) => failed === one))
          // Everything failed: the likely best one's words are the most telling.
          if (!other) throw tried[0][1]
          transport = other
        }
      }
    },
  }
}
