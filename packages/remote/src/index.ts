/** `@neg/remote`: models on Open Inference Protocol servers. Jobs of a neg server are `@neg/remote/jobs`. */
export {
  type InferenceServer,
  type OpenInferenceOptions,
  openInference,
  type SessionOptions,
} from './tensors/open-inference'
export type { PartName, PartPlaces, RemotePart } from './tensors/part-places'
export { type RemoteModel, type RemoteModelOptions, remote } from './tensors/remote'
export type { RemoteSession, Traffic } from './tensors/remote-session'
export type { TransportName } from './tensors/transport'
