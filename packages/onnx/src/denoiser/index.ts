/** `@neg/onnx/denoiser`: what who adds a kind of denoiser, an `Architecture`, needs. */

export type { LatentGrid } from '../folder/latent-grid'
export { attentionEditor } from '../graph/attention-editor'
export { findAttention } from '../graph/attention-site'
export type { DenoiserInputs } from '../graph/denoiser-inputs'
export type { GraphNode, GraphNodes } from '../graph/graph-nodes'
export type { GraphPatch } from '../graph/graph-patch'
export { findJointAttention, type JointLayout } from '../graph/joint-attention'
export type { Embedding } from '../text/embed'
export type { EncodedText } from '../text/encoded-text'
export { besideChannels, joinedVectors, oneAfterAnother } from '../text/join-text'
export type { EncoderUse, TextPlan, TextSequence } from '../text/text-plan'
export type { Architecture, AttentionLayout, ConfigClaims, ControlNet, Denoiser, Manner } from './architecture'
export { architectures } from './architectures'
export type { DenoiserGraph, GraphEditor } from './denoiser-graph'
export {
  checkKnown,
  fixed,
  guidanceInput,
  predictionOf,
  stacked,
  textFeeds,
  timestepFeed,
} from './feeds'
export type { ResolvedRow } from './resolved-row'
