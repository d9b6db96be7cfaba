export { edmLevel, flowLevel, lambdaOf, ratioLevel, ratioOf, vpLevel } from './level'
export { networkInput, networkPrediction } from './preconditioning'
export { conversion, convert, type Guided, type Level, type Prediction, type Space, withValue } from './prediction'
