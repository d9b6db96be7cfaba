import { expect, test } from 'vitest'
import { resolveSource } from './model-source'

const page = 'https://site.example/app/index.html'

test.each([
  ['models/tiny', 'https://site.example/app/models/tiny/', 'tiny'],
  ['/models/tiny/', 'https://site.example/models/tiny/', 'tiny'],
  ['https://huggingface.co/org/model/resolve/main', 'https://huggingface.co/org/model/resolve/main/', 'org/model'],
  ['https://host.example', 'https://host.example/', 'host.example'],
])('the folder %s', (given, base, name) => {
  expect(resolveSource(given, page)).toEqual({ kind: 'folder', base, name })
})

test('addresses of files are made absolute', () => {
  expect(resolveSource({ name: 'x', files: { a: './a.bin', b: { url: '/b.bin', size: 3 } } }, page)).toEqual({
    kind: 'files',
    name: 'x',
    files: { a: { url: 'https://site.example/app/a.bin' }, b: { url: 'https://site.example/b.bin', size: 3 } },
  })
})

test.each([
  ['file:///etc/passwd', 'model'],
  [{ name: 'x', files: { a: 'javascript:alert(1)' } }, 'model.files.a'],
  [{ name: '', files: {} }, 'model.name'],
  [{ name: 'x', files: { a: { url: 'a', sha256: 'short' } } }, 'model.files.a.sha256'],
])('%j is refused, and where', (given, where) => {
  expect(() => resolveSource(given as never, page)).toThrowError(
    expect.objectContaining({ code: 'option-invalid', where }),
  )
})
