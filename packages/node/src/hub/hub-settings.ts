import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { NegError } from '@neg/core'

/** How to reach the Hub, and where downloads lie. */
export interface HubSettings {
  /** Without a slash at its end. */
  readonly endpoint: string
  readonly token?: string
  /** The folder that holds `models--org--name`. */
  readonly cache: string
  readonly offline: boolean
  /** Milliseconds without an answer or a byte after which an attempt is given up. */
  readonly stall: number
  /** Attempts that bring nothing new before a download is given up. */
  readonly attempts: number
  /** Milliseconds before the second attempt; doubles with each. */
  readonly delay: number
}

type Environment = Readonly<Record<string, string | undefined>>

const home = (env: Environment): string =>
  env['HF_HOME'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'huggingface')

/** Where Hugging Face tools keep downloads: HF_HUB_CACHE, HF_HOME/hub, or ~/.cache/huggingface/hub. */
export const hubCache = (env: Environment = process.env): string => env['HF_HUB_CACHE'] ?? join(home(env), 'hub')

/** HF_TOKEN, or what `hf auth login` wrote. */
function readToken(env: Environment): string | undefined {
  const given = env['HF_TOKEN'] ?? env['HUGGING_FACE_HUB_TOKEN']
  if (given !== undefined) return given.trim() || undefined
  try {
    return readFileSync(env['HF_TOKEN_PATH'] ?? join(home(env), 'token'), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}

/** A switch as huggingface_hub reads it. */
const isOn = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '')

/**
 * Settings from the environment that Hugging Face's tools read: HF_ENDPOINT, HF_TOKEN, HF_HUB_CACHE, HF_HOME,
 * HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT (seconds).
 * @throws `option-invalid` for an endpoint that is no http(s) address
 */
export function hubSettings(
  options: { readonly cacheDir?: string; readonly localFilesOnly?: boolean } = {},
  env: Environment = process.env,
): HubSettings {
  const endpoint = (env['HF_ENDPOINT'] ?? 'https://huggingface.co').replace(/\/+$/, '')
  if (!/^https?:\/\/[^/\s]/.test(endpoint)) {
    throw new NegError('option-invalid', `HF_ENDPOINT is '${endpoint}', which is no http(s) address.`, {
      where: 'HF_ENDPOINT',
    })
  }
  const seconds = Number(env['HF_HUB_DOWNLOAD_TIMEOUT'])
  const token = readToken(env)
  return {
    endpoint,
    ...(token === undefined ? {} : { token }),
    cache: options.cacheDir ?? hubCache(env),
    offline: options.localFilesOnly ?? isOn(env['HF_HUB_OFFLINE']),
    stall: seconds > 0 ? seconds * 1000 : 30_000,
    attempts: 5,
    delay: 300,
  }
}
