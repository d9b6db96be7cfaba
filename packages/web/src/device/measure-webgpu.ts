/** C = A·B of n × n matrices, an element an invocation: what networks spend their time with, done plainly. */
const shader = /* wgsl */ `
@group(0) @binding(0) var<storage, read> a: array<f32>;
@group(0) @binding(1) var<storage, read> b: array<f32>;
@group(0) @binding(2) var<storage, read_write> c: array<f32>;
override n: u32;
@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) id: vec3u) {
  var sum = 0.0;
  for (var k = 0u; k < n; k++) { sum += a[id.y * n + k] * b[k * n + id.x]; }
  c[id.y * n + id.x] = sum;
}`

/** The sizes tried, until one takes long enough to be measured. */
const sizes = [128, 512, 1024]
const enough = 5

/** `GPUBufferUsage.STORAGE` */
const storage = 0x80

/**
 * What an adapter does, in GFLOP/s. Takes some tens of milliseconds, in which the page goes on.
 * @throws when the GPU fails or goes away meanwhile
 */
export async function measureWebgpu(adapter: GPUAdapter): Promise<number> {
  const device = await adapter.requestDevice()
  // On a lost device work is done at once, which would look fast.
  const lost = device.lost.then(({ message }) => Promise.reject(new Error(message || 'the GPU went away')))
  lost.catch(() => {}) // it is destroyed in the end
  try {
    let rate = 0
    for (const n of sizes) {
      const ms = await Promise.race([lost, multiply(device, n)])
      rate = (2 * n ** 3) / ms / 1e6
      if (ms >= enough) break
    }
    return rate
  } finally {
    device.destroy()
  }
}

async function multiply(device: GPUDevice, n: number): Promise<number> {
  const pipeline = await device.createComputePipelineAsync({
    layout: 'auto',
    compute: { module: device.createShaderModule({ code: shader }), entryPoint: 'main', constants: { n } },
  })
  const buffers = [0, 1, 2].map(() => device.createBuffer({ size: 4 * n * n, usage: storage }))
  const bindGroup = device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
  })
  const run = async () => {
    const encoder = device.createCommandEncoder()
    const pass = encoder.beginComputePass()
    pass.setPipeline(pipeline)
    pass.setBindGroup(0, bindGroup)
    pass.dispatchWorkgroups(n / 8, n / 8)
    pass.end()
    const started = performance.now()
    device.queue.submit([encoder.finish()])
    await device.queue.onSubmittedWorkDone()
    return performance.now() - started
  }
  await run() // compiles
  const ms = await run()
  for (const buffer of buffers) buffer.destroy()
  return ms
}
