import type { OrtModule } from '@neg/onnx/worker'
import * as ort from 'onnxruntime-web/wasm'
import { hostModel } from './worker/host-model'

hostModel(async () => ort as unknown as OrtModule)
