export type { CallOptions, Json, Schema } from './json'
export { type JsonFlaw, jsonFlaw } from './json-flaw'
