export { endPrestarted, prestart } from './start-worker'
