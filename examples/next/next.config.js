/** @type {import('next').NextConfig} */
export default {
  // A folder of files: the model runs in the visitor's browser, so no server is needed.
  output: 'export',
}
