import { type DiffusionModel, generateMany, type Run, type RunOptions, type RunResult } from '@neg/core'
import { linkedAbort } from '@neg/core/internal'
import type { GenerateFlags } from '../arguments/generate-flags'
import { withFurtherModels } from '../model/open-further-models'
import { openModel } from '../model/open-model'
import { interruptible } from '../output/interruption'
import { paceOf } from '../output/pace'
import { phaseClock } from '../output/phases'
import { createProgress, type Progress } from '../output/progress'
import { encodePicture } from '../record/record'
import { compareRecord } from './compare-record'
import { type Job, jobOf } from './job'
import { type Drawn, writeLatents, writePicture, writeSheet } from './write-outputs'

/** `neg generate`. */
export const generatePictures = (flags: GenerateFlags): Promise<void> => drawPictures(flags, () => jobOf(flags))

/** What of a command's options says with what is drawn, and what of it is told. */
type DrawFlags = Pick<GenerateFlags, 'model' | 'json' | 'timings' | 'latents' | 'furtherModel' | 'device'> &
  Parameters<typeof openModel>[0]

/** Refuses what can be refused before the model is loaded, draws, writes, says where. */
export async function drawPictures(flags: DrawFlags, makeJob: () => Promise<Job>): Promise<void> {
  const clock = phaseClock()
  const job = await makeJob()
  clock.end('modules')
  const progress = createProgress(process.stderr)
  for (const note of job.notes) progress.line(`neg: warning: foreign-recipe: ${note}`)
  try {
    await interruptible(async (signal) => {
      const model = await openModel(flags, progress, signal)
      try {
        clock.end('sessions')
        if (job.record) {
          for (const difference of compareRecord(job.record, model.info, flags.model !== undefined)) {
            progress.line(`neg: note: ${difference}`)
          }
        }
        await withFurtherModels(flags, progress, signal, (models) =>
          draw(flags, job, { model, models }, progress, clock, signal),
        )
      } finally {
        await model.dispose()
      }
    })
  } finally {
    progress.end()
  }
  if (flags.timings) process.stderr.write(`neg: timings: ${clock.text()}\n`)
}

async function draw(
  flags: DrawFlags,
  job: Job,
  { model, models }: { readonly model: DiffusionModel; readonly models: RunOptions['models'] },
  progress: Progress,
  clock: ReturnType<typeof phaseClock>,
  signal: AbortSignal,
): Promise<void> {
  const { controller: failed, unlink } = linkedAbort(signal)
  const runs = generateMany(model, job.recipe(model.info, model.provides), job.seeds, {
    signal: failed.signal,
    images: job.images,
    plugins: job.plugins,
    models,
  })
  const follow = follower(progress, paceOf(job.seeds.length, model.info.mixesPictures ?? false))
  const say = (path: string) => {
    if (flags.json) return progress.line(path)
    progress.end()
    process.stdout.write(`${path}\n`)
  }
  const drawn: Drawn[] = []
  try {
    for (let run = runs.shift(); run; run = runs.shift()) {
      const result = await follow(run)
      clock.end('other', phasesOf(result))
      const one = await writePicture(result, job.destination)
      drawn.push(flags.latents === undefined ? { ...one, latents: undefined } : one)
      clock.end('write')
      say(one.file)
    }
  } finally {
    unlink()
    failed.abort()
  }
  if (flags.latents !== undefined) {
    await writeLatents(flags.latents, drawn)
    say(flags.latents)
  }
  if (drawn.length > 1) say(await writeSheet(drawn, job.destination))
  clock.end('write')
  if (flags.json) {
    const records = drawn.map(({ record }) => record)
    process.stdout.write(`${JSON.stringify(records.length === 1 ? records[0] : records, null, 2)}\n`)
  }
}

const onePixel = { width: 1, height: 1, data: new Uint8ClampedArray(4) }

/** Shows a run's steps and warnings until it is done; a warning that comes again is said once. */
function follower(progress: Progress, pace: ReturnType<typeof paceOf>) {
  const said = new Set<string>()
  let stepped = false
  return async (run: Run): Promise<RunResult> => {
    for await (const event of run) {
      if (event.type === 'step-end' || event.type === 'inversion-step') {
        progress.step(pace.step(event))
        // Eighty files and libvips: not before the first step, which would wait for them on a machine with one core to spare.
        if (!stepped) void encodePicture(onePixel).catch(() => {})
        stepped = true
      }
      if (event.type !== 'warning' || said.has(event.message)) continue
      said.add(event.message)
      progress.line(`neg: warning: ${event.code}: ${event.message}`)
    }
    pace.pictureDone()
    return run.result
  }
}

const phasesOf = ({ timings }: RunResult) => ({
  prepare: timings.prepare,
  text: timings.encode,
  network: timings.network,
  loop: timings.loop,
  decode: timings.decode,
})
