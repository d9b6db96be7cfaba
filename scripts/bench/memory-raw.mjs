/** Peak memory of a process that holds the bare sessions and makes a run's network evaluations. Run by bench.mjs. */
import { peakMemory } from './peak-memory.mjs'
import { rawRun, rawSessions } from './raw.mjs'

const work = JSON.parse(process.argv[2])
await rawRun(await rawSessions(work.threads), work)()
process.stdout.write(String(peakMemory()))
process.exit(0)
