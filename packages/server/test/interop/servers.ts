import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { here, installed, modelFolder } from './model-folder'
import { freePort, type Started, startProcess } from './process'

/** A server of somebody else, running with the embedded model's parts. */
export interface RunningServer extends Started {
  readonly url: string
  readonly grpcUrl: string
}

async function withFolder(
  start: (folder: string, http: number, grpc: number) => Promise<Started>,
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), 'neg-interop-'))
  const [http, grpc] = [await freePort(), await freePort()]
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    const { stop } = await start(folder, http, grpc)
    return {
      url: `http://127.0.0.1:${http}`,
      grpcUrl: `grpc://127.0.0.1:${grpc}`,
      async stop() {
        await stop()
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** NVIDIA Triton, from the wheel of PyTriton, with the models of `examples/triton`. */
export const startTriton = (): Promise<RunningServer> =>
  withFolder((folder, http, grpc) => {
    const home = installed('triton')
    const packages = join(home, 'lib', readdirSync(join(home, 'lib'))[0], 'site-packages')
    const example = here('../../../../examples/triton')
    cpSync(join(example, 'repository'), folder, { recursive: true })
    cpSync(here('repository'), folder, { recursive: true })
    for (const model of readdirSync(folder)) {
      mkdirSync(join(folder, model, '1'))
      cpSync(join(example, 'model.py'), join(folder, model, '1', 'model.py'))
    }
    return startProcess(
      join(packages, 'pytriton', 'tritonserver', 'bin', 'tritonserver'),
      [
        `--model-repository=${folder}`,
        `--backend-directory=${join(home, 'backends')}`,
        '--http-address=127.0.0.1',
        `--http-port=${http}`,
        '--grpc-address=127.0.0.1',
        `--grpc-port=${grpc}`,
        '--allow-metrics=false',
        '--disable-auto-complete-config',
      ],
      {
        env: {
          NEG_MODEL: modelFolder,
          NEG_THREADS: '1',
          PYTHONPATH: packages,
          LD_LIBRARY_PATH: join(packages, 'nvidia_pytriton.libs'),
        },
        ready: `http://127.0.0.1:${http}/v2/health/ready`,
      },
    )
  })

/** KServe's Python server. */
export const startKServe = (): Promise<RunningServer> =>
  withFolder((folder, http, grpc) =>
    startProcess(
      join(installed('kserve'), 'bin', 'python'),
      [here('kserve_server.py'), modelFolder, String(http), String(grpc)],
      { cwd: folder, ready: `http://127.0.0.1:${http}/v2/models/unet/ready` },
    ),
  )

const free = -1
const parts = {
  text_encoder: { inputs: { input_ids: ['INT64', free, 77] }, outputs: { last_hidden_state: ['FP32', free, 77, 128] } },
  unet: {
    inputs: {
      sample: ['FP32', free, 8, free, free],
      timestep: ['FP32', free],
      encoder_hidden_states: ['FP32', free, free, 128],
    },
    outputs: { out_sample: ['FP32', free, 8, free, free] },
  },
  vae_decoder: {
    inputs: { latent_sample: ['FP32', free, 8, free, free] },
    outputs: { sample: ['FP32', free, 3, free, free] },
  },
} as const

const described = (tensors: Readonly<Record<string, readonly (string | number)[]>>) =>
  Object.entries(tensors).map(([name, [datatype, ...shape]]) => ({ name, datatype, shape }))

/** Seldon's MLServer. */
export const startMlServer = (): Promise<RunningServer> =>
  withFolder(async (folder, http, grpc) => {
    const settings = {
      host: '127.0.0.1',
      http_port: http,
      grpc_port: grpc,
      metrics_port: await freePort(),
      parallel_workers: 0,
    }
    writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings))
    for (const [name, { inputs, outputs }] of Object.entries(parts)) {
      mkdirSync(join(folder, name))
      const model = {
        name,
        implementation: 'ort_runtime.OrtModel',
        inputs: described(inputs),
        outputs: described(outputs),
        parameters: { uri: join(modelFolder, name, 'model.onnx'), version: '1' },
      }
      writeFileSync(join(folder, name, 'model-settings.json'), JSON.stringify(model))
    }
    return startProcess(join(installed('mlserver'), 'bin', 'mlserver'), ['start', folder], {
      cwd: folder,
      env: { PYTHONPATH: here('.') },
      ready: `http://127.0.0.1:${http}/v2/models/unet/ready`,
    })
  })
