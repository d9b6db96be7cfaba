import type { RemoteDiagnosis, TransportFinding } from './doctor-remote'
import { table } from './table'

const bytes = (count: number): string =>
  count < 1e6 ? `${(count / 1024).toFixed(0)} KiB` : `${(count / 2 ** 20).toFixed(1)} MiB`

function transportRow({ transport, msPerStep, run, refused }: TransportFinding, fastest: string | undefined): string[] {
  const mark = transport === fastest ? '→' : msPerStep === undefined ? '✗' : ' '
  if (msPerStep === undefined || !run) return [mark, transport, `refused: ${refused}`, '', '']
  const time = `${msPerStep.toFixed(msPerStep < 100 ? 1 : 0)} ms a step`
  return [mark, transport, time, `${bytes(run.sent)} up`, `${bytes(run.received)} down a run`]
}

/** A server's diagnosis for people. */
export function remoteDoctorText({ url, server, parts, models, denoiser, ready, reason }: RemoteDiagnosis): string {
  const lines = [
    `server      ${`${server.name || 'without a name'} ${server.version}`.trim()} at ${url}`,
    `extensions  ${server.extensions.join(', ') || 'none told'}`,
    `parts       ${parts.join(', ') || 'none by the usual names'}`,
    ...(models.length > 0 ? [`draws with  ${models.join(', ')}`] : []),
  ]
  if (denoiser) {
    const { name, dtype, digests, size, transports, fastest } = denoiser
    const { rows, width, height } = size
    lines.push(
      `dtype       ${Object.entries(dtype)
        .map(([input, type]) => `${input} ${type}`)
        .join(', ')}`,
      `digests     ${digests ? 'yes: conditioning travels once a run' : 'no: conditioning travels with every step'}`,
      '',
      `'${name}', ${rows} passes a step, latents ${width} × ${height}, runs of 30 steps:`,
      table(
        transports.map((finding) => transportRow(finding, fastest)),
        '  ',
      ),
    )
  }
  lines.push('', ready ? 'Ready: pictures can be drawn with this server.' : `Not ready: ${reason}.`)
  return `${lines.join('\n')}\n`
}
