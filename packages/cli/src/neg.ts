import { main } from './main'
import { mindClosedPipes } from './output/closed-pipe'

mindClosedPipes([process.stdout, process.stderr])
process.exitCode = await main(process.argv.slice(2))
