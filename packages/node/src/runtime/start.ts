export { prestart } from './start-worker'
