import {
  applyGuidance,
  definePlugin,
  exactly,
  type Guidance,
  type GuidanceStep,
  type Prediction,
  resolveGuidance,
} from '@neg/core/guidance'
import { describe, expect, it } from 'vitest'
import { guidanceLaws } from './guidance-laws'
import type { GuidanceProperties } from './guidance-properties'

const options = { parse: () => ({}), toJSONSchema: () => ({ type: 'object', properties: {} }) }
const inner = resolveGuidance({ name: 'general' }).guidance

/** The general form with a mistake. */
function broken(
  mistake: (step: GuidanceStep<string>, right: Prediction) => Prediction | Promise<Prediction>,
  more: Partial<Guidance<string>> = {},
) {
  return definePlugin({
    name: 'broken',
    version: '1',
    summary: 'Wrong on purpose.',
    formula: '?',
    source: 'tests of the suite',
    options,
    wraps: 0,
    create: (): Guidance<string> =>
      ({
        space: 'any',
        negatives: true,
        bounds: () => [0, 4],
        guide: async (step: GuidanceStep<string>) => mistake(step, (await applyGuidance(inner, step)) as Prediction),
        ...more,
      }) as Guidance<string>,
  })
}

/** Names of the laws that a plug-in breaks. */
async function brokenLaws(plugin: ReturnType<typeof broken>, properties: GuidanceProperties = {}): Promise<string[]> {
  const names: string[] = []
  for (const { name, run } of guidanceLaws(plugin, properties, { steps: 3 })) {
    await run().catch(() => names.push(name))
  }
  return names
}

describe('the suite finds', () => {
  it('nothing in a guidance that is right', async () => {
    expect(
      await brokenLaws(
        broken((_, right) => right),
        { generalForm: true, spaceFree: true },
      ),
    ).toEqual([])
  })

  it('state kept outside of memory', async () => {
    let calls = 0
    const names = await brokenLaws(
      broken((_, right) => ({
        ...right,
        value: { ...right.value, data: right.value.data.map((x) => x * (1 + 1e-3 * calls++)) },
      })),
    )
    expect(names).toContain('a run leaves nothing behind for the next')
    expect(names).toContain('later evaluations of a step feed no state (Heun, PLMS, LMS and the like)')
  })

  it('changed inputs', async () => {
    const names = await brokenLaws(
      broken(async (step, right) => {
        const [y] = await step.predict(step.positive)
        y.value.data[0] += 1
        return right
      }),
    )
    expect(names).toContain('it changes nothing that it is handed')
  })

  it('bounds that are not kept', async () => {
    const more = { bounds: () => exactly(1) } as Partial<Guidance<string>>
    expect(await brokenLaws(broken((_, right) => right, more))).toContain(
      'it stays inside the passes that it announces',
    )
    const wide = { bounds: () => exactly(3) } as Partial<Guidance<string>>
    expect(await brokenLaws(broken((_, right) => right, wide))).toContain(
      'it stays inside the passes that it announces',
    )
  })

  it('a default in place of scale 0', async () => {
    const names = await brokenLaws(
      broken((step) =>
        step.linear([
          [step.positive, step.scale || 5],
          [step.null, 1 - (step.scale || 5)],
        ]),
      ),
    )
    expect(names).toContain('scale 0 is 0: no default takes its place')
  })

  it('a pass too many at scale 1', async () => {
    const names = await brokenLaws(
      broken(async (step, right) => {
        await step.predict(step.positive, step.null)
        return right
      }),
    )
    expect(names).toContain('at scale 1 without negatives it is exactly the positive prediction, at one pass a call')
  })

  it('a space that matters though it is said not to', async () => {
    const names = await brokenLaws(
      broken(async (step) => {
        const [y] = await step.predict(step.positive)
        return { ...y, value: { ...y.value, data: y.value.data.map((x) => x / 2) } }
      }),
      { spaceFree: true },
    )
    expect(names).toContain('it gives the same x0 in eps, v, x0 and flow')
  })

  it('a claim that is not true', async () => {
    const half = broken((_, right) => ({
      ...right,
      value: { ...right.value, data: right.value.data.map((x) => x / 2) },
    }))
    const names = await brokenLaws(half, {
      generalForm: true,
      spaceFree: true,
      affineInScale: true,
      negativeIsPositive: 'positive',
    })
    expect(names).toEqual(
      expect.arrayContaining([
        'with s⁻ = s⁺ − 1 it is the negative prompt',
        'it is the general form for independent strengths',
        'a negative equal to the prompt takes nothing of the prompt away',
      ]),
    )
  })
})
