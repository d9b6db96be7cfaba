import { NegError } from '@neg/core'
import { Passing, retryAfter } from '@neg/core/internal'
import type { HubSettings } from './hub-settings'

/** What was asked for, for messages. */
export interface Asked {
  readonly id: string
  readonly revision: string
  readonly file?: string
}

const what = ({ id, revision, file }: Asked): string =>
  `${file === undefined ? id : `${file} of ${id}`}${revision === 'main' ? '' : ` at revision ${revision}`}`

/** The longest that a busy Hub is waited for, in milliseconds, whatever it asks. */
const longestWait = 60_000

/**
 * The error for an answer that is no success. Reads its body to the end.
 * @throws {Passing} for 408, 429 and 5xx; else `download-unauthorized`, `download-not-found`, `download-failed`
 */
export async function refuse(response: Response, asked: Asked, { endpoint, token }: HubSettings): Promise<never> {
  const { status, headers } = response
  const body = await response.text().catch(() => '')
  const said = headers.get('x-error-message') ?? body.slice(0, 200).trim()
  const code = headers.get('x-error-code')
  if (status === 408 || status === 429 || status >= 500) {
    const asked = retryAfter(headers.get('retry-after'))
    throw new Passing(
      new Error(`${endpoint} answered ${status}${said === '' ? '' : `: ${said}`}`),
      asked === undefined ? undefined : Math.min(asked, longestWait),
    )
  }
  const details = asked.file === undefined ? {} : { where: asked.file }
  if (status === 401 || status === 403) {
    const gated = code === 'GatedRepo'
    throw new NegError(
      'download-unauthorized',
      gated
        ? `${asked.id} asks for its licence to be accepted: do that at ${endpoint}/${asked.id}, then set HF_TOKEN to a token of that account.`
        : `${endpoint} gives no access to ${what(asked)} (${status}): it does not exist, or it is private and ` +
            `${token === undefined ? 'no token was given: set HF_TOKEN' : 'the token of HF_TOKEN has no right to it'}.`,
      details,
    )
  }
  if (status === 404) {
    const missing =
      code === 'RevisionNotFound'
        ? `${asked.id} has no revision ${asked.revision}`
        : `${endpoint} has no ${what(asked)}`
    throw new NegError('download-not-found', `${missing}.`, details)
  }
  throw new NegError('download-failed', `${endpoint} answered ${status} for ${what(asked)}: ${said}`, details)
}
