/**
 * `npm run convergence`: measures the order of convergence of every solver on Gaussian data and writes the table in
 * docs/numerics.md and docs/numerics/convergence.svg. The same numbers on every machine.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const stepCounts = [8, 16, 32, 64, 128]
const ending = { final_sigmas_type: 'sigma_min' }
const solvers = [
  ['DDIM', 'DDIMScheduler', {}],
  ['DDIM, η = 1', 'DDIMScheduler', { eta: 1 }],
  ['DDPM', 'DDPMScheduler', {}],
  ['PNDM (PLMS)', 'PNDMScheduler', { skip_prk_steps: true }],
  ['PNDM, Runge–Kutta start', 'PNDMScheduler', { skip_prk_steps: false }],
  ['Euler', 'EulerDiscreteScheduler', {}],
  ['Euler ancestral', 'EulerAncestralDiscreteScheduler', {}],
  ['Heun', 'HeunDiscreteScheduler', {}],
  ['KDPM2', 'KDPM2DiscreteScheduler', {}],
  ['KDPM2 ancestral', 'KDPM2AncestralDiscreteScheduler', {}],
  ['LMS, order 4', 'LMSDiscreteScheduler', {}],
  ['DPM-Solver++ 2M', 'DPMSolverMultistepScheduler', {}],
  ['DPM-Solver++ 2M, Heun', 'DPMSolverMultistepScheduler', { solver_type: 'heun' }],
  ['DPM-Solver++ 3M', 'DPMSolverMultistepScheduler', { solver_order: 3 }],
  ['DPM-Solver++ 2M SDE', 'DPMSolverMultistepScheduler', { algorithm_type: 'sde-dpmsolver++' }],
  ['DPM-Solver 2M', 'DPMSolverMultistepScheduler', { algorithm_type: 'dpmsolver', ...ending }],
  ['DPM-Solver++ 2S', 'DPMSolverSinglestepScheduler', {}],
  ['DPM-Solver++ 3S', 'DPMSolverSinglestepScheduler', { solver_order: 3 }],
  ['DEIS, order 2', 'DEISMultistepScheduler', {}],
  ['DEIS, order 3', 'DEISMultistepScheduler', { solver_order: 3 }],
  ['UniPC, order 1', 'UniPCMultistepScheduler', { solver_order: 1 }],
  ['UniPC, order 2', 'UniPCMultistepScheduler', {}],
  ['UniPC, order 3', 'UniPCMultistepScheduler', { solver_order: 3 }],
  ['SA-Solver', 'SASolverScheduler', {}],
  ['iPNDM', 'IPNDMScheduler', {}],
  ['EDM Euler', 'EDMEulerScheduler', {}],
  ['EDM DPM-Solver++ 2M', 'EDMDPMSolverMultistepScheduler', {}],
  ['Flow Euler', 'FlowMatchEulerDiscreteScheduler', {}],
  ['Flow Heun', 'FlowMatchHeunDiscreteScheduler', {}],
  ['TCD, η = 0.3', 'TCDScheduler', {}],
  ['LCM', 'LCMScheduler', {}],
]

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/testing')
const { convergencePlot } = await import('./lib/convergence-plot.mjs') // draws with what was built
const built = (name) => import(pathToFileURL(join(root, 'packages', name)).href)
const [{ findScheduler }, { convergence, observedOrder }] = [
  await built('core/dist/schedulers.js'),
  await built('testing/dist/index.js'),
]

const measured = solvers.map(([label, name, config]) => {
  const entry = findScheduler(name)
  const errors = convergence(entry, config, stepCounts)
  const calls = entry.create(config).schedule({ steps: 32, latentShape: [1, 1, 1] }).calls.length
  return { label, errors, calls, order: observedOrder(errors.slice(0, 4)) }
})

const digits = (error) =>
  error
    .toExponential(1)
    .replace('e-', '·10⁻')
    .replace(/⁻(\d)/, (_, d) => `⁻${'⁰¹²³⁴⁵⁶⁷⁸⁹'[d]}`)
const table = [
  `| solver | calls in 32 steps | ${stepCounts.map((steps) => `${steps} steps`).join(' | ')} | order, 32 → 64 |`,
  `|---|---|${stepCounts.map(() => '---|').join('')}---|`,
  ...measured.map(
    ({ label, errors, calls, order }) =>
      `| ${label} | ${calls} | ${errors.map(digits).join(' | ')} | ${order.toFixed(1)} |`,
  ),
].join('\n')

const page = join(root, 'docs', 'numerics.md')
const [before, rest] = (await readFile(page, 'utf8')).split('<!-- convergence table -->\n')
const after = rest.split('<!-- end of convergence table -->\n')[1]
await writeFile(page, `${before}<!-- convergence table -->\n\n${table}\n\n<!-- end of convergence table -->\n${after}`)
await mkdir(join(root, 'docs', 'numerics'), { recursive: true })
await writeFile(join(root, 'docs', 'numerics', 'convergence.svg'), convergencePlot(measured, stepCounts))
say(`${measured.length} solvers measured: docs/numerics.md, docs/numerics/convergence.svg`)
