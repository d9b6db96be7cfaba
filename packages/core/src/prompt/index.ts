export { foreignSyntax } from './foreign-syntax'
export { type PromptSchedule, promptSchedule } from './prompt-schedule'
export { isConstant, parsePromptTiming, promptAt, type TimedPrompt } from './prompt-timing'
export { parsePromptWeights, type WeightedText } from './prompt-weights'
