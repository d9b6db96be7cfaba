export { checkPlugins } from './check-plugins'
export { isPlugin, isSchedulerPlugin, type Plugin } from './plugin'
export { registerPlugin } from './register'
export { registeredPlugins } from './registered'
