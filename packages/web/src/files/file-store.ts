/** What is kept about one downloaded file. */
export interface StoredFile {
  readonly url: string
  /** The model it belongs to, and its path in that model's folder. */
  readonly model: string
  readonly path: string
  /** Bytes of the whole file; absent while a server that does not say is still sending it. */
  readonly size?: number
  /** The server's name for this version of the file: a download is resumed only if it is still the same. */
  readonly version?: string
  /** Bytes per chunk, the last one excepted. */
  readonly chunkSize: number
  /** Hex SHA-256 of each chunk that is stored. */
  readonly chunks: readonly string[]
  /** Bytes stored. */
  readonly stored: number
  /** Hex SHA-256 of the whole file, once it is whole. */
  readonly sha256?: string
}

/** Where downloaded files are kept, in chunks, so that a download can be resumed and read in parts. */
export interface FileStore {
  /** `browser`: outlives the page. `memory`: gone with the worker. */
  readonly kind: 'browser' | 'memory'
  read(url: string): Promise<StoredFile | undefined>
  chunk(url: string, index: number): Promise<Uint8Array<ArrayBuffer> | undefined>
  /** @throws `storage-full` */
  writeChunk(url: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  /** @throws `storage-full` */
  write(file: StoredFile): Promise<void>
  delete(url: string): Promise<void>
  list(): Promise<readonly StoredFile[]>
}
