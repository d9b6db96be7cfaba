export { type InferenceOptions, inferenceRoutes } from './inference-routes'
