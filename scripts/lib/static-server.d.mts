/** Serves a folder, as static hosts do. */
export function serveFolder(
  folder: string,
  options?: {
    readonly port?: number
    readonly base?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly gzip?: boolean
  },
): Promise<{ readonly url: string; sent(): number; close(): Promise<void> }>
