import { defineConfig } from 'tsup'

export default defineConfig({ entry: ['src/prompt-to-prompt.ts'], format: 'esm', target: 'es2022', clean: true })
