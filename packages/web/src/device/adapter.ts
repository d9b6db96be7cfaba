import type { ModelNeeds } from './model-needs'

/** A GPU as the browser describes it. */
export interface AdapterSummary {
  /** Vendor, architecture and description, as far as the browser tells. */
  readonly name: string
  /** It computes on the CPU. */
  readonly software: boolean
}

const bytes = (n: number): string => (n >= 2 ** 20 ? `${Math.round(n / 2 ** 20)} MiB` : `${n} bytes`)

/** The adapter that runs networks best, if there is WebGPU here. */
export async function findAdapter(): Promise<GPUAdapter | undefined> {
  const gpu = globalThis.navigator?.gpu
  return (await gpu?.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null)) ?? undefined
}

export function summarize(adapter: GPUAdapter): AdapterSummary {
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info
  const name = [vendor, architecture, description].filter((part) => part !== '').join(' ') || 'unnamed'
  return { name, software: isFallbackAdapter || /swiftshader|llvmpipe|software|basic render/i.test(name) }
}

/** Why an adapter cannot run a model; absent where nothing speaks against it. */
export function adapterObstacle(
  adapter: Pick<GPUAdapter, 'limits' | 'features'>,
  needs: ModelNeeds,
): string | undefined {
  const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits
  const largest = Math.min(maxStorageBufferBindingSize, maxBufferSize)
  if (needs.largestBuffer > largest) {
    return (
      `its largest buffer is ${bytes(largest)} (maxStorageBufferBindingSize, maxBufferSize), and ${needs.largestBufferIs} ` +
      `takes ${bytes(needs.largestBuffer)}`
    )
  }
  if (needs.halfPrecision && !adapter.features.has('shader-f16')) {
    return 'it does not compute in half precision (shader-f16), which this dtype needs'
  }
  return undefined
}
