/** @type {import('next').NextConfig} */
export default {
  // Native code and a worker thread: loaded by Node as they are, not bundled.
  serverExternalPackages: ['@neg/ai', '@neg/node', '@neg/portraits', 'onnxruntime-node', 'sharp'],
}
