export { type RedisBlobsOptions, redisBlobs } from './redis-blobs'
export { type RedisQueueOptions, redisQueue } from './redis-queue'
export { type RedisWorker, type RedisWorkerOptions, redisWorker } from './redis-worker'
export { startWorker, type WorkerOptions } from './start-worker'
