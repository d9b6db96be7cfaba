import type { Template } from './templates'

/** npm, or the package manager whose `create` this is: it says so in its user agent. */
export const managerOf = (agent = 'npm'): string => /^(pnpm|yarn|bun)\//.exec(agent)?.[1] ?? 'npm'

/** What to type next. */
export function nextSteps(folder: string, { scripts }: Template, manager: string): string {
  const where = /^[\w./-]+$/.test(folder) ? folder : `"${folder}"`
  return [`cd ${where}`, `${manager} install`, ...scripts.map((script) => `${manager} run ${script}`)]
    .map((command) => `  ${command}\n`)
    .join('')
}
