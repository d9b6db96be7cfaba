/** One HTTP client for everything that asks other machines: abort, time limits, repeats, and why nothing came. */
export { backoff, type RetryOptions, retryAfter } from './backoff'
export { HttpFailure } from './http-failure'
export { pause } from './pause'
export { Passing, repeated } from './repeated'
export { type Fetch, type SendOptions, send } from './send'
export { chunksOf } from './watched-body'
