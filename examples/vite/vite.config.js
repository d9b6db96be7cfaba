import { defineConfig } from 'vite'

export default defineConfig({
  // Any path of any static host.
  base: './',
  // The development server would move these files away from the workers and .wasm files that lie beside them.
  optimizeDeps: { exclude: ['@neg/web', '@neg/portraits', 'onnxruntime-web'] },
  // With these headers WebAssembly has threads. Set them where you host the build, too.
  server: {
    headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
  },
})
