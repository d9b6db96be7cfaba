import { NegError } from '@neg/core'

/** One object store of the studio's IndexedDB database. */
export interface Table<T> {
  all(): Promise<T[]>
  get(key: IDBValidKey): Promise<T | undefined>
  /** Keeps an entry, in place of one with the same key; gives its key. @throws `storage-full`, `write-failed` */
  put(entry: Omit<T, 'id'> | T): Promise<IDBValidKey>
  delete(key: IDBValidKey): Promise<void>
  clear(): Promise<void>
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** By name, what entries are found by. */
const tables = {
  pictures: { keyPath: 'id', autoIncrement: true },
  inputs: { keyPath: 'sha256' },
  styles: { keyPath: 'name' },
} as const

let opened: Promise<IDBDatabase> | undefined

function open(): Promise<IDBDatabase> {
  opened ??= (() => {
    const request = indexedDB.open('neg-studio', 2)
    request.onupgradeneeded = () => {
      const { result } = request
      for (const [name, options] of Object.entries(tables)) {
        if (!result.objectStoreNames.contains(name)) result.createObjectStore(name, options)
      }
    }
    return settled(request).then((database) => {
      // A newer studio in another tab may go on; this one opens it anew.
      database.onversionchange = () => {
        database.close()
        opened = undefined
      }
      return database
    })
  })()
  return opened
}

export function database<T>(table: keyof typeof tables): Table<T> {
  const run = async <R>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<R>): Promise<R> =>
    settled(work((await open()).transaction(table, mode).objectStore(table)))

  return {
    all: () => run('readonly', (store) => store.getAll() as IDBRequest<T[]>),
    get: (key) => run('readonly', (store) => store.get(key) as IDBRequest<T | undefined>),
    async put(entry) {
      try {
        return await run('readwrite', (store) => store.put(entry))
      } catch (cause) {
        const full = cause instanceof DOMException && cause.name === 'QuotaExceededError'
        throw new NegError(
          full ? 'storage-full' : 'write-failed',
          full
            ? 'The browser has no room left for the history. Delete pictures or a stored model.'
            : `The picture could not be kept in the history: ${cause}.`,
          { cause },
        )
      }
    },
    delete: (key) => run('readwrite', (store) => store.delete(key)),
    clear: () => run('readwrite', (store) => store.clear()),
  }
}
