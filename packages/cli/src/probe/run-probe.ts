import { type DiffusionModel, generate, type RecipeInput, type RunEvent } from '@neg/core'
import { writeInto } from '../files/write-into'
import { openModel } from '../model/open-model'
import { interruptible } from '../output/interruption'
import { paceOf } from '../output/pace'
import { createProgress, type Progress } from '../output/progress'
import { linePlot } from '../plot/line-plot'
import { encodePicture } from '../record/record'
import { contactSheet } from '../sheet/contact-sheet'
import { checkWords } from './check-words'
import { heatStrip } from './heat-strip'
import { type Observation, observe } from './observe'
import type { ProbeFlags } from './probe-flags'
import { type ProbeReport, probeReport } from './probe-report'
import { probeText, windowText } from './probe-text'

/** `neg probe`: draws once, watching, and says when and how the negative acted. */
export async function runProbe(flags: ProbeFlags): Promise<void> {
  checkWords(flags)
  const progress = createProgress(process.stderr)
  try {
    await interruptible(async (signal) => {
      const model = await openModel(flags, progress, signal)
      try {
        await probe(flags, model, progress, signal)
      } finally {
        await model.dispose()
      }
    })
  } finally {
    progress.end()
  }
}

const recipeOf = ({ prompt, negative, scale, distilledScale, steps, scheduler, seed }: ProbeFlags): RecipeInput => ({
  prompt,
  negatives: [negative],
  seed,
  ...(scale === undefined ? {} : { scale }),
  ...(distilledScale === undefined ? {} : { distilledScale }),
  ...(steps === undefined ? {} : { steps }),
  ...(scheduler === undefined ? {} : { scheduler }),
})

async function probe(flags: ProbeFlags, model: DiffusionModel, progress: Progress, signal: AbortSignal): Promise<void> {
  const recipe = recipeOf(flags)
  const word = flags.word ?? flags.negative
  const pace = paceOf(flags.apply ? 3 : 1, false)
  const follow = (event: RunEvent) => {
    if (event.type === 'step-end') progress.step(pace.step(event))
    if (event.type === 'warning') progress.line(`neg: warning: ${event.code}: ${event.message}`)
  }
  const seen = await observe(model, recipe, word, signal, follow)
  pace.pictureDone()
  const report = probeReport(seen.samples, seen.timesteps, seen.result.record, { word, against: flags.against })
  const folder = flags.out ?? `neg-probe-${flags.seed}`
  const written = await writeReport(folder, report, seen)
  if (flags.apply) {
    const draw = async (negatives: RecipeInput['negatives']) => {
      const run = generate(model, { ...recipe, negatives }, { signal })
      for await (const event of run) if (event.type === 'step-end') follow(event)
      pace.pictureDone()
      return run.result
    }
    const none = await draw([])
    const windowed = await draw([{ text: flags.negative, window: report.suggestion.window }])
    written.push(...(await writeApplied(folder, report, { none, always: seen.result, windowed })))
  }
  progress.end()
  process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : probeText(report))
  const say = flags.json ? process.stderr : process.stdout
  for (const file of written) say.write(`${file}\n`)
}

async function writeReport(folder: string, report: ProbeReport, seen: Observation): Promise<string[]> {
  const { word, against, points, suggestion, record } = report
  const { steps } = record.recipe
  const curve = (name: string, of: (point: ProbeReport['points'][number]) => number) => ({
    name,
    points: points.map((point) => [point.call, of(point)] as const),
  })
  const last = points[points.length - 1]
  const callAt = (progress: number) => points.find(({ step }) => step >= progress * steps - 1e-9)?.call ?? last.call
  const plot = linePlot({
    title: `r_t of '${word}' against '${against}' in '${report.prompt}'`,
    x: `network call (${steps} steps)`,
    y: 'r_t',
    series: [
      curve('raw sum over layers', ({ ratio }) => ratio),
      { ...curve('every layer alike', ({ equal }) => equal), dashed: true },
    ],
    levels: [1],
    shaded: [{ from: callAt(suggestion.window.from), to: callAt(suggestion.window.to), name: 'suggested window' }],
  })
  const strip = heatStrip(seen.samples, seen.previews, { positive: against, negative: word })
  return [
    await writeInto(folder, 'probe.json', `${JSON.stringify(report, null, 2)}\n`),
    await writeInto(folder, 'strength.svg', plot),
    await writeInto(folder, 'attention.png', await encodePicture(strip)),
  ]
}

/** The picture without the negative, with it always on, and with it in the suggested window. */
async function writeApplied(
  folder: string,
  report: ProbeReport,
  drawn: Readonly<Record<'none' | 'always' | 'windowed', Observation['result']>>,
): Promise<string[]> {
  const labels = {
    none: 'no negative',
    always: 'always on',
    windowed: windowText(report.suggestion.window, report.record.recipe.steps),
  }
  const files: string[] = []
  for (const name of ['none', 'always', 'windowed'] as const) {
    files.push(await writeInto(folder, `${name}.png`, await encodePicture(drawn[name].image, drawn[name].record)))
  }
  const sheet = contactSheet(
    (['none', 'always', 'windowed'] as const).map((name) => ({ image: drawn[name].image, label: labels[name] })),
    { columns: 3 },
  )
  files.push(await writeInto(folder, 'comparison.png', await encodePicture(sheet)))
  return files
}
