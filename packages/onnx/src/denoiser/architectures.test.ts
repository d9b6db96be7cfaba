import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { architectureOf, denoiserInputs, denoiserPartOf } from './architectures'
import { flux } from './flux'
import { sd3 } from './sd3'
import { unet } from './unet'

describe('architectures', () => {
  it('are known by a folder’s files and by the names of inputs', () => {
    expect(denoiserPartOf(['unet/model.onnx', 'vae_decoder/model.onnx'])).toBe('unet')
    // A folder whose denoiser runs elsewhere may say nothing of it.
    expect(denoiserPartOf(['vae_decoder/model.onnx'])).toBe('unet')
    expect(architectureOf(['timestep', 'encoder_hidden_states', 'sample'])).toBe(unet)
    const both = ['hidden_states', 'encoder_hidden_states', 'pooled_projections', 'timestep']
    expect(architectureOf(both)).toBe(sd3)
    expect(architectureOf([...both, 'img_ids', 'txt_ids'])).toBe(flux)
    expect(denoiserPartOf(['transformer/model.onnx', 'vae_decoder/model.onnx'])).toBe('transformer')
    expect(denoiserInputs(['sample'])).toBeUndefined()
    expect(denoiserInputs(['input_ids'])).toBeUndefined()
  })

  it('stand in one file each: nothing else knows what a denoiser calls its folder and its inputs', () => {
    // The classifiers are networks of their own, with names of their own.
    const own =
      /denoiser\/(?:unet|unet-control|sd3|flux)\.ts$|(?:unet|transformer)-config\.ts$|classifiers\/|\.test(?:-helper)?\.ts$/
    const names = /['"`](?:unet|transformer|sample|img_ids|pooled_projections)['"`]|['".]encoder_hidden_states\b/
    const folders = ['onnx', 'remote', 'server', 'cli'].map((name) => `packages/${name}/src`)
    const files = folders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    const sources = files.filter((file) => file.endsWith('.ts') && !own.test(file))
    expect(sources.length).toBeGreaterThan(200)
    expect(sources.filter((file) => names.test(readFileSync(file, 'utf8')))).toEqual([])
  })
})
