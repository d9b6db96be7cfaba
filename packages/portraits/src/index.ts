const index = new URL('../model/model_index.json', import.meta.url)

/** The model's folder on disk, where this package lies on one (Node); else the folder's URL. */
const folder: string =
  index.protocol === 'file:'
    ? decodeURIComponent(new URL('.', index).pathname)
        .replace(/\/$/, '')
        .replace(/^\/(?=[A-Za-z]:)/, '')
    : index.href.replace(/[^/]*$/, '')

export default folder

export { default as urls } from './urls'
