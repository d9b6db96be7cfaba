import { checkRecipe, type DiffusionModel, generate, type RunOptions, type RunRecord } from '@neg/core'
import { prepareRun } from '@neg/core/internal'
import type { NodeModel } from '@neg/node'
import { writeInto } from '../files/write-into'
import { withFurtherModels } from '../model/open-further-models'
import { openModel } from '../model/open-model'
import { interruptible } from '../output/interruption'
import { paceOf } from '../output/pace'
import { createProgress, type Progress } from '../output/progress'
import { loadPlugins } from '../plugins/load-plugins'
import { encodePicture } from '../record/record'
import { contactSheet, type SheetPicture } from '../sheet/contact-sheet'
import { type Column, columnsOf } from './columns'
import type { CompareFlags } from './compare-flags'
import { type Figures, figuresOf, figuresText, type Reference } from './figures'

interface Compared {
  readonly figures: Figures[]
  readonly records: RunRecord[]
  readonly sheet: SheetPicture[]
}

/** `neg compare`: every guidance with every seed, on one labelled sheet, with figures. */
export async function runCompare(flags: CompareFlags): Promise<void> {
  const plugins = await loadPlugins(flags.plugin)
  const columns = columnsOf(flags, plugins)
  for (const { recipe } of columns) checkRecipe({ ...recipe, seed: flags.seeds[0] }, { plugins })
  const progress = createProgress(process.stderr)
  try {
    await interruptible(async (signal) => {
      const model = await openModel(flags, progress, signal)
      try {
        await withFurtherModels(flags, progress, signal, async (models) => {
          for (const { recipe } of columns) prepareRun(model, recipe, { plugins, models })
          const compared = await compare(flags, columns, { plugins, models, signal }, model, progress)
          await write(flags, columns, compared, progress)
        })
      } finally {
        await model.dispose()
      }
    })
  } finally {
    progress.end()
  }
}

async function compare(
  { seeds, negatives }: CompareFlags,
  columns: readonly Column[],
  options: Pick<RunOptions, 'plugins' | 'models' | 'signal'>,
  model: DiffusionModel & Pick<NodeModel, 'classify'>,
  progress: Progress,
): Promise<Compared> {
  const compared: Compared = { figures: [], records: [], sheet: [] }
  const pace = paceOf(columns.length * seeds.length, false)
  const texts = negatives.negatives.map(({ text }) => text)
  for (const seed of seeds) {
    let reference: Reference | undefined
    for (const { name, recipe } of columns) {
      const run = generate(model, { ...recipe, seed }, options)
      for await (const event of run) {
        if (event.type === 'step-end') progress.step(pace.step(event))
        if (event.type === 'warning') progress.line(`neg: warning: ${name}: ${event.code}: ${event.message}`)
      }
      pace.pictureDone()
      const result = await run.result
      const judged = await model.classify?.(result.image, { signal: options.signal })
      reference ??= { image: result.image, judged }
      compared.figures.push(figuresOf(name, result, reference, judged, texts))
      compared.records.push(result.record)
      compared.sheet.push({ image: result.image, label: `${name} ${seed}` })
    }
  }
  return compared
}

async function write(
  { out = 'neg-compare', json }: CompareFlags,
  columns: readonly Column[],
  { figures, records, sheet }: Compared,
  progress: Progress,
): Promise<void> {
  const report = figures.map((one, i) => ({ ...one, record: records[i] }))
  const text = `${JSON.stringify(report, null, 2)}\n`
  const written = [
    await writeInto(out, 'comparison.png', await encodePicture(contactSheet(sheet, { columns: columns.length }))),
    await writeInto(out, 'comparison.json', text),
  ]
  progress.end()
  process.stdout.write(json ? text : figuresText(figures))
  const say = json ? process.stderr : process.stdout
  for (const file of written) say.write(`${file}\n`)
}
