import { fileURLToPath } from 'node:url'

/** The embedded model's folder. */
export const modelFolder = fileURLToPath(new URL('../../../portraits/model', import.meta.url))

/** A file or folder of these tests. */
export const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Where `npm test -- --only interop` installed a server. */
export function installed(name: 'triton' | 'kserve' | 'mlserver'): string {
  const folder = process.env[`NEG_INTEROP_${name.toUpperCase()}`]
  if (folder !== undefined) return folder
  throw new Error(`Run these tests by: npm test -- --only interop (it installs ${name} and says where).`)
}
