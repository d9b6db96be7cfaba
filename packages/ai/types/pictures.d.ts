import type { NamedImage, Pixels } from '@neg/core'

/** What '#pictures' is: @neg/node, or in browsers @neg/web, which reads a Blob and writes PNG by `encodePng`. */
export declare const inputImage: (file: Uint8Array | Blob) => Promise<NamedImage>
export declare const writePng:
  | ((image: Pixels, options: { readonly text: Readonly<Record<string, string>> }) => Promise<Uint8Array>)
  | undefined
export declare const encodePng: (image: Pixels, texts: Readonly<Record<string, string>>) => Promise<Blob>
