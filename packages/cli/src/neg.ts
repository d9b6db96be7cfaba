import module from 'node:module'
import { endPrestarted, prestart } from '@neg/node/start'
import { mindClosedPipes } from './output/closed-pipe'

mindClosedPipes([process.stdout, process.stderr])
// Node 22 keeps compiled modules from one start to the next.
;(module as { enableCompileCache?(): unknown }).enableCompileCache?.()
const [command, ...rest] = process.argv.slice(2)
// The model's thread starts while the rest of the command is read and checked.
const opens = ['generate', 'compare', 'probe', 'experiment'].includes(command)
if (opens && !rest.some((flag) => ['-h', '--help'].includes(flag))) prestart()
const { main } = await import('./main')
process.exitCode = await main(process.argv.slice(2))
await endPrestarted()
