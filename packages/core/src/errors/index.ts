export { type ErrorCode, errorKinds } from './code'
export { NegError, type NegErrorDetails } from './neg-error'
