import { fileURLToPath } from 'node:url'

/** The folder of the embedded model, in diffusers' layout. */
const folder: string = fileURLToPath(new URL('../model', import.meta.url))

export default folder
