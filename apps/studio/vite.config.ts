import { defineConfig } from 'vite'
import { serviceWorker } from './src/offline/service-worker-plugin'

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

export default defineConfig({
  // Relative: the build works under any path of any static host.
  base: './',
  build: {
    target: 'es2022',
    // The model's configs are files too: they are stored and checked like the rest.
    assetsInlineLimit: (path) => (path.includes('portraits') ? false : undefined),
    rolldownOptions: {
      output: {
        assetFileNames: ({ originalFileNames }) =>
          originalFileNames.some((name) => name.includes('portraits/model'))
            ? 'model/[name]-[hash][extname]'
            : 'assets/[name]-[hash][extname]',
      },
    },
  },
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['onnxruntime-web', '@neg/web', '@neg/portraits'] },
  server: { headers: isolation },
  preview: { headers: isolation },
  plugins: [serviceWorker()],
})
