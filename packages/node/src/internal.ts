/** `@neg/node/internal`: for neg's other packages, of the same version. Nothing of it is promised: a patch release may change it. */
export { folderFiles } from './files/folder-files'
export { makeFolder } from './files/make-folder'
export { hubCache } from './hub/hub-settings'
export { imageSize } from './image/read-image'
export { writeFileAtomic } from './image/write-file-atomic'
export { installOrt } from './runtime/import-ort'
