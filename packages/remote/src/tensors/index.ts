export {
  type InferenceServer,
  type OpenInferenceOptions,
  openInference,
  type SessionOptions,
} from './open-inference'
export type { PartName, PartPlaces, RemotePart } from './part-places'
export { type RemoteModel, type RemoteModelOptions, remote } from './remote'
export type { RemoteSession, Traffic } from './remote-session'
export type { TransportName } from './transport'
