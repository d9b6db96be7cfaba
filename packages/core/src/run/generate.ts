import { NegError } from '../errors/neg-error'
import { picturesOf } from '../image/pictures'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Requirement } from '../model/requirement'
import { promptLoras } from '../prompt/extra-networks'
import type { Recipe, RecipeInput } from '../recipe/recipe'
import type { Tensor } from '../tensor/tensor'
import { version } from '../version'
import { isBatched } from './batched'
import { remedy } from './capabilities'
import { captureWarnings } from './capture-warnings'
import { controlPictures } from './control'
import { denoisingLoop } from './denoising-loop'
import type { RunEvent, RunWarning } from './event'
import { findingRows, findMask } from './find-mask'
import type { GenerateInput } from './functions-of-progress'
import { furtherEncodings } from './further-models'
import { hostOf } from './hosted-run'
import { type InputImage, inputImage, readImage } from './input-image'
import { invert } from './invert'
import { type KeptLatents, noisedLatents } from './kept-latents'
import { checkModel, pointingToResult } from './misuse'
import { neededPrompts } from './needed-prompts'
import { phaseClock } from './phase-clock'
import { placeholderConditionings } from './placeholder-conditionings'
import { prepareRun } from './prepare-run'
import type { PreparedRun } from './prepared-run'
import { distinctInputs } from './prompts'
import { randomStreams } from './random-streams'
import { identityOf, type RunRecord } from './record'
import type { Run, RunOptions, RunResult } from './run'
import { startRun } from './start-run'
import { costWarnings, planWarnings, promptWarnings } from './warnings'

/**
 * Draws one picture. Starts at once; see {@link Run} for what it returns.
 *
 * @example
 * const { image, record } = await generate(model, { prompt: 'a pirate', negatives: ['eye patch'], seed: 7 }).result
 *
 * @throws nothing itself: `result` rejects, with a `NegError` or the abort's reason. Whatever the recipe gets wrong is
 * refused before a network runs.
 */
export function generate(model: DiffusionModel, recipe: GenerateInput, options: RunOptions = {}): Run {
  return pointingToResult(
    startRun((emit, signal, watched) => drawOrHost(model, recipe, options, emit, signal, watched), options.signal),
  )
}

/** What a run does, as `startRun` wants it: by the model's host where it has one that can do it, else here. */
export async function drawOrHost(
  model: DiffusionModel,
  recipe: GenerateInput,
  options: RunOptions,
  emit: (event: RunEvent) => void,
  signal: AbortSignal,
  watched: Promise<void>,
): Promise<RunResult> {
  checkModel(model)
  const loras =
    recipe.syntax === 'a1111' && model.withLoras
      ? promptLoras(`${recipe.prompt}`, model.info.additions?.shelf ?? [])
      : []
  if (loras.length > 0 && model.withLoras) {
    // What can be refused is refused before weights are read.
    prepareRun(model, recipe, options)
    const variant = await model.withLoras(loras, { signal })
    try {
      return await drawOrHost(variant.model, recipe, options, emit, signal, watched)
    } finally {
      variant.release()
    }
  }
  const host = hostOf(model, recipe, options)
  if (!host) return draw(model, recipe, options, emit, signal)
  signal.throwIfAborted()
  const { models, plugins, signal: own, ...data } = options
  const late = host.busy()
  const drawn = host.draw(recipe as RecipeInput, data, emit, { signal, watched }).catch((error: unknown) => {
    // What was no data could not be sent: the recipe's own refusal says where it is.
    if (!signal.aborted && !NegError.isInstance(error)) prepareRun(model, recipe, options)
    throw error
  })
  drawn.catch(() => {})
  // What can be refused is refused meanwhile.
  if (late) prepareRun(model, recipe, options)
  return drawn
}

let pictures = 0

/**
 * The whole of a run, here, by the model's methods: what `generate` does, and what the host of a model in another thread
 * calls there.
 */
