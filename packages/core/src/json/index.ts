export type { CallOptions, Json, Schema } from './json'
