import { checkRecipe, generate, type RecipeInput, type RunEvent, recipeDefaults, registerPlugin } from '@neg/core'
import { type WindowCandidate, windowCandidates } from '@neg/core/analysis'
import { linePlot } from '@neg/core/internal'
import type { NodeModel } from '@neg/node'
import { writeInto } from '../files/write-into'
import { openModel } from '../model/open-model'
import { interruptible } from '../output/interruption'
import { paceOf } from '../output/pace'
import { createProgress, type Progress } from '../output/progress'
import { loadPlugins } from '../plugins/load-plugins'
import { encodePicture } from '../record/record'
import { contactSheet } from '../sheet/contact-sheet'
import { checkWords } from './check-words'
import { heatStrip } from './heat-strip'
import { type Observation, observe } from './observe'
import type { ProbeFlags } from './probe-flags'
import { type ProbeReport, probeReport } from './probe-report'
import { probeText, triedText } from './probe-text'
import { type TriedPictures, tryWindows } from './try-windows'

/** `neg probe`: draws, watching, says when and how the negative acted, and tries windows for it. */
export async function runProbe(flags: ProbeFlags): Promise<void> {
  checkWords(flags)
  for (const plugin of await loadPlugins(flags.plugin)) registerPlugin(plugin)
  checkRecipe(recipeOf(flags))
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
  // Said, because a negative without a window may have the model's own.
  negatives: [{ text: negative, window: { from: 0, to: 1 } }],
  seed,
  ...(scale === undefined ? {} : { scale }),
  ...(distilledScale === undefined ? {} : { distilledScale }),
  ...(steps === undefined ? {} : { steps }),
  ...(scheduler === undefined ? {} : { scheduler }),
})

async function probe(flags: ProbeFlags, model: NodeModel, progress: Progress, signal: AbortSignal): Promise<void> {
  const recipe = recipeOf(flags)
  const word = flags.word ?? flags.negative
  const steps = recipe.steps ?? recipeDefaults(model.info).steps
  // Attention's own window is known only once the picture is there: as many as can be, until then.
  const pace = paceOf(1 + windowCandidates({ from: 0, to: 1 / steps, of: 'schedule' }, steps).length, false)
  const follow = (event: RunEvent) => {
    if (event.type === 'step-end') progress.step(pace.step(event))
    if (event.type === 'warning') progress.line(`neg: warning: ${event.code}: ${event.message}`)
  }
  const seen = await observe(model, recipe, { word, encoder: flags.encoder }, signal, follow)
  pace.pictureDone()
  const { place, ...watched } = probeReport(seen.samples, seen.timesteps, seen.result.record, {
    word,
    against: flags.against,
  })
  const draw = async (candidate: WindowCandidate | undefined) => {
    const negatives = candidate ? [{ text: flags.negative, window: candidate.window }] : []
    const run = generate(model, { ...recipe, negatives }, { signal })
    for await (const event of run) if (event.type === 'step-end') follow(event)
    pace.pictureDone()
    return run.result
  }
  const tried = await tryWindows(
    model,
    { thing: flags.negative, always: seen.result, place },
    windowCandidates(watched.attention.window, watched.record.recipe.steps, model.info.recommended?.window),
    draw,
    signal,
  )
  const { record, ...rest } = watched
  const report: ProbeReport = { ...rest, seenWithout: tried.seen ?? null, choice: tried.choice, record }
  const folder = flags.out ?? `neg-probe-${flags.seed}`
  const written = [...(await writeReport(folder, report, seen)), ...(await writePictures(folder, report, tried))]
  if (flags.apply) written.push(...(await writeApplied(folder, tried, progress)))
  progress.end()
  process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : probeText(report))
  const say = flags.json ? process.stderr : process.stdout
  for (const file of written) say.write(`${file}\n`)
}

async function writeReport(folder: string, report: ProbeReport, seen: Observation): Promise<string[]> {
  const { word, against, points, attention, choice, record } = report
  const { steps } = record.recipe
  const curve = (name: string, of: (point: ProbeReport['points'][number]) => number) => ({
    name,
    points: points.map((point) => [point.call, of(point)] as const),
  })
  const last = points[points.length - 1]
  const callAt = (progress: number) => points.find(({ step }) => step >= progress * steps - 1e-9)?.call ?? last.call
  // What is shaded is what is suggested; where that is no window of steps, what attention would have.
  const chosen = choice.chosen?.window
  const [shown, name] =
    chosen?.of === 'schedule' ? [chosen, 'suggested window'] : [attention.window, 'attention’s window']
  const plot = linePlot({
    title: `r_t of '${word}' against '${against}' in '${report.prompt}'`,
    x: `network call (${steps} steps)`,
    y: 'r_t',
    series: [
      curve('raw sum over layers', ({ ratio }) => ratio),
      { ...curve('every layer alike', ({ equal }) => equal), dashed: true },
    ],
    levels: [1],
    shaded: [{ from: callAt(shown.from), to: callAt(shown.to), name }],
  })
  const strip = heatStrip(seen.samples, seen.previews, { positive: against, negative: word })
  return [
    await writeInto(folder, 'probe.json', `${JSON.stringify(report, null, 2)}\n`),
    await writeInto(folder, 'strength.svg', plot),
    await writeInto(folder, 'attention.png', await encodePicture(strip)),
  ]
}

/** The pictures that the choice was made from, each with its record, and all on one sheet. */
async function writePictures(
  folder: string,
  { record, choice }: ProbeReport,
  { without, pictures }: TriedPictures,
): Promise<string[]> {
  const { steps } = record.recipe
  const all = [
    { name: 'none', label: 'no negative', result: without },
    ...pictures.map(({ candidate, result }) => ({
      name: candidate.name === 'always' ? 'always' : `window-${candidate.name}`,
      label: `${triedText(candidate, steps)}${candidate.name === choice.chosen?.name ? ' *' : ''}`,
      result,
    })),
  ]
  const files: string[] = []
  for (const { name, result } of all) {
    files.push(await writeInto(folder, `${name}.png`, await encodePicture(result.image, result.record)))
  }
  const sheet = contactSheet(
    all.map(({ label, result }) => ({ image: result.image, label })),
    { columns: all.length },
  )
  return [...files, await writeInto(folder, 'comparison.png', await encodePicture(sheet))]
}

/** The picture of the window that is suggested. */
async function writeApplied(
  folder: string,
  { choice, pictures }: TriedPictures,
  progress: Progress,
): Promise<string[]> {
  const chosen = pictures.find(({ candidate }) => candidate.name === choice.chosen?.name)
  if (!chosen) {
    progress.line('neg: note: no window is suggested, so there is none to apply')
    return []
  }
  const { image, record } = chosen.result
  return [await writeInto(folder, 'applied.png', await encodePicture(image, record))]
}
