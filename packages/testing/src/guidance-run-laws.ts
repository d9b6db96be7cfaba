import { batched, type DiffusionModel, type GenerateInput, generate, NegError, plan, type Tensor } from '@neg/core'
import type { DenoiseRow } from '@neg/core/adapter'
import {
  applied,
  drawn,
  drawnInside,
  drawnWith,
  expectEqual,
  expectThat,
  type Law,
  partsOf,
  provided,
  recipeOf,
  runOptions,
  runsOn,
  type Subject,
} from './guidance-subject'

/** Laws on how a guidance behaves in runs: state, neighbours, windows, cost, schedulers. */
export function runLaws(subject: Subject): Law[] {
  const { guidance } = subject
  const laws: Law[] = []
  const law = (name: string, run: () => Promise<void>) => laws.push({ name, run })
  const own: Partial<GenerateInput> = guidance.negatives ? { negatives: [subject.negative] } : {}

  law('a picture does not depend on what is drawn beside it', async () => {
    const seeds = ['1', '2', '3']
    const alone = []
    for (const seed of seeds) alone.push(await drawn(subject, { ...own, seed }))
    const model = batched(subject.model)
    const together = await Promise.all(
      seeds.map((seed) => generate(model, recipeOf(subject, { ...own, seed }), runOptions(subject)).result),
    )
    alone.forEach(({ latents }, i) => {
      expectEqual(together[i].latents, latents, together[i].record.numerics.rowsPerCall > 3 ? 1e-4 : 0, `picture ${i}`)
    })
  })

  law('a run leaves nothing behind for the next', async () => {
    const first = await drawn(subject, own)
    await drawn(subject, { ...own, seed: '99' })
    expectEqual((await drawn(subject, own)).latents, first.latents, 0, 'a run and its repetition after another one')
    const [a, b] = await Promise.all([drawn(subject, own), drawn(subject, own)])
    expectEqual(a.latents, first.latents, 0, 'a run beside another one')
    expectEqual(b.latents, first.latents, 0, 'a run beside another one')
  })

  law('its record draws the picture again', async () => {
    const { latents, record } = await drawn(subject, own)
    const again = await generate(subject.model, JSON.parse(JSON.stringify(record.recipe)), runOptions(subject)).result
    expectEqual(again.latents, latents, 0, 'a run and the run of its record')
  })

  law('later evaluations of a step feed no state (Heun, PLMS, LMS and the like)', async () => {
    for (const name of subject.schedulers) {
      if (!usable(subject, name)) continue
      const more = { ...own, scheduler: name }
      const once = await drawn(subject, more)
      const twice = await drawnInside(
        subject,
        async (inner, step) => {
          if (step.evaluation > 0) await applied(inner, step)
          return applied(inner, step)
        },
        more,
      )
      expectEqual(twice.latents, once.latents, 0, `${name} with its later evaluations guided twice, and once`)
    }
  })

  if (guidance.negatives) {
    law('a negative’s window [0, 1) is always, one without steps is never', async () => {
      const windowed = (from: number, to: number) =>
        drawn(subject, { negatives: [{ text: subject.negative, window: { from, to } }] })
      expectEqual((await windowed(0, 1)).latents, (await drawn(subject, own)).latents, 0, 'window [0, 1) and none')
      const empty = await windowed(0.5 / subject.steps, 0.6 / subject.steps)
      expectEqual(empty.latents, (await drawn(subject)).latents, 1e-5, 'a window without steps and no negative')
      expectThat(
        empty.record.evaluations.run === (await drawn(subject)).record.evaluations.run,
        'a closed window costs passes',
      )
    })
  }

  law('inside `window`, [0, 1) is always and one without steps is classifier-free guidance', async () => {
    const windowed = (from: number, to: number) => {
      const guidance = { name: 'window', options: { window: { from, to } }, of: [subject.spec] }
      return drawn(subject, { ...own, guidance: guidance as GenerateInput['guidance'] })
    }
    expectEqual(
      (await windowed(0, 1)).latents,
      (await drawn(subject, own)).latents,
      0,
      'window [0, 1) and the guidance itself',
    )
    const plain = await drawnWith(subject, 'classifier-free')
    const empty = await windowed(0.5 / subject.steps, 0.6 / subject.steps)
    expectEqual(empty.latents, plain.latents, 0, 'a window without steps and classifier-free guidance')
  })

  law('it changes nothing that it is handed', async () => {
    const watch = watched(subject.model)
    await generate(
      watch.model,
      recipeOf(subject, own),
      runOptions(subject, { models: weakModels(subject, watch.model) }),
    ).result
    watch.check()
    await drawnInside(
      subject,
      async (inner, step) => {
        const before = [...step.x.data]
        const given = await step.predict(step.positive, step.null)
        const copies = given.map(({ value }) => [...value.data])
        const guided = await applied(inner, step)
        expectThat(
          before.every((value, i) => Object.is(value, step.x.data[i])),
          `x was changed at step ${step.step}`,
        )
        given.forEach(({ value }, i) => {
          expectThat(
            copies[i].every((v, k) => Object.is(v, value.data[k])),
            `a prediction was changed at step ${step.step}`,
          )
        })
        expectThat(
          partsOf(guided).every(({ value }) => value.shape.join() === step.x.shape.join()),
          'another shape than x',
        )
        return guided
      },
      own,
    )
  })

  law('it stays inside the passes that it announces', async () => {
    for (const recipe of costly(subject)) {
      // A guidance may refuse recipes, e.g. more than one negative.
      if (refusedBy(() => plan(recipeOf(subject, recipe), subject.model, runOptions(subject)))) continue
      const { min, max, exact } = plan(recipeOf(subject, recipe), subject.model, runOptions(subject))
      const { run } = (await drawn(subject, recipe)).record.evaluations
      const what = `${JSON.stringify(recipe)}: ${run} passes, announced ${min} to ${max}`
      expectThat(min <= run && run <= max && (!exact || run === min), what)
    }
  })

  law('it runs with every scheduler that provides what it needs and is refused by name with the others', async () => {
    const needs = (guidance.requires ?? []).filter((need) => need.startsWith('scheduler.'))
    for (const name of subject.schedulers) {
      if (!runsOn(subject, name)) continue
      const lacking = needs.find((need) => !provided(subject, name).has(need))
      if (lacking === undefined) {
        const { latents } = await drawn(subject, { ...own, scheduler: name })
        expectThat(latents.data.every(Number.isFinite), `${name} gave values that are not finite`)
        continue
      }
      const error = refusedBy(() =>
        plan(recipeOf(subject, { ...own, scheduler: name }), subject.model, runOptions(subject)),
      )
      const told =
        error?.code === 'guidance-unsupported' &&
        [lacking, name, subject.name].every((word) => error.message.includes(word))
      expectThat(
        told,
        `with ${name}, which lacks ${lacking}, it was not refused by name: ${error?.message ?? 'not at all'}`,
      )
    }
  })

  if (!guidance.negatives) {
    law('a recipe with negatives is refused: it reads none', async () => {
      const recipe = recipeOf(subject, { negatives: [subject.negative] })
      const error = refusedBy(() => plan(recipe, subject.model, runOptions(subject)))
      expectThat(error?.code === 'negative-unsupported', 'negatives would have been dropped in silence')
    })
  }

  return laws
}

