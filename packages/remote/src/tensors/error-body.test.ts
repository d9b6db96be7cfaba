import { NegError } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { readErrorBody } from './error-body'
import { isConditioningMiss, remoteError } from './remote-error'

/** Answers as servers gave them: status, body, the code it means, and words of it that must stand in the message. */
const answers: [server: string, status: number, body: string, code: string, words: string][] = [
  ['Triton', 404, `{"error":"Request for unknown model: 'x' is not found"}`, 'remote-model-missing', 'unknown model'],
  [
    'Triton',
    400,
    `{"error":"Request for unknown model: 'x' has no available versions"}`,
    'remote-model-missing',
    'versions',
  ],
  [
    'Triton',
    400,
    '{"error":"[request id: 1] unexpected shape for input \'sample\'"}',
    'remote-refused',
    'unexpected shape',
  ],
  ['Triton', 500, '{"error":"failed to parse the request JSON buffer: Missing a name"}', 'remote-failed', 'parse'],
  ['Triton', 500, '{"error":"onnx runtime error 1: CUDA error: out of memory"}', 'out-of-memory', 'CUDA'],
  [
    'Triton',
    403,
    `{"error":"This API is restricted, expecting header 'admin-key'"}`,
    'remote-unauthorized',
    'admin-key',
  ],
  ['KServe', 404, '{"error":"Model with name x does not exist."}', 'remote-model-missing', 'does not exist'],
  [
    'KServe',
    422,
    '{"detail":[{"type":"missing","loc":["body","inputs"],"msg":"Field required"}]}',
    'remote-refused',
    'body.inputs: Field required',
  ],
  ['KServe', 500, '{"error":"KeyError : \'timestep\'"}', 'remote-failed', 'timestep'],
  ['MLServer', 404, '{"error":"Model x not found"}', 'remote-model-missing', 'not found'],
  ['MLServer', 422, '{"detail":"Invalid header"}', 'remote-refused', 'Invalid header'],
  ['MLServer', 500, 'Internal Server Error', 'remote-failed', 'Internal Server Error'],
  ['a proxy', 502, '<html><h1>Bad Gateway</h1></html>', 'remote-failed', 'Bad Gateway'],
  ['a proxy', 504, '', 'remote-timeout', 'nothing more'],
  ['a gateway', 401, '{"message":"no API key"}', 'remote-unauthorized', 'no API key'],
  ['a gateway', 429, '{"message":"slow down"}', 'remote-busy', 'slow down'],
  ['neg', 413, '{"error":{"code":"request-too-large","message":"The body is longer."}}', 'request-too-large', 'longer'],
  ['neg', 400, '{"error":"\'sample\' has shape [1].","code":"request-invalid"}', 'request-invalid', 'has shape [1]'],
]

describe('error answers', () => {
  it.each(answers)('of %s, %i, mean what they say', (_, status, body, code, words) => {
    const error = remoteError(status, readErrorBody(body), { url: 'http://host:8000', model: 'x' })
    expect(error.code).toBe(code)
    expect(error.message).toContain(words)
    expect(error.message).toContain('http://host:8000')
    expect(NegError.isInstance(error)).toBe(true)
  })

  it('that know no such code as a server sends are mapped by their status', () => {
    const error = remoteError(400, readErrorBody('{"error":{"code":"NoSuchCode","message":"x"}}'), { url: 'u' })
    expect(error.code).toBe('remote-refused')
  })

  it('about an address, not a model, ask whether it is a server at all', () => {
    const error = remoteError(404, readErrorBody('404 page not found'), { url: 'u' })
    expect(error).toMatchObject({
      code: 'remote-unsupported',
      message: expect.stringContaining('Open Inference Protocol'),
    })
  })

  it('that ask for conditioning are told from all others, whatever their status', () => {
    const miss = (status: number, body: string) =>
      isConditioningMiss(remoteError(status, readErrorBody(body), { url: 'u', model: 'unet' }))
    expect(miss(404, '{"error":"COND_MISS sha256:00"}')).toBe(true)
    expect(miss(500, '{"error":"in predict: COND_MISS sha256:00"}')).toBe(true)
    expect(miss(404, '{"error":"Model unet not found"}')).toBe(false)
    expect(isConditioningMiss(new Error('COND_MISS'))).toBe(false)
  })

  it('are cut where a server sends a book', () => {
    expect(readErrorBody('x'.repeat(100_000)).text).toHaveLength(2000)
  })
})
