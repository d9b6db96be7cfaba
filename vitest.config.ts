import { fileURLToPath } from 'node:url'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig } from 'vitest/config'
import { chromium, isolation } from './scripts/lib/chromium.mjs'

const source = (path: string) => fileURLToPath(new URL(`./packages/${path}`, import.meta.url))

/**
 * core, onnx and testing are tested from their sources. node and cli are tested as built (a worker thread needs a
 * JavaScript file), so build before their tests; `npm test` does.
 */
const alias = {
  '@neg/core/guidance': source('core/src/guidance/index.ts'),
  '@neg/core/schedulers': source('core/src/schedulers/index.ts'),
  '@neg/core/analysis': source('core/src/analysis/index.ts'),
  '@neg/core/tensor': source('core/src/tensor/index.ts'),
  '@neg/core/adapter': source('core/src/adapter.ts'),
  '@neg/core/internal': source('core/src/internal.ts'),
  '@neg/core': source('core/src/index.ts'),
  '@neg/onnx/denoiser': source('onnx/src/denoiser/index.ts'),
  '@neg/onnx/internal': source('onnx/src/internal.ts'),
  '@neg/onnx/worker': source('onnx/src/worker.ts'),
  '@neg/onnx': source('onnx/src/index.ts'),
  '@neg/remote/jobs': source('remote/src/jobs/index.ts'),
  '@neg/remote/wire': source('remote/src/wire.ts'),
  '@neg/remote': source('remote/src/index.ts'),
  '@neg/testing': source('testing/src/index.ts'),
}

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'apps/*/src/**/*.test.ts',
            'scripts/**/*.test.mjs',
            'site/lib/*.test.mjs',
          ],
          exclude: ['**/*.slow.test.ts', '**/*.slow.test.mjs'],
          testTimeout: 30_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'slow',
          include: ['packages/*/src/**/*.slow.test.ts', 'scripts/**/*.slow.test.mjs'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        // @neg/web and what it needs are tested as built, in Chromium.
        optimizeDeps: { exclude: ['onnxruntime-web', '@neg/ai', '@neg/web'] },
        server: { headers: isolation },
        test: {
          name: 'browser',
          include: ['packages/{ai,web}/test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromium }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        // What a page cannot do to itself: browsers of their own, whose GPU is taken away.
        test: {
          name: 'browser-faults',
          include: ['packages/web/test/faults/**/*.test.ts'],
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        // Real servers and processes on loopback, everything as built.
        test: {
          name: 'servers',
          include: ['packages/server/test/**/*.test.ts'],
          exclude: ['packages/server/test/interop/**'],
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Inference servers of other people, which `npm test -- --only interop` installs.
        test: {
          name: 'interop',
          include: ['packages/server/test/interop/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 150_000,
          fileParallelism: false,
        },
      },
      {
        // The site of documents as built, which `npm test -- --only docs` does before.
        test: {
          name: 'site',
          include: ['site/test/*.test.mjs'],
          testTimeout: 600_000,
          hookTimeout: 120_000,
        },
      },
      {
        // The studio as built, as a person uses it.
        test: {
          name: 'studio',
          include: ['apps/studio/test/**/*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
