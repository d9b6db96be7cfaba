import { type Space, withView } from '@neg/core/guidance'
import {
  applied,
  difference,
  drawn,
  drawnInside,
  drawnWith,
  expectEqual,
  expectThat,
  type Law,
  meaning,
  type Subject,
  withOptions,
} from './guidance-subject'

/** Equal formulas on the same predictions: float32 rounding over a run. */
const rounding = 2e-4

/** Laws on what a guidance computes. */
export function formLaws(subject: Subject): Law[] {
  const { properties, guidance } = subject
  const laws: Law[] = []
  const law = (name: string, run: () => Promise<void>) => laws.push({ name, run })
  const negatives = [subject.negative]

  if (properties.identityAtOne ?? true) {
    law('at scale 1 without negatives it is exactly the positive prediction, at one pass a call', async () => {
      const own = await drawn(subject, { scale: 1 })
      const plain = await drawnWith(subject, 'classifier-free', { scale: 1 })
      expectEqual(own.latents, plain.latents, 0, 'scale 1 and the positive prediction alone')
      const calls = plain.record.evaluations.run
      const { run } = own.record.evaluations
      expectThat(run === calls, `it ran ${run} rows at scale 1; the run has ${calls} calls`)
    })
  }

  if (properties.generalForm && guidance.negatives) {
    law('with s⁻ = s⁺ − 1 it is the negative prompt', async () => {
      const own = await drawn(subject, { negatives: [{ text: subject.negative, scale: 4 }] })
      const plain = await drawnWith(subject, 'negative-prompt', { negatives })
      expectEqual(own.latents, plain.latents, rounding, 's⁺ 5, s⁻ 4 and the negative prompt at scale 5')
    })
    law('it is the general form for independent strengths', async () => {
      const list = [
        { text: subject.negative, scale: 1.5 },
        { text: subject.other, scale: 2.5 },
      ]
      const own = await drawn(subject, { negatives: list })
      const plain = await drawnWith(subject, 'general', { negatives: list })
      expectEqual(own.latents, plain.latents, rounding, 'two negatives of their own strength, and the general form')
    })
  }

  if (properties.spaceFree) {
    law('it gives the same x0 in eps, v, x0 and flow', async () => {
      await drawnInside(
        subject,
        async (inner, step) => {
          const own = await applied(inner, step)
          for (const space of ['eps', 'v', 'x0', 'flow'] as const satisfies readonly Space[]) {
            // In pure noise eps says nothing of the picture.
            if (space === 'eps' && step.level.alpha === 0) continue
            const there = meaning(await applied({ ...inner, space }, step))
            meaning(own).forEach((value, i) => {
              // Dividing by a small α magnifies the rounding of eps.
              const tolerance = 2e-5 / Math.min(1, Math.max(step.level.alpha, 0.01))
              expectEqual(there[i], value, tolerance, `by way of ${space} at step ${step.step}`)
            })
          }
          return own
        },
        guidance.negatives ? { negatives } : {},
      )
    })
  }

  const { neutral } = properties
  if (neutral) {
    law(`with ${JSON.stringify(neutral.options)} it is ${neutral.equals} guidance`, async () => {
      const list = guidance.negatives ? { negatives } : {}
      const own = await drawn(subject, { ...list, guidance: withOptions(subject, neutral.options) })
      const plain = await drawnWith(subject, neutral.equals, neutral.equals === 'classifier-free' ? {} : list)
      expectEqual(own.latents, plain.latents, rounding, `neutral options and ${neutral.equals}`)
    })
  }

  if (properties.negativeIsPositive && guidance.negatives) {
    law('a negative equal to the prompt takes nothing of the prompt away', async () => {
      const own = await drawn(subject, { negatives: [subject.prompt] })
      const scale = properties.negativeIsPositive === 'positive' ? 1 : 5
      const plain = await drawnWith(subject, 'classifier-free', { scale })
      expectEqual(
        own.latents,
        plain.latents,
        rounding,
        `negative = prompt, and classifier-free guidance at scale ${scale}`,
      )
    })
  }

  if (guidance.negatives && (properties.negativeIsNull ?? true)) {
    law('a negative equal to null changes nothing', async () => {
      const own = await drawn(subject, { negatives: [''] })
      expectEqual(own.latents, (await drawn(subject)).latents, rounding, 'negative "" and no negative')
    })
  }

  if (properties.affineInScale) {
    law('scales 0, ½ and 1 lie on a line: nothing is done to small ones', async () => {
      await drawnInside(subject, async (inner, step) => {
        const at = async (scale: number) =>
          meaning(
            await applied(
              inner,
              withView(step, () => ({ scale })),
            ),
          )
        const [zero, half, one] = [await at(0), await at(0.5), await at(1)]
        half.forEach((value, i) => {
          const middle = { ...value, data: value.data.map((_, k) => (zero[i].data[k] + one[i].data[k]) / 2) }
          expectEqual(
            value,
            middle,
            2e-5 / Math.min(1, Math.max(step.level.alpha, 0.01)),
            `scale ½ at step ${step.step}`,
          )
        })
        return applied(inner, step)
      })
    })
  }

  law('scale 0 is 0: no default takes its place', async () => {
    const zero = await drawn(subject, { scale: 0 })
    const tiny = await drawn(subject, { scale: 1e-6 })
    const usual = await drawn(subject, { scale: 5 })
    expectEqual(zero.latents, tiny.latents, 1e-3, 'scale 0 and scale 0.000001')
    if (properties.dependsOnScale ?? true) {
      expectThat(difference(zero.latents, usual.latents) > 1e-4, 'scale 0 and scale 5 give the same picture')
    }
  })

  return laws
}
