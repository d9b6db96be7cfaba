import { cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from './run.mjs'
import { readStamp, writeStamps } from './stamp.mjs'
import { root } from './workspace.mjs'

/** Inference servers of other people, from PyPI, that the interop tests run against. */
export const servers = [
  { name: 'triton', packages: ['nvidia-pytriton==0.7.0', 'onnxruntime>=1.20,<2', 'tritonclient[http]>=2.50,<3'] },
  { name: 'kserve', packages: ['kserve==0.21.0', 'onnxruntime>=1.20,<2'] },
  { name: 'mlserver', packages: ['mlserver==1.7.1', 'onnxruntime>=1.20,<2'] },
]

const cache = join(root, 'node_modules', '.cache', 'neg', 'interop')
const lastLines = (text) => text.trim().split('\n').slice(-2).join(' ')

/** Its virtual environment, made once. @throws with the installer's own words */
async function environment({ name, packages }, python, say) {
  const folder = join(cache, name)
  const key = `interop-${name}`
  const wanted = packages.join(' ')
  if (readStamp(key) === wanted && existsSync(join(folder, 'bin', 'python'))) return folder
  say(`Installing ${name} (${packages[0]}) …`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  for (const [command, ...args] of [
    [python, '-m', 'venv', folder],
    [join(folder, 'bin', 'pip'), 'install', '--quiet', '--disable-pip-version-check', ...packages],
  ]) {
    const { code, output } = await capture(command, args)
    if (code !== 0) throw new Error(lastLines(output) || `${command} ended with exit code ${code}`)
  }
  writeStamps({ [key]: wanted })
  return folder
}

/** Triton is inside the wheel, its Python backend in parts: they are put side by side. @throws where it cannot run */
async function tritonBackends(folder) {
  const [python] = readdirSync(join(folder, 'lib'))
  const packages = join(folder, 'lib', python, 'site-packages')
  const triton = join(packages, 'pytriton', 'tritonserver')
  const version = python.replace('python', '')
  const stub = join(triton, 'python_backend_stubs', version, 'triton_python_backend_stub')
  if (!existsSync(stub)) throw new Error(`it has no backend for Python ${version}; 3.8 to 3.13 will do`)
  const { output } = await capture('ldd', [stub])
  const missing = /(\S+) => not found/.exec(output)
  if (missing)
    throw new Error(`${missing[1]} is missing. On Debian or Ubuntu: sudo apt-get install libpython${version}`)
  const backends = join(folder, 'backends')
  if (existsSync(join(backends, 'python', 'triton_python_backend_stub'))) return
  mkdirSync(backends, { recursive: true })
  cpSync(join(triton, 'backends', 'python'), join(backends, 'python'), { recursive: true })
  cpSync(stub, join(backends, 'python', 'triton_python_backend_stub'))
}

/** The first Python that is there, of those that all the servers have wheels for. */
async function findPython() {
  for (const python of ['python3.11', 'python3.12', 'python3.10', 'python3']) {
    const { code } = await capture(python, ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'])
    if (code === 0) return python
  }
  return undefined
}

/**
 * Installs what can be installed here.
 * @returns {Promise<{ name: string, folder?: string, reason?: string }[]>} a folder, or why there is none
 */
export async function ensureServers(say) {
  const python = await findPython()
  if (!python) return servers.map(({ name }) => ({ name, reason: 'there is no Python 3.10 or later with venv' }))
  return Promise.all(
    servers.map(async (server) => {
      const { name } = server
      try {
        const folder = await environment(server, python, say)
        if (name === 'triton') await tritonBackends(folder)
        return { name, folder }
      } catch (error) {
        return { name, reason: error.message }
      }
    }),
  )
}
