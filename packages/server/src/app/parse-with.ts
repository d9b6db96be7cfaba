import { type ErrorCode, NegError } from '@neg/core'
import type { z } from 'zod'

/** The most telling of an issue's branches: inside a union, the one that got furthest. */
function deepest(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string } {
  const own = { path: issue.path, message: issue.message }
  if (issue.code !== 'invalid_union') return own
  const best = issue.errors
    .flat()
    .map(deepest)
    .reduce((a, b) => (b.path.length > a.path.length ? b : a), {
      path: [] as PropertyKey[],
      message: issue.message,
    })
  return { path: [...issue.path, ...best.path], message: best.message }
}

/** What a schema makes of a value that a request gave. @throws `code`, naming the field */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, code: ErrorCode = 'request-invalid'): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const { path, message } = deepest(parsed.error.issues[0])
  const where = path.map(String).join('.')
  throw new NegError(code, `The request is refused. ${where === '' ? '' : `${where}: `}${message}.`, { where })
}