export async function draw(
  model: DiffusionModel,
  input: GenerateInput,
  options: RunOptions,
  emit: (event: RunEvent) => void,
  signal: AbortSignal,
): Promise<RunResult> {
  signal.throwIfAborted()
  const clock = phaseClock()
  const { plan, resolved, latentShape, costs, inversion, warnings: filling } = prepareRun(model, input, options)
  const { recipe, scheduler } = plan
  const control = controlPictures(recipe, options)
  const needs = requirements(resolved.guidance.requires ?? [], options, recipe.image, model.info.reads !== undefined)
  for (const need of needs) {
    if (!model.provides.has(need))
      throw new NegError(
        'guidance-unsupported',
        `${model.info.id} does not provide ${need}: ${remedy(need, model.info)}.`,
      )
  }
  const { graph } = await model.prepare(needs, { signal })
  clock.end('prepare')

  // What is watched is encoded even where nothing else needs it.
  const needed = options.capture || recipe.image?.find ? undefined : neededPrompts(plan, resolved.guidance)
  const named = [...distinctInputs(plan.prompts), ...(inversion ? distinctInputs(inversion.plan.prompts) : [])]
  const inverts = inversion && neededPrompts(inversion.plan, inversion.guidance)
  const inputs = [...new Map(named)].filter(([key]) => inverts?.has(key) || (needed?.has(key) ?? true))
  const prompts = inputs.map(([, input]) => input)
  const encoded = await model.encode(prompts, { signal, width: recipe.width, height: recipe.height })
  const further = furtherEncodings(model, options.models ?? {}, { signal, width: recipe.width, height: recipe.height })
  const conditionings = new Map([
    ...placeholderConditionings(plan),
    ...(inversion ? placeholderConditionings(inversion.plan) : []),
    ...inputs.map(([key], i) => [key, encoded[i]] as const),
  ])
  try {
    const warnings = [
      ...filling,
      ...promptWarnings(encoded),
      ...planWarnings(plan, resolved.guidance, conditionings, model.info),
      ...costWarnings(costs, recipe.guidance.name),
    ]
    for (const warning of warnings) emit({ type: 'warning', ...warning })
    if (options.capture) {
      for (const warning of captureWarnings(options.capture, plan.prompts, conditionings))
        emit({ type: 'warning', ...warning })
    }
    clock.end('encode')

    const streams = randomStreams(recipe, latentShape)
    const image = await inputImage(model, recipe, options, streams.normal, signal)
    const initialNoise = streams.normal()
    const beside = await readImage(model, recipe, options, streams.normal, signal)
    clock.end('decode')
    let paste = image?.paste
    const preview = async (step: number, latents: Tensor) => {
      clock.end('loop')
      const [drawn] = picturesOf(await model.decode(latents, { signal }))
      emit({ type: 'preview', step, image: paste?.(drawn) ?? drawn })
      clock.end('decode')
    }
    const use = { ms: 0, calls: 0, rowsPerCall: 0 }
    const evaluations = { run: 0, elided: 0, observed: 0 }
    const before = { inversion: 0, find: findingRows(plan) }
    const leave = isBatched(model) ? model.join() : () => {}
    const every = options.previews?.every
    const shared = {
      conditionings,
      environment: {
        model,
        models: options.models ?? {},
        encodedBy: further.encodedBy,
        parameterisation: scheduler.parameterisation,
        picture: String(pictures++),
        ...(beside ? { beside } : {}),
        ...(control.length > 0 ? { control } : {}),
        signal,
      },
      streams,
      use,
      emit,
    }
    /** What is kept of the picture, once it is inverted and its mask found. */
    const keep = async ({ latents, mask, masked }: InputImage): Promise<KeptLatents | undefined> => {
      if (!latents) return undefined
      const kept = inversion ? await invert({ inversion, down: plan, latents, shared, onStep }) : noisedLatents(latents)
      const { find } = recipe.image ?? {}
      if (!find) return { ...kept, mask }
      const found = masked(await findMask({ ...shared, plan, find, kept }))
      paste = found.paste
      emit({ type: 'mask', image: found.picture })
      return { ...kept, mask: found.mask }
    }
    const onStep = (event: Extract<RunEvent, { type: 'inversion-step' }>) => {
      before.inversion += event.run
      emit(event)
    }
    const drawFrom = async () =>
      denoisingLoop({
        ...shared,
        plan,
        guidance: resolved.guidance,
        costs,
        initialNoise,
        image: image && (await keep(image)),
        capture: options.capture,
        onStep(event, x0) {
          evaluations.run += event.run
          evaluations.elided += event.elided
          evaluations.observed += event.observed
          emit(event)
          if (every !== undefined && (event.step + 1) % every === 0 && event.call < event.calls) {
            return preview(event.step, x0())
          }
        },
      })
    const latents = await drawFrom().finally(leave)
    clock.end('loop')
    const drawn =
      options.decode === false
        ? ([{ width: 0, height: 0, data: new Uint8ClampedArray(0) }] as const)
        : picturesOf(await model.decode(latents, { signal })).map((one) => paste?.(one) ?? one)
    const [picture] = drawn
    if (picture.width > 0) emit({ type: 'image', image: picture })
    clock.end('decode')
    const earlier = before.inversion + before.find
    const counted = earlier === 0 ? evaluations : { ...evaluations, run: evaluations.run + earlier, before }
    const record = recordOf(model, options, { plan, resolved }, graph, use.rowsPerCall, counted, warnings)
    const several = drawn.length > 1 ? { images: drawn } : {}
    return { image: picture, ...several, latents, record, timings: clock.timings(use.ms) }
  } finally {
    for (const conditioning of encoded) conditioning.release()
    further.release()
  }
}

function requirements(
  guidance: readonly Requirement[],
  options: RunOptions,
  image: Recipe['image'],
  reads: boolean,
): Set<Requirement> {
  const needs = guidance.filter((need) => !need.startsWith('scheduler.') && !need.startsWith('model:'))
  return new Set([
    ...needs,
    ...(options.capture || (image?.find && image.find.by !== 'difference') ? (['attention.capture'] as const) : []),
    ...(image || reads ? (['encode-image'] as const) : []),
  ])
}

function recordOf(
  model: DiffusionModel,
  options: RunOptions,
  { plan, resolved }: Pick<PreparedRun, 'plan' | 'resolved'>,
  graph: string,
  rowsPerCall: number,
  evaluations: RunRecord['evaluations'],
  warnings: readonly RunWarning[],
): RunRecord {
  const others = Object.entries(options.models ?? {}).map(
    ([name, other]) => [name, identityOf(other.info, plan.recipe)] as const,
  )
  const { name, version: own } = plan.recipe.scheduler
  const foreign = [
    ...resolved.foreign.map((of) => `guidance ${of}`),
    ...(own === undefined ? [] : [`scheduler ${name}`]),
  ]
  const { tiles } = model.info
  const tiled = tiles && Math.max(plan.recipe.width, plan.recipe.height) > tiles.above ? { tiles: tiles.size } : {}
  return {
    format: 1,
    recipe: plan.recipe,
    models: { main: identityOf(model.info, plan.recipe), ...Object.fromEntries(others) },
    plugins: { ...resolved.versions, ...(own === undefined ? {} : { [name]: own }) },
    neg: version,
    numerics: { ...model.info.numerics, graph, rowsPerCall, ...tiled },
    evaluations,
    replayable:
      foreign.length === 0
        ? true
        : { reason: `it needs plug-ins (${foreign.join(', ')}) in options.plugins, registerPlugin or --plugin` },
    warnings,
  }
}
