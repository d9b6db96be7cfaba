/** Names of what neg keeps in Redis. The braces make a cluster keep all of it in one place, as scripts need. */
export const redisKeys = (prefix: string) => {
  const at = (...parts: string[]) => [`{${prefix}}`, ...parts].join(':')
  return {
    queue: 'jobs',
    /** Of BullMQ's own keys. */
    bull: at('bull'),
    job: (id: string) => at('job', id),
    events: (id: string) => at('events', id),
    preview: (id: string) => at('preview', id),
    all: at('all'),
    ofPrincipal: (name: string) => at('all', name),
    active: at('active'),
    activeOf: (name: string) => at('active', name),
    /** When a principal's jobs of the last minute were begun. */
    rateOf: (name: string) => at('rate', name),
    idempotency: (name: string, digest: string) => at('key', name, digest),
    blob: (key: string) => at('blob', key),
    /** What a folder of blobs holds: name → `bytes expiry`. */
    blobs: (folder: string) => at('blobs', folder),
    /** Published to when a job has something new to tell. */
    wake: (id: string) => at('wake', id),
    /** Published to with the id of a job that is to stop. */
    cancel: at('cancel'),
  }
}

export type RedisKeys = ReturnType<typeof redisKeys>
