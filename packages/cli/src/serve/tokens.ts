import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { NegError } from '@neg/core'
import { hashToken, type TokenSpec } from '@neg/server'

/** A new token, and what a token file holds of it. */
export function newToken(name: string): { token: string; entry: TokenSpec } {
  const token = `neg_${randomBytes(24).toString('base64url')}`
  return { token, entry: { name, sha256: hashToken(token), scopes: ['jobs', 'tensors'] } }
}

/**
 * The tokens of a file (a JSON array, or one entry a line) and of NEG_SERVER_TOKEN.
 * @throws `read-failed`, `option-invalid`
 */
export async function readTokens(
  file: string | undefined,
  variable = process.env.NEG_SERVER_TOKEN,
): Promise<TokenSpec[]> {
  const own: TokenSpec[] = variable ? [{ name: 'default', sha256: hashToken(variable), scopes: ['admin'] }] : []
  if (file === undefined) return own
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new NegError('read-failed', `The token file ${file} can't be read: ${cause.message}.`, {
      cause,
      where: '--tokens',
    })
  })
  try {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const entries = text.trimStart().startsWith('[') ? JSON.parse(text) : lines.map((line) => JSON.parse(line))
    return [...own, ...entries]
  } catch (cause) {
    throw new NegError(
      'option-invalid',
      `The token file ${file} is neither a JSON array nor one JSON object a line; neg serve --new-token NAME prints such a line.`,
      { cause, where: '--tokens' },
    )
  }
}
