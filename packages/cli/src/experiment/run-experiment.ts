import { join } from 'node:path'
import { type DiffusionModel, NegError } from '@neg/core'
import type { AttentionFlag } from '../arguments/attention'
import type { MemoryFlag } from '../arguments/memory'
import { writeInto } from '../files/write-into'
import { openModel } from '../model/open-model'
import { duration } from '../output/duration'
import { interruptible } from '../output/interruption'
import { createProgress, type Progress } from '../output/progress'
import { encodePicture } from '../record/record'
import { version } from '../version'
import { type AnyExperiment, grids, type Size } from './experiment'
import { experiments } from './experiments'
import { createLab } from './lab'
import { openUnitLog } from './unit-log'

/** The options of `neg experiment`. */
export interface ExperimentFlags extends AttentionFlag, MemoryFlag {
  readonly name: string
  readonly size: Size
  readonly out?: string
  readonly device: string
}

/** The experiments that a name means. @throws `option-invalid` */
export function chosenExperiments(name: string): readonly AnyExperiment[] {
  if (name === 'all') return experiments
  const found = experiments.filter((experiment) => experiment.name === name)
  if (found.length > 0) return found
  throw new NegError(
    'option-invalid',
    `There is no experiment '${name}'. There are ${experiments.map((one) => one.name).join(', ')}, and all.`,
  )
}

/** `neg experiment`: looks for the article's findings on the embedded model; goes on where it was cut off. */
export async function runExperiment(flags: ExperimentFlags): Promise<void> {
  const chosen = chosenExperiments(flags.name)
  const folder = flags.out ?? `neg-experiment-${flags.size}`
  const progress = createProgress(process.stderr)
  try {
    await interruptible(async (signal) => {
      const model = await openModel(flags, progress, signal)
      try {
        for (const experiment of chosen) await conduct(experiment, flags.size, folder, model, progress, signal)
      } finally {
        await model.dispose()
      }
    })
  } finally {
    progress.end()
  }
}

async function conduct(
  experiment: AnyExperiment,
  size: Size,
  folder: string,
  model: DiffusionModel,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  const { name } = experiment
  const head = { experiment: name, size, model: model.info.digest.slice(0, 16), neg: version }
  const log = await openUnitLog(join(folder, `${name}.units.jsonl`), head)
  const units = experiment.units(size)
  const files: string[] = []
  const waiting = units.filter(({ key }) => !log.done.has(key))
  if (waiting.length < units.length)
    progress.line(`neg: ${name}: ${units.length - waiting.length} of ${units.length} done before`)

  let steps = 0
  let at = 0
  let within = 0
  const started = performance.now()
  const follow = () => {
    steps++
    within = Math.min(within + 1, waiting[at].steps)
    progress.step({
      picture: at + 1,
      pictures: waiting.length,
      step: within,
      steps: waiting[at].steps,
      msPerStep: (performance.now() - started) / steps,
    })
  }
  const lab = createLab(model, signal, follow, async (file, image) => {
    await writeInto(folder, `${file}.png`, await encodePicture(image))
  })
  progress.line(`neg: ${name}: ${experiment.summary}`)
  for (const unit of waiting) {
    within = 0
    const before = performance.now()
    const result = await experiment.run(unit, lab)
    await log.add(unit.key, result, performance.now() - before)
    at++
  }

  const results = units.map((unit) => [unit, log.done.get(unit.key) ?? null] as const)
  const { data, figures, text } = experiment.report(results, size)
  const { numerics } = model.info
  const report = {
    format: 1,
    experiment: name,
    question: experiment.summary,
    size,
    grid: grids[size],
    model: { id: model.info.id, digest: model.info.digest },
    neg: version,
    scheduler: model.info.scheduler.name,
    numerics,
    seconds: Math.round(log.ms / 1000),
    findings: data,
  }
  files.push(await writeInto(folder, `${name}.json`, `${JSON.stringify(report, null, 1)}\n`))
  for (const [figure, svg] of Object.entries(figures)) files.push(await writeInto(folder, `${figure}.svg`, svg))
  progress.end()
  process.stdout.write(`${name} (${units.length} units, ${duration(log.ms)})\n${text}\n\n`)
  for (const file of files) process.stdout.write(`${file}\n`)
  process.stdout.write('\n')
}
