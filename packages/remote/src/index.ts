export * from './jobs/index'
export * from './tensors/index'
