/** `@neg/node`: models, files and pictures on Node. */

export type { OnnxModel, ProgressCallback, ProgressEvent } from '@neg/onnx'
export type { LoraOption } from './files/addition-files'
export { type HubOptions, hubModel } from './hub/hub-model'
export { inputImage } from './image/input-image'
export { type ReadImageOptions, readImage } from './image/read-image'
export { writePng, writeWebp } from './image/write-image'
export { type NodeModel, node } from './node'
export { type NodeSessions, type NodeSessionsOptions, nodeFiles, nodeSessions } from './node-sessions'
export type { NodeOptions } from './options'
export { type DeviceName, type DeviceState, deviceNames, devices } from './runtime/devices'
