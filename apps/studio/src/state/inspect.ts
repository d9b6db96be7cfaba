/** What looks at a model before it is opened: that part of `@neg/web` alone. */
export { inspect } from '@neg/web'
