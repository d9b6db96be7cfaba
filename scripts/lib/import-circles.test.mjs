import { expect, test } from 'vitest'
import { circles } from './import-circles.mjs'

const file = (path, text) => ({ path, text: () => text })

test('files that import each other are found, by types and in functions, too; a file that leads into a circle is none of it', () => {
  const files = [
    file('p/a.ts', "import type { B } from './b'"),
    file('p/b.ts', "const c = await import('./q/c')"),
    file('p/q/c.tsx', "export { a } from '../a'"),
    file('p/before.ts', "import './a'"),
    file('p/after.ts', "import 'zod'; import './missing'"),
  ]
  expect(circles(files)).toEqual(['p/a.ts, p/b.ts, p/q/c.tsx import each other in a circle'])
  expect(circles(files.slice(1))).toEqual([])
})
