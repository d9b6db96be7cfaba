import type { Session } from './session'
import { isSize, toValue, type ValueInfo } from './value'

/** A session whose graph has inputs that nothing in it reads: a runtime wants them all the same, and is fed zeros. */
export function withUnread(session: Session, unread: readonly ValueInfo[]): Session {
  if (unread.length === 0) return session
  const names = new Set(unread.map(({ name }) => name))
  const zeros = Object.fromEntries(
    unread.map(({ name, type, shape }) => {
      const sizes = shape.map((axis) => (isSize(axis) ? axis : 1))
      const count = sizes.reduce((product, size) => product * size, 1)
      return [name, toValue(new Float32Array(count), type, sizes)] as const
    }),
  )
  return {
    inputs: session.inputs.filter(({ name }) => !names.has(name)),
    outputs: session.outputs,
    run: (feeds, options) => session.run({ ...zeros, ...feeds }, options),
    release: () => session.release(),
  }
}