/** Recipes that cost differently. */
function costly({ guidance, negative, other, steps }: Subject): Partial<GenerateInput>[] {
  const scales: Partial<GenerateInput>[] = [{ scale: 0 }, { scale: 1 }, { scale: 2.5 }, { scale: 5 }]
  if (!guidance.negatives) return scales
  const window = { from: 1 / steps, to: 3 / steps }
  return [
    ...scales,
    { negatives: [negative] },
    { negatives: [''] },
    { negatives: [negative, other] },
    { negatives: [{ text: negative, scale: 2 }] },
    { scale: 1, negatives: [{ text: negative, scale: 2 }] },
    {
      negatives: [
        { text: negative, window },
        { text: other, outside: 0.5, window },
      ],
    },
  ]
}

const usable = (subject: Subject, name: string): boolean =>
  runsOn(subject, name) &&
  (subject.guidance.requires ?? []).every((need) => !need.startsWith('scheduler.') || provided(subject, name).has(need))

function refusedBy(work: () => unknown): NegError | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
}

const weakModels = (subject: Subject, model: DiffusionModel): Record<string, DiffusionModel> =>
  Object.fromEntries(Object.keys(subject.models).map((name) => [name, model]))

/** A model that remembers every tensor that it was sent and gave, and tells whether one was changed. */
function watched(model: DiffusionModel): { model: DiffusionModel; check(): void } {
  const kept: { tensor: Tensor; copy: Float32Array; what: string }[] = []
  const keep = (tensor: Tensor, what: string) => kept.push({ tensor, copy: tensor.data.slice(), what })
  return {
    model: {
      ...model,
      denoise: async (request, options) => {
        request.rows.forEach(({ input }: DenoiseRow) => keep(input, 'an input'))
        const result = await model.denoise(request, options)
        for (const { output } of result.rows) keep(output, 'an output')
        return result
      },
    },
    check: () => {
      for (const { tensor, copy, what } of kept) {
        expectThat(
          copy.every((value, i) => Object.is(value, tensor.data[i])),
          `${what} of the network was changed`,
        )
      }
    },
  }
}
