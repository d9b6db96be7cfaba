/** `@neg/core/adapter`: what who writes a backend, a `DiffusionModel`, needs. */
export { maskLight } from './image/paste-back'
export type { Pixels } from './image/pixels'
export type { CallOptions, Json } from './json/json'
export type { AttentionCapture, AttentionEdit, CaptureSpec } from './model/attention'
export type { Conditioning, PromptInput, PromptWord } from './model/conditioning'
export type { DenoiseRequest, DenoiseResult, DenoiseRow, RowControl } from './model/denoise'
export type { DiffusionModel, ModelInfo } from './model/diffusion-model'
export type { Parameterisation, SchedulerSpec } from './model/parameterisation'
export {
  parseRecommendation,
  type Recommendation,
  type RecommendationInput,
  type RecommendedExample,
  type RecommendedModel,
} from './model/recommendation'
export type { Requirement } from './model/requirement'
export type { Level } from './prediction/prediction'
