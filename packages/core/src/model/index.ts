export type { AttentionCapture, AttentionEdit, CaptureSpec } from './attention'
export type { Conditioning, PromptInput, PromptWord } from './conditioning'
export type { DenoiseRequest, DenoiseResult, DenoiseRow } from './denoise'
export type { DiffusionModel, ModelInfo } from './diffusion-model'
export type { Parameterisation, SchedulerSpec } from './parameterisation'
export {
  parseRecommendation,
  type Recommendation,
  type RecommendationInput,
  type RecommendedExample,
  type RecommendedModel,
  recommendationSchema,
} from './recommendation'
export type { Requirement } from './requirement'
