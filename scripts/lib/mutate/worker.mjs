/** Runs test files over the mutants of `NEG_MUTANTS`, as often as it is told to: a process that can be killed as a whole. */
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createVitest } from 'vitest/node'
import { root } from '../workspace.mjs'

const config = fileURLToPath(new URL('./vitest.config.mjs', import.meta.url))
const silent = { onInit() {}, onTestRunEnd() {} }
const vitest = await createVitest('test', { root, config, watch: false, reporters: [silent], silent: true })
const specifications = await vitest.globTestSpecifications()
const bail = vitest.config.bail

process.on('message', async ({ mutant, files }) => {
  writeFileSync(process.env.NEG_MUTANT_ON, mutant)
  vitest.config.bail = mutant === '' ? 0 : bail
  const asked = specifications.filter(({ moduleId }) => files === undefined || files.includes(moduleId))
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(asked, files === undefined)
  // It also tells of files of earlier runs.
  const ran = testModules.filter(({ moduleId }) => asked.some((one) => one.moduleId === moduleId))
  const failed = ran.filter((one) => !one.ok())
  const errorsOf = (one) => [
    ...one.errors().map(({ message }) => message),
    ...[...one.children.allTests('failed')].map((test) => test.fullName),
  ]
  process.send({
    failed: failed.map((one) => ({ file: one.moduleId, tests: errorsOf(one) })),
    unhandled: unhandledErrors.map((error) => String(error?.message ?? error)),
    durations: ran.map((one) => ({ file: one.moduleId, ms: one.diagnostic().duration })),
  })
})
process.on('disconnect', () => process.exit())
process.send({ ready: true })
