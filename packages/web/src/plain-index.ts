export * from '@neg/core'
export { type CachedModel, cachedModels, deleteCachedModel, storageUse } from './files/cached-models'
export { web } from './plain'
