import { createHash, timingSafeEqual } from 'node:crypto'
import { NegError } from '@neg/core'
import * as z from 'zod'
import type { Principal, Scope } from '../app/route-group'

const scopes = z.array(z.enum(['jobs', 'tensors', 'admin'])).min(1)

/** A token as the server knows it: its hash, never itself. */
export const tokenSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { message: 'letters, digits, “.”, “_”, “-”; at most 64' })
    .describe('Whose it is: in the log, and the owner of its jobs.'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, { message: 'the token’s SHA-256 in lower-case hex' }),
  scopes: scopes.default(['jobs', 'tensors']),
  limits: z
    .strictObject({
      jobsPerMinute: z.number().int().min(1).optional(),
      concurrent: z.number().int().min(1).optional(),
      uploadsPerMinute: z.number().int().min(1).optional(),
      assetsBytes: z.number().int().min(0).optional(),
    })
    .default({}),
})

export type TokenSpec = z.input<typeof tokenSchema>

/** Shorter ones could be guessed: the hash is quick on purpose, tokens must be random. */
const shortest = 20

/**
 * SHA-256 of a token, for a token file. @throws `option-invalid` when the token is too short to be random.
 */
export function hashToken(token: string): string {
  if (token.length < shortest) {
    throw new NegError(
      'option-invalid',
      `A token has at least ${shortest} characters; draw a random one: openssl rand -hex 32.`,
    )
  }
  return createHash('sha256').update(token).digest('hex')
}

/** Finds whose a token is; every known one is compared, each in constant time. */
export function tokenBook(tokens: readonly TokenSpec[]): (token: string) => Principal | undefined {
  const known = tokens.map((one, i) => {
    const parsed = tokenSchema.safeParse(one)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw new NegError('option-invalid', `Token ${i + 1} is refused. ${issue.path.join('.')}: ${issue.message}.`, {
      where: `tokens[${i}]`,
    })
  })
  const twice = known.find(({ name }, i) => known.findIndex((other) => other.name === name) !== i)
  if (twice) throw new NegError('option-invalid', `Two tokens are named '${twice.name}'.`, { where: 'tokens' })
  const book = known.map(({ name, sha256, scopes, limits }) => ({
    hash: Buffer.from(sha256, 'hex'),
    principal: { name, scopes: new Set<Scope>(scopes), limits } satisfies Principal,
  }))
  return (token) => {
    const hash = createHash('sha256').update(token).digest()
    let found: Principal | undefined
    for (const one of book) if (timingSafeEqual(one.hash, hash)) found = one.principal
    return found
  }
}

/** Everybody, on a server without tokens. */
export const local: Principal = { name: 'local', scopes: new Set(['jobs', 'tensors', 'admin']), limits: {} }
