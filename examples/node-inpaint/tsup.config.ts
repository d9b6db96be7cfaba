import { defineConfig } from 'tsup'

export default defineConfig({ entry: ['src/inpaint.ts'], format: 'esm', target: 'es2022', clean: true })
