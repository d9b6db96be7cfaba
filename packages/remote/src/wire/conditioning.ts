/** The optional input that stands for a denoiser's text: BYTES[N], the digest of each row. */
export const digestInput = 'cond_digest'

/** Begins the message of an answer of 404: the server does not, or no longer, hold the conditioning of the digest that follows. */
export const conditioningMiss = 'COND_MISS'
