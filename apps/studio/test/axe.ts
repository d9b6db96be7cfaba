import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** What axe finds wrong. */
export interface Fault {
  readonly id: string
  readonly impact: string
  readonly help: string
  readonly nodes: readonly string[]
}

/** Every fault of the page as it is, those of little weight, too. */
export async function faults(page: Page): Promise<Fault[]> {
  // Colours of controls glide when the scheme changes; contrast is judged when they have arrived.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().iterations === Infinity),
  )
  await page.evaluate(axe)
  return page.evaluate(async () => {
    type Found = { violations: { id: string; impact: string; help: string; nodes: { html: string }[] }[] }
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<Found> } }).axe.run()
    return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, nodes: nodes.map(({ html }) => html) }))
  })
}
