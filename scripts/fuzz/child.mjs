/** Runs the cases of a kind: `child.mjs KIND SEED FROM TO`; tells the parent of each, by its number. */
import { NegError } from '@neg/core'
import { caseRandom } from './random.mjs'

const [kind, seed, from, to] = process.argv.slice(2)
const { open } = await import(`./${kind}.mjs`)
const { run, close } = await open()

for (let number = Number(from); number < Number(to); number++) {
  let outcome
  try {
    outcome = { code: await run(caseRandom(kind, seed, number)) }
  } catch (error) {
    const known = NegError.isInstance(error) && error.code !== 'internal'
    outcome = known ? { code: error.code } : { failure: String(error?.stack ?? error).slice(0, 1500) }
    if (known && /\n\s+at .*:\d+/.test(error.message)) {
      outcome = { failure: `The message of ${error.code} is a trace: ${error.message.slice(0, 1000)}` }
    }
  }
  await new Promise((resolve) => process.send({ number, ...outcome }, resolve))
}
await close()
process.disconnect()
