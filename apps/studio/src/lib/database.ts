import { NegError } from '@neg/core'

/** One object store of one IndexedDB database, with numbered entries. */
export interface Table<T extends { readonly id: number }> {
  all(): Promise<T[]>
  /** @throws `storage-full`, `write-failed` */
  add(entry: Omit<T, 'id'>): Promise<T>
  delete(id: number): Promise<void>
  clear(): Promise<void>
}

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

export function database<T extends { readonly id: number }>(name: string, table: string): Table<T> {
  let opened: Promise<IDBDatabase> | undefined
  const open = () => {
    opened ??= (() => {
      const request = indexedDB.open(name, 1)
      request.onupgradeneeded = () => request.result.createObjectStore(table, { keyPath: 'id', autoIncrement: true })
      return settled(request)
    })()
    return opened
  }
  const run = async <R>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<R>): Promise<R> =>
    settled(work((await open()).transaction(table, mode).objectStore(table)))

  return {
    all: () => run('readonly', (store) => store.getAll() as IDBRequest<T[]>),
    async add(entry) {
      try {
        const id = (await run('readwrite', (store) => store.add(entry))) as number
        return { ...entry, id } as T
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
    delete: (id) => run('readwrite', (store) => store.delete(id)),
    clear: () => run('readwrite', (store) => store.clear()),
  }
}
