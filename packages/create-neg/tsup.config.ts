import { cpSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { defineConfig } from 'tsup'
import { templates } from './src/templates'

/** Of an example: installed, built, or about its place in the repository. */
const left = new Set(['node_modules', 'dist', '.next', 'out', '.turbo', '.gitignore', 'README.md', 'package-lock.json'])

export default defineConfig({
  entry: { 'create-neg': 'src/create-neg.ts' },
  format: 'esm',
  target: 'es2022',
  clean: true,
  // A template is an example of the repository, which its tests run.
  onSuccess: async () => {
    rmSync('templates', { recursive: true, force: true })
    for (const { name, example } of templates) {
      const template = join('templates', name)
      cpSync(join('../../examples', example), template, {
        recursive: true,
        filter: (path) => !left.has(basename(path)) && !path.endsWith('.png'),
      })
      // A manifest inside of a package would count for the files beside it.
      renameSync(join(template, 'package.json'), join(template, '_package.json'))
    }
  },
})
