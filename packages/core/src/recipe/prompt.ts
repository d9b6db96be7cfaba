import * as z from 'zod'

/** The longest prompt that is taken, in characters: far beyond any text encoder, short enough to stay quick. */
export const promptLimit = 20_000

/** A prompt of any kind. */
export const promptSchema = z.string().max(promptLimit, { message: `a prompt has at most ${promptLimit} characters` })
