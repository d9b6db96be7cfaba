/** What Playwright's `launch` takes. */
export const chromium: { readonly executablePath: string; readonly args: string[] }
/** Headers that make a page cross-origin isolated. */
export const isolation: Readonly<Record<string, string>>
