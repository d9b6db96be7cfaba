import { defineConfig } from 'tsup'

export default defineConfig({ entry: ['src/quickstart.ts'], format: 'esm', target: 'es2022', clean: true })
