import { ensureServers } from './interop.mjs'

/** Test files that need no server of other people. */
const own = ['interop/neg.test.ts']

/** Which test files need which server. */
const files = {
  triton: ['interop/triton.test.ts', 'interop/triton-example.test.ts', 'interop/tritonclient.test.ts'],
  kserve: ['interop/kserve.test.ts'],
  mlserver: ['interop/mlserver.test.ts'],
}

/**
 * Installs the inference servers of other people that this machine takes, and runs the tests against them. A server that
 * cannot be installed is named, and its tests do not run; on CI that is a failure.
 *
 * @param {(project: string, filters: string[], env?: Record<string, string>) => Promise<{ passed: number, failed: number }>} vitest
 */
export async function interop(vitest, filters, say) {
  const servers = await ensureServers(say)
  const missing = servers.filter(({ folder }) => folder === undefined)
  for (const { name, reason } of missing) {
    say(`${name} cannot be installed here: ${reason}. Its tests did not run.`)
  }
  const there = servers.filter(({ folder }) => folder !== undefined)
  const chosen = [...own, ...there.flatMap(({ name }) => files[name])]
  const wanted = filters.length > 0 ? chosen.filter((file) => filters.some((filter) => file.includes(filter))) : chosen
  const env = Object.fromEntries(there.map(({ name, folder }) => [`NEG_INTEROP_${name.toUpperCase()}`, folder]))
  const { passed, failed } = wanted.length > 0 ? await vitest('interop', wanted, env) : { passed: 0, failed: 0 }
  return { passed, failed: failed + (process.env.CI ? missing.length : 0) }
}
