const f = Math.fround

/**
 * LCM's `timestep_cond` for a guidance scale w: sin and cos of 1000 (w − 1) · 10000^(−i/(n/2 − 1)), in float32 as
 * diffusers computes it (`get_guidance_scale_embedding`).
 */
export function guidanceEmbedding(w: number, size: number): Float32Array {
  const half = Math.floor(size / 2)
  const angle = f(f(w - 1) * 1000)
  const decay = f(Math.log(10_000) / (half - 1))
  const embedding = new Float32Array(size)
  for (let i = 0; i < half; i++) {
    const x = f(angle * f(Math.exp(f(i * -decay))))
    embedding[i] = Math.sin(x)
    embedding[half + i] = Math.cos(x)
  }
  return embedding
}
