export * from './jobs/index'
