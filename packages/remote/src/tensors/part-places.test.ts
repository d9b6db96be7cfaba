import { describe, expect, it } from 'vitest'
import { placeParts } from './part-places'

const server = { url: 'http://gpu:8000', token: 'secret' }
const configs = ['model_index.json', 'text_encoder/config.json', 'unet/config.json', 'vae/config.json']
const graphs = ['text_encoder', 'unet', 'vae_decoder'].map((part) => `${part}/model.onnx`)

const summary = (places: ReturnType<typeof placeParts>) =>
  Object.fromEntries([...places].map(([part, place]) => [part, place.kind === 'local' ? 'local' : place.model]))

describe('where parts run', () => {
  it('is the server for the UNet, and here for whatever the folder has', () => {
    expect(summary(placeParts({}, server, [...configs, ...graphs]))).toEqual({
      text_encoder: 'local',
      unet: 'unet',
      vae_decoder: 'local',
      vae_encoder: 'vae_encoder',
    })
  })

  it('is the server for everything where the folder has no graphs; what is optional need not be there', () => {
    const places = placeParts({}, server, configs)
    expect(summary(places)).toEqual({
      text_encoder: 'text_encoder',
      unet: 'unet',
      vae_decoder: 'vae_decoder',
      vae_encoder: 'vae_encoder',
    })
    expect([...places].filter(([, place]) => place.kind === 'remote' && place.ifThere).map(([part]) => part)).toEqual([
      'vae_encoder',
    ])
  })

  it('is as told: here, under another name, or on another server', () => {
    const places = placeParts(
      { unet: 'sd15-unet', vae_decoder: { url: 'http://other:8000', version: '2' }, text_encoder: 'local' },
      server,
      [...configs, ...graphs],
    )
    expect(places.get('unet')).toMatchObject({
      model: 'sd15-unet',
      server: { url: 'http://gpu:8000', token: 'secret' },
    })
    expect(places.get('text_encoder')).toEqual({ kind: 'local' })
    const decoder = places.get('vae_decoder')
    expect(decoder).toMatchObject({ model: 'vae_decoder', version: '2', server: { url: 'http://other:8000' } })
  })

  it('never gives one server’s token to another', () => {
    const places = placeParts({ unet: { url: 'http://other:8000' } }, server, [...configs, ...graphs])
    expect(JSON.stringify(places.get('unet'))).not.toContain('secret')
  })

  it('is refused for parts that no model has, and for local ones without a graph', () => {
    expect(() => placeParts({ une: 'x' } as never, server, configs)).toThrow(
      expect.objectContaining({ code: 'option-invalid' }),
    )
    expect(() => placeParts({ vae_decoder: 'local' }, server, configs)).toThrow(
      expect.objectContaining({ code: 'model-file-missing' }),
    )
  })
})
